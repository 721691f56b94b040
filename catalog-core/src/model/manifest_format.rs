//! The formats that manifests are written in.

/// The format of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ManifestFormat {
    /// Backstage's catalog descriptor, `catalog-info.yaml`.
    Backstage = 0,
    /// A CODEOWNERS file, in the dialect of its host.
    Codeowners = 1,
}

impl ManifestFormat {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Backstage, Self::Codeowners];

    /// The format's name, as JSON and diagnostics show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backstage => "backstage",
            Self::Codeowners => "codeowners",
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
