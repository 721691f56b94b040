//! Who asks, and what they may do.
//!
//! Whatever comes in by a door has a [`Caller`] with [`Scopes`]. What a caller lacks a scope for is refused
//! before any work is done. An [`AccessControl`] tells who somebody is from what they send: a token of ours,
//! which a [`TokenFile`] knows by its hash alone, or one of an identity provider. Without configuration only
//! callers on the machine itself are let in. What is changed and what is refused goes to an [`AuditLog`].

mod audit;
mod caller;
mod control;
mod failures;
mod groups;
mod oidc;
mod request_id;
mod scope;
mod token_file;
mod token_list;
mod token_text;
mod visibility;

pub use audit::{
    AuditEntry, AuditError, AuditEvent, AuditFinding, AuditLog, AuditVerdict, QueryTrace, find_audit_line,
    verify_audit,
};
pub use caller::{Caller, Identity};
pub use control::{AccessControl, AccessRules, Credentials, Refused};
pub use failures::FAILURES_PER_MINUTE;
pub use groups::Groups;
pub use oidc::{Oidc, OidcRules, SignatureAlgorithm};
pub use request_id::RequestId;
pub use scope::{Scope, Scopes};
pub use token_file::{TokenFile, TokenFileError};
pub use token_list::{TokenList, TokenRecord};
pub use token_text::{TokenHash, TokenId, TokenText};
pub use visibility::{ViewKey, Visibility, VisibilityError, VisibilityRule};
