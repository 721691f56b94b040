//! `[server.documents]`: queries that are kept at the server.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    graphql::{DOCUMENT_ENDING, DocumentFile},
    settings::SettingsError,
};

/// How many documents a folder may hold.
const DOCUMENTS_MAX: usize = 2_000;
/// The largest document that is read, in bytes. What a query may be at most is a limit of its own.
const BYTES_MAX: u64 = 1024 * 1024;

/// Queries that are kept at the server, one to a file, and asked for by name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentSettings {
    /// The folder of the files, relative to the settings file. Each `NAME.graphql` in it is one document, which a
    /// request names as `documentId`: `NAME`, or `sha256:` and the SHA-256 of its text.
    pub folder: Option<PathBuf>,
    /// Whether nothing but these documents is answered. Default: no.
    pub only: bool,
}

impl DocumentSettings {
    /// Reads the files of the folder, by name; nothing where no folder is named. A file that cannot be read is
    /// one of them, with the reason.
    ///
    /// # Errors
    ///
    /// The folder cannot be listed, or holds too many.
    pub fn read(&self) -> Result<Vec<DocumentFile>, SettingsError> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let unreadable = |source| SettingsError::Unreadable { path: folder.clone(), source };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || !name.ends_with(DOCUMENT_ENDING) {
                continue;
            }
            if files.len() == DOCUMENTS_MAX {
                let message = format!("it holds more than {DOCUMENTS_MAX} documents");
                return Err(unreadable(std::io::Error::other(message)));
            }
            let path = entry.path();
            let text = match std::fs::metadata(&path) {
                Ok(about) if !about.is_file() => Err("it is no regular file".to_owned()),
                Ok(about) if about.len() > BYTES_MAX => {
                    Err(format!("it is {} bytes, over the limit of {BYTES_MAX}", about.len()))
                }
                Ok(_) => std::fs::read_to_string(&path).map_err(|fault| fault.to_string()),
                Err(fault) => Err(fault.to_string()),
            };
            files.push(DocumentFile { name, text });
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_of_a_folder_are_read_by_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).expect("a file can be written");
        };
        write("b.graphql", b"{ b }");
        write("a.graphql", b"{ a }");
        write("broken.graphql", b"\xff");
        write("notes.txt", b"nothing");
        write(".hidden.graphql", b"nothing");
        std::fs::create_dir(folder.path().join("c.graphql")).expect("a folder can be made");
        let settings = DocumentSettings { folder: Some(folder.path().to_owned()), only: true };
        let files = settings.read().expect("the folder can be read");
        let read: Vec<(&str, Option<&str>)> =
            files.iter().map(|file| (file.name.as_str(), file.text.as_deref().ok())).collect();
        assert_eq!(
            read,
            [
                ("a.graphql", Some("{ a }")),
                ("b.graphql", Some("{ b }")),
                ("broken.graphql", None),
                ("c.graphql", None)
            ]
        );
        let nowhere = DocumentSettings { folder: Some(folder.path().join("nowhere")), only: true };
        assert!(nowhere.read().is_err());
        assert!(DocumentSettings::default().read().is_ok_and(|files| files.is_empty()));
    }
}
