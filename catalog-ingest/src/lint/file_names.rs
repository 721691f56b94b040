//! Manifests whose name is nearly the one that their format reads, as far as their readers do not say so.

use catalog_core::model::{Diagnostic, DiagnosticCode, Position};

use super::Source;
use crate::repository::is_vendored;

/// A name that is passed over.
struct Misname {
    /// The name as it is written.
    written: &'static str,
    /// The name that is read.
    read: &'static str,
    /// Who reads it.
    reader: &'static str,
    /// Beginnings of lines of which such a manifest has one.
    words: &'static [&'static str],
}

const MISNAMES: [Misname; 2] = [
    Misname {
        written: "port.yaml",
        read: "port.yml",
        reader: "Port",
        words: &["blueprint:", "- blueprint:", "  blueprint:"],
    },
    Misname {
        written: "catalog_info.yaml",
        read: "catalog-info.yaml",
        reader: "Backstage",
        words: &["apiVersion:"],
    },
];

/// Says which files of the tree are passed over because of their name.
pub(super) fn remark_on_names(paths: &[Box<[u8]>], source: &Source<'_>, remarks: &mut Vec<Diagnostic>) {
    for path in paths {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let Some(misname) = MISNAMES.iter().find(|misname| misname.written.as_bytes() == name) else {
            continue;
        };
        let Ok(path) = std::str::from_utf8(path) else { continue };
        if path.split('/').any(|part| is_vendored(part.as_bytes())) {
            continue;
        }
        let Some(text) = source.text(path) else { continue };
        if !text.lines().any(|line| misname.words.iter().any(|word| line.starts_with(word))) {
            continue;
        }
        let Misname { read, reader, .. } = misname;
        let message = format!("`{path}` is not read by {reader}, which expects the name `{read}`");
        let target = path.strip_suffix(misname.written).map(|folder| format!("{folder}{read}"));
        let target = target.unwrap_or_else(|| (*read).to_owned());
        remarks.push(
            Diagnostic::new(DiagnosticCode::ManifestMisnamed, message)
                .at(path, Position::default())
                .suggest(format!("rename it to `{target}`")),
        );
    }
}
