//! One folder to a format: the shape of its documents, and what they mean. What the formats share is in
//! `reading`, whose page is the one to read before writing another reader; [`yaml`] and [`text`] take files
//! apart, `content` tells formats by what files hold, and `normal` gives words of people their one form.
//!
//! A [`ManifestFile`] goes in, a [`ManifestReading`] comes out, and nothing here can fail: what is
//! wrong with the input becomes a diagnostic. Nothing here opens a file; what a manifest includes is
//! read through [`Siblings`].

pub mod asyncapi;
pub mod backstage;
pub mod codeowners;
pub mod compass;
pub mod compose;
mod content;
pub mod cortex;
pub mod datadog;
pub mod helm;
pub mod kubernetes;
mod normal;
pub mod oam;
pub mod openslo;
pub mod opslevel;
pub mod owners;
pub mod port;
mod reading;
pub mod score;
pub mod text;
pub mod yaml;

use catalog_core::model::{
    ContentId, Diagnostic, Document, FoundBy, ManifestFormat, ManifestInput, PathRules, Position,
    RepositoryId,
};

use crate::limits::ManifestLimits;

pub use content::format_by_content;
pub(crate) use reading::{folder_of, keep_within, path_joined, without_secrets};

/// A file that is to be read as a manifest.
#[derive(Clone, Copy, Debug)]
pub struct ManifestFile<'a> {
    /// The repository that holds it.
    pub repository: &'a RepositoryId,
    /// Its path in the repository, with `/` between the parts.
    pub path: &'a str,
    /// Its content, within the size limit of its format.
    pub bytes: &'a [u8],
    /// How it was found.
    pub found_by: FoundBy,
}

/// The other files of the commit that a manifest is read from.
pub trait Siblings {
    /// The content of the file at `path` (relative to the root of the repository, without `.` or `..`);
    /// `None` where there is no regular file, or it is larger than an included file may be.
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)>;
}

/// What was read out of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestReading {
    /// Every document that could be taken apart, in the order of the file, also those without a declaration.
    pub documents: Vec<Document>,
    /// The path rules, for formats that have any.
    pub path_rules: Option<PathRules>,
    /// The targets of its `Location` documents, as written.
    pub location_targets: Vec<LocationTarget>,
    /// The files it includes, sorted by path.
    pub inputs: Vec<ManifestInput>,
    /// What is to be said about it, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether any part of the text could not be taken apart, so that what it declared before is unknown now.
    pub broken: bool,
    /// Whether the file only shares its name with manifests, or is never read by its own tool: it is none
    /// then, whatever there is to say about it.
    pub foreign: bool,
}

impl ManifestReading {
    /// What is read of a file of which nothing can be, for the reason that is given.
    pub(crate) fn refused(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], broken: true, ..Self::default() }
    }
}

/// A file or a pattern of files that a `Location` document names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationTarget {
    /// The document that names it, from 0.
    pub document: u32,
    /// Where it is named.
    pub position: Position,
    /// `file`, `url` or another type, where the document states one.
    pub location_type: Option<Box<str>>,
    /// The target as written.
    pub target: Box<str>,
    /// Whether a missing target is worth a diagnostic.
    pub required: bool,
}

/// What decides beyond a file how it is read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions<'a> {
    /// The bounds on what is read.
    pub limits: &'a ManifestLimits,
    /// What blueprints, relations and properties mean in Port's files.
    pub port: &'a crate::port_mapping::PortMapping,
}

/// What tells a format by the path of a file.
type IsNamed = fn(&str) -> bool;

/// The formats whose files have names of their own.
const BY_PATH: [(ManifestFormat, IsNamed); 13] = [
    (ManifestFormat::Codeowners, codeowners::has_codeowners_name),
    (ManifestFormat::Owners, owners::has_owners_name),
    (ManifestFormat::Backstage, backstage::has_manifest_name),
    (ManifestFormat::Datadog, datadog::has_manifest_name),
    (ManifestFormat::Compass, compass::has_manifest_name),
    (ManifestFormat::Cortex, cortex::has_manifest_name),
    (ManifestFormat::Opslevel, opslevel::has_manifest_name),
    (ManifestFormat::Port, port::has_manifest_name),
    (ManifestFormat::Openslo, openslo::has_manifest_name),
    (ManifestFormat::Compose, compose::has_manifest_name),
    (ManifestFormat::Helm, helm::has_manifest_name),
    (ManifestFormat::Asyncapi, asyncapi::has_manifest_name),
    (ManifestFormat::Score, score::has_manifest_name),
];

/// How the names of all manifests end, by which most files of a tree are told apart at once.
const ENDINGS: [&[u8]; 4] = [b".yaml", b".yml", b".json", b"OWNERS"];

/// Whether a path can be that of a manifest; where it cannot, [`format_by_path`] need not be asked.
pub(crate) fn ends_like_a_manifest(path: &[u8]) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// The format of a file, as far as its path tells it.
pub fn format_by_path(path: &str) -> Option<ManifestFormat> {
    BY_PATH.into_iter().find(|(_, is_named)| is_named(path)).map(|(format, _)| format)
}

/// Reads a file as a manifest of a format; what it includes is read through `siblings`.
pub fn read(
    format: ManifestFormat,
    file: &ManifestFile<'_>,
    siblings: &dyn Siblings,
    options: ReadOptions<'_>,
) -> ManifestReading {
    let limits = options.limits;
    let mut reading = match format {
        ManifestFormat::Backstage => backstage::read(file, siblings, limits),
        ManifestFormat::Codeowners => codeowners::read(file, limits),
        ManifestFormat::Compass => compass::read(file, limits),
        ManifestFormat::Datadog => datadog::read(file, limits),
        ManifestFormat::Openslo => openslo::read(file, limits),
        ManifestFormat::Compose => compose::read(file, siblings, limits),
        ManifestFormat::Helm => helm::read(file, siblings, limits),
        ManifestFormat::Kubernetes => kubernetes::read(file, siblings, limits),
        ManifestFormat::Asyncapi => asyncapi::read(file, siblings, limits),
        ManifestFormat::Score => score::read(file, siblings, limits),
        ManifestFormat::Oam => oam::read(file, siblings, limits),
        ManifestFormat::Cortex => cortex::read(file, limits),
        ManifestFormat::Opslevel => opslevel::read(file, limits),
        ManifestFormat::Port => port::read(file, options.port, limits),
        ManifestFormat::Owners => owners::read(file, siblings, limits),
        // What a host lists stands in no file.
        ManifestFormat::Host => ManifestReading { foreign: true, ..ManifestReading::default() },
    };
    keep_within(&mut reading.diagnostics, limits.diagnostics_max);
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_has_a_format_by_its_name_ends_like_a_manifest() {
        let names = [
            "CODEOWNERS",
            "OWNERS",
            "catalog-info",
            "service.datadog",
            "entity.datadog",
            "compass",
            "cortex",
        ]
        .into_iter()
        .chain([
            "opslevel",
            "port",
            "a.openslo",
            "compose",
            "docker-compose",
            "Chart",
            "asyncapi",
            "score",
        ]);
        let mut formats = std::collections::BTreeSet::new();
        for name in names {
            for ending in ["", ".yaml", ".yml", ".json", ".md", "s"] {
                for folder in ["", ".github/", "docs/", "a/b/"] {
                    let path = format!("{folder}{name}{ending}");
                    if let Some(format) = format_by_path(&path) {
                        formats.insert(format);
                        assert!(ends_like_a_manifest(path.as_bytes()), "{path}");
                    }
                }
            }
        }
        assert_eq!(formats.len(), BY_PATH.len(), "every format was met");
    }
}
