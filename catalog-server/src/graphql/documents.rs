//! Queries that are kept at the server and asked for by name, after the appendix "Persisted Documents" of the
//! draft "GraphQL over HTTP".
//!
//! A document is known by `sha256:` with the SHA-256 of its text, and by the name of its file without
//! `.graphql`. Where only such documents are allowed, everything else is refused before it is looked at.

use std::{collections::HashMap, sync::Arc};

use sha2::{Digest, Sha256};

use super::{ErrorCode, Refusal};

/// What files of documents end with.
pub const DOCUMENT_ENDING: &str = ".graphql";

/// A file that holds a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFile {
    /// The name of the file in its folder, as in `owner-card.graphql`.
    pub name: String,
    /// The text, or why it could not be read, in words.
    pub text: Result<String, String>,
}

/// Why a document is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFault {
    /// The name of its file.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: usize,
    /// What was found and what was expected.
    pub message: String,
}

impl std::fmt::Display for DocumentFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            return write!(f, "{}: {}", self.file, self.message);
        }
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// The documents that are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    texts: HashMap<String, Arc<str>>,
    /// Whether nothing else is answered.
    only: bool,
    len: usize,
}

impl Documents {
    /// Keeps what passes `vet`; says of the rest why it is not kept.
    pub(super) fn keep(
        files: Vec<DocumentFile>,
        only: bool,
        vet: impl Fn(&str) -> Result<(), Refusal>,
    ) -> (Self, Vec<DocumentFault>) {
        let mut documents = Self { only, ..Self::default() };
        let mut faults = Vec::new();
        for file in files {
            let fault = |line, column, message: String| DocumentFault {
                file: file.name.clone(),
                line,
                column,
                message,
            };
            let name = file.name.strip_suffix(DOCUMENT_ENDING).unwrap_or(&file.name);
            if !is_identifier(name) {
                let message = "the name of a document is of letters, digits and `-._~`";
                faults.push(fault(0, 0, message.to_owned()));
                continue;
            }
            match &file.text {
                Err(message) => faults.push(fault(0, 0, message.clone())),
                Ok(text) => match vet(text) {
                    Ok(()) => documents.insert(name, text),
                    Err(refusal) => {
                        let (line, column) = refusal.position.unwrap_or_default();
                        faults.push(fault(line, column, refusal.message));
                    }
                },
            }
        }
        (documents, faults)
    }

    fn insert(&mut self, name: &str, text: &str) {
        let shared: Arc<str> = text.into();
        // Who makes the id out of the text that a program holds does not have the line end of the file.
        for id in [name.to_owned(), id_of(text), id_of(text.trim_end())] {
            self.texts.insert(id, Arc::clone(&shared));
        }
        self.len += 1;
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The text of a document.
    pub(super) fn text(&self, id: &str) -> Result<Arc<str>, Refusal> {
        self.texts.get(id).map(Arc::clone).ok_or_else(|| {
            let message = "there is no document of this `documentId`";
            Refusal::new(ErrorCode::DocumentUnknown, message)
        })
    }

    /// Refuses a text that is not allowed.
    pub(super) fn check(&self, text: &str) -> Result<(), Refusal> {
        // Long texts are refused by their length; no document is that long.
        if !self.only || self.texts.contains_key(&id_of(text)) {
            return Ok(());
        }
        let message = "only the documents that are kept here are answered; name one with `documentId`";
        Err(Refusal::new(ErrorCode::DocumentNotAllowed, message))
    }
}

/// `sha256:` with the SHA-256 of a text in lower-case hexadecimal digits.
fn id_of(text: &str) -> String {
    use std::fmt::Write;
    let mut id = "sha256:".to_owned();
    for byte in Sha256::digest(text.as_bytes()) {
        write!(id, "{byte:02x}").expect("a text can be written to");
    }
    id
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> DocumentFile {
        DocumentFile { name: name.into(), text: Ok(text.into()) }
    }

    #[test]
    fn an_id_is_what_the_specification_says() {
        assert_eq!(
            id_of("query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"),
            "sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
        );
    }

    #[test]
    fn a_document_is_found_by_name_and_by_text_with_and_without_its_last_line_end() {
        let (documents, faults) = Documents::keep(vec![file("who.graphql", "{ a }\n")], true, |_| Ok(()));
        assert_eq!((documents.len(), faults), (1, Vec::new()));
        for id in ["who".to_owned(), id_of("{ a }\n"), id_of("{ a }")] {
            assert_eq!(documents.text(&id).as_deref(), Ok("{ a }\n"), "{id}");
        }
        assert!(documents.check("{ a }").is_ok() && documents.check("{ a }\n").is_ok());
        assert_eq!(documents.check("{ b }").map_err(|of| of.code), Err(ErrorCode::DocumentNotAllowed));
        assert_eq!(documents.text("nobody").map_err(|of| of.code), Err(ErrorCode::DocumentUnknown));
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_is_kept() {
        let files = vec![
            file("a b.graphql", "{ a }"),
            DocumentFile { name: "c.graphql".into(), text: Err("it could not be read".into()) },
            file("d.graphql", "{ wrong }"),
            file("e.graphql", "{ a }"),
        ];
        let vet = |text: &str| {
            if text.contains("wrong") {
                return Err(Refusal::new(ErrorCode::QueryInvalid, "no field `wrong`").at(1, 3));
            }
            Ok(())
        };
        let (documents, faults) = Documents::keep(files, false, vet);
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        expect_test::expect![[r#"
            a b.graphql: the name of a document is of letters, digits and `-._~`
            c.graphql: it could not be read
            d.graphql:1:3: no field `wrong`"#]]
        .assert_eq(&said.join("\n"));
        assert_eq!(documents.len(), 1);
        assert!(documents.check("{ anything }").is_ok());
    }
}
