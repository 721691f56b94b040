//! How much a diagnostic or a gap matters.

use async_graphql::Enum;
use catalog_core::model::Severity;

/// How much a diagnostic or a gap matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Severity", remote = "Severity")]
pub(crate) enum SeverityValue {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Something is doubtful, and an assumption was made or a part left out.
    Warning,
    /// Something could not be read or is broken.
    Error,
}
