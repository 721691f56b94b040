//! The form of a visit on its way from one process to another.

use serde::{Deserialize, Serialize};

use super::{DeclarationsRecord, DiagnosticRecord, HeadRecord, Senseless, decode_history, encode_history};
use crate::model::{RepositoryDeclarations, RepositoryId, Timestamp, Visit};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum VisitRecord<'a> {
    Read(
        &'a str,
        #[serde(borrow)] HeadRecord<'a>,
        #[serde(borrow)] DeclarationsRecord<'a>,
        /// What the commits say, encoded; empty for nothing.
        Vec<u8>,
    ),
    Unchanged(&'a str, i64),
    Unreadable(&'a str, &'a str, i64, #[serde(borrow)] DiagnosticRecord<'a>),
}

impl<'a> VisitRecord<'a> {
    pub(crate) fn of(visit: &'a Visit) -> Self {
        match visit {
            Visit::Read(declarations) => Self::of_read(declarations),
            Visit::Unchanged { id, observed_at } => Self::Unchanged(id.as_str(), observed_at.0),
            Visit::Unreadable { id, address, observed_at, diagnostic } => {
                let diagnostic = DiagnosticRecord::of(diagnostic);
                Self::Unreadable(id.as_str(), address, observed_at.0, diagnostic)
            }
        }
    }

    pub(crate) fn of_read(declarations: &'a RepositoryDeclarations) -> Self {
        let head = HeadRecord::of(&declarations.head, 0);
        let history = declarations.history.as_deref().map(encode_history).unwrap_or_default();
        Self::Read(declarations.head.id.as_str(), head, DeclarationsRecord::of(declarations), history)
    }

    pub(crate) fn to_model(&self) -> Result<Visit, Senseless> {
        let named = |id: &str| RepositoryId::new(id).ok_or(Senseless("names a repository that cannot be"));
        Ok(match self {
            Self::Read(id, head, declarations, history) => {
                let mut declarations = declarations.to_model(head.to_model(&named(id)?)?)?;
                if !history.is_empty() {
                    declarations.history = Some(Box::new(decode_history(history)?));
                }
                Visit::Read(Box::new(declarations))
            }
            Self::Unchanged(id, observed_at) => {
                Visit::Unchanged { id: named(id)?, observed_at: Timestamp(*observed_at) }
            }
            Self::Unreadable(id, address, observed_at, diagnostic) => Visit::Unreadable {
                id: named(id)?,
                address: (*address).into(),
                observed_at: Timestamp(*observed_at),
                diagnostic: diagnostic.to_model()?,
            },
        })
    }
}
