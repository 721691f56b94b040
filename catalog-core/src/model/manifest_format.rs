//! The formats that manifests are written in.

/// The format of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ManifestFormat {
    /// Backstage's catalog descriptor, `catalog-info.yaml`.
    Backstage = 0,
    /// A CODEOWNERS file, in the dialect of its host.
    Codeowners = 1,
    /// What a host of repositories says of its teams and their members; no file, see `catalog-ingest`'s `host`.
    Host = 2,
}

impl ManifestFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Backstage, Self::Codeowners, Self::Host];

    /// The format's name, as JSON and diagnostics show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backstage => "backstage",
            Self::Codeowners => "codeowners",
            Self::Host => "host",
        }
    }
}

/// How a manifest was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FoundBy {
    /// By the name of the file.
    Name = 0,
    /// A `Location` names it.
    Location = 1,
    /// By what is in it.
    Content = 2,
}
