//! One folder to a format: the shape of its documents, and what they mean.
//!
//! A [`ManifestFile`] goes in, a [`ManifestReading`] comes out, and nothing here can fail: what is
//! wrong with the input becomes a diagnostic. Nothing here opens a file; what a manifest includes is
//! read through [`Siblings`].

mod additions;
mod address;
pub mod backstage;
#[cfg(test)]
mod cases;
pub mod codeowners;
mod diagnostics_max;
#[expect(unused, reason = "the readers that need it come next")]
mod normal;
pub mod owners;
mod reader;
mod reference;
mod remark;
pub mod text;
pub mod yaml;

use catalog_core::model::{
    ContentId, Diagnostic, Document, FoundBy, ManifestFormat, ManifestInput, PathRules, Position,
    RepositoryId,
};

use crate::limits::ManifestLimits;

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
    /// Whether the file only shares its name with manifests, and is something else.
    pub foreign: bool,
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

/// The format of a file, as far as its path tells it.
pub fn format_by_path(path: &str) -> Option<ManifestFormat> {
    if codeowners::has_codeowners_name(path) {
        return Some(ManifestFormat::Codeowners);
    }
    if owners::has_owners_name(path) {
        return Some(ManifestFormat::Owners);
    }
    backstage::has_manifest_name(path).then_some(ManifestFormat::Backstage)
}

/// Reads a file as a manifest of a format; what it includes is read through `siblings`.
pub fn read(
    format: ManifestFormat,
    file: &ManifestFile<'_>,
    siblings: &dyn Siblings,
    limits: &ManifestLimits,
) -> ManifestReading {
    let mut reading = match format {
        ManifestFormat::Backstage => backstage::read(file, siblings, limits),
        ManifestFormat::Codeowners => codeowners::read(file, limits),
        ManifestFormat::Owners => owners::read(file, siblings, limits),
        // The other formats have no reader yet, so nothing is found as one of them.
        _ => ManifestReading { foreign: true, ..ManifestReading::default() },
    };
    diagnostics_max::keep_within(&mut reading.diagnostics, limits.diagnostics_max);
    reading
}
