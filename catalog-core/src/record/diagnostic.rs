//! The stored form of a diagnostic.

use serde::{Deserialize, Serialize};

use super::{Place, Senseless, numbered, place, position};
use crate::model::{Diagnostic, DiagnosticCode, Excerpt, Severity};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DiagnosticRecord<'a> {
    code: u16,
    severity: u8,
    path: Option<&'a str>,
    document: Option<u32>,
    place: Place,
    message: &'a str,
    suggestion: Option<&'a str>,
    excerpt: Option<(&'a str, u32)>,
}

impl<'a> DiagnosticRecord<'a> {
    pub(crate) fn of(diagnostic: &'a Diagnostic) -> Self {
        Self {
            code: diagnostic.code as u16,
            severity: diagnostic.severity as u8,
            path: diagnostic.path.as_deref(),
            document: diagnostic.document,
            place: place(diagnostic.position),
            message: &diagnostic.message,
            suggestion: diagnostic.suggestion.as_deref(),
            excerpt: diagnostic.excerpt.as_ref().map(|excerpt| (&*excerpt.text, excerpt.length)),
        }
    }

    pub(crate) fn to_model(&self) -> Result<Diagnostic, Senseless> {
        let code = DiagnosticCode::from_number(self.code);
        Ok(Diagnostic {
            code: code.ok_or(Senseless("has a diagnostic with an unknown code"))?,
            severity: numbered(&Severity::ALL, self.severity, "has a diagnostic of unknown severity")?,
            path: self.path.map(Into::into),
            document: self.document,
            position: position(self.place),
            message: self.message.into(),
            suggestion: self.suggestion.map(Into::into),
            excerpt: self.excerpt.map(|(text, length)| Excerpt { text: text.into(), length }),
        })
    }
}
