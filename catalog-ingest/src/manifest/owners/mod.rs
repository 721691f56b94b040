//! OWNERS files: who owns a folder and what lies below it, as Prow reads them, or Gerrit, Chromium and Android.
//!
//! `dialect` tells the two apart; `prow` reads YAML with the help of `aliases`, `gerrit` reads lines with the
//! help of `include`. Which rules decide about a path, folder by folder upwards, is
//! [`catalog_core::path_rules`].

mod aliases;
mod dialect;
mod gerrit;
mod gerrit_line;
mod include;
mod prow;
#[cfg(test)]
mod tests;

use catalog_core::model::{DiagnosticCode, PathDialect, PathRules, Position};

use super::{
    ManifestFile, ManifestReading, Siblings,
    reading::{Place, Remark, Remarks, folder_of},
    text,
};
use crate::limits::ManifestLimits;

/// The file's name, in any folder.
const FILE_NAME: &str = "OWNERS";

/// Whether a path is that of an OWNERS file.
pub fn has_owners_name(path: &str) -> bool {
    path.rsplit('/').next() == Some(FILE_NAME)
}

/// Reads an OWNERS file of either dialect. One that is in neither form gives no rules, and the folders
/// above it stay the owners; so does one that cannot be read.
///
/// Takes time in proportion to the sizes of the file and of what it includes, within `limits`.
pub fn read(file: &ManifestFile<'_>, siblings: &dyn Siblings, limits: &ManifestLimits) -> ManifestReading {
    let text = match text::decode(file.path, file.bytes) {
        Ok(text) => text,
        Err(diagnostic) => {
            return ManifestReading::refused(*diagnostic);
        }
    };
    match dialect::dialect_of(text) {
        dialect::Found::Known(PathDialect::Gerrit) => gerrit::read(file, text, siblings, limits),
        dialect::Found::Known(_) => prow::read(file, text, siblings, limits),
        dialect::Found::Nothing => {
            let message = "the file names nobody, so the folders above it stay the owners";
            let rules = PathRules {
                folder: folder_of(file.path).into(),
                ..PathRules::new(PathDialect::Prow, Vec::new())
            };
            ManifestReading {
                path_rules: Some(rules),
                diagnostics: one(
                    file,
                    text,
                    limits,
                    DiagnosticCode::EmptyManifest,
                    Position::default(),
                    message,
                ),
                ..ManifestReading::default()
            }
        }
        dialect::Found::Unknown(line) => {
            let message = "the file is neither in the form of Prow, a mapping with `approvers` or `reviewers`, nor in that of Gerrit, one address on a line";
            ManifestReading {
                diagnostics: one(
                    file,
                    text,
                    limits,
                    DiagnosticCode::OwnersDialect,
                    Position::new(line, 1),
                    message,
                ),
                broken: true,
                ..ManifestReading::default()
            }
        }
    }
}

fn one(
    file: &ManifestFile<'_>,
    text: &str,
    limits: &ManifestLimits,
    code: DiagnosticCode,
    position: Position,
    message: &str,
) -> Vec<catalog_core::model::Diagnostic> {
    let mut remarks = Remarks::new(file.path, text, limits.diagnostics_max);
    remarks.push(Remark::new(code, Place { position, length: 0 }, message));
    remarks.finish()
}
