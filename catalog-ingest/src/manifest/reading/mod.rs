//! What the readers of all formats share: how a file becomes documents, and a document a declaration.
//!
//! In the order in which a reader meets them:
//!
//! - [`documents`]: a file taken apart; `skeleton`: files that are to be filled in first;
//! - [`remark`]: what is said of a file, and the problems that make a document not strict;
//!   `diagnostics_max`: how much of it is kept; `secret`: credentials, which are kept out of everything;
//! - `path`: how files of a repository name each other;
//! - [`schema`]: published schemas as tables that a document is judged by; where a format has none,
//!   `fields` judges each field as it is read;
//! - [`reader`]: the declaration that is being read, with its limits and what stays *unread*;
//! - a file for each thing that formats state in much the same words: `owner`, `relations`, `reference`
//!   (references and aliases), `tier` (and lifecycle), `links` (and tags), `code_locations`,
//!   `annotations` (facts without a field of ours), `availability`, and `additions`, which are the
//!   catalog's own;
//! - [`evidence`]: what formats have in common that describe what runs, and declare nothing by intent;
//! - `trials`: what the tests of every format share.
//!
//! A reader of a format calls `read_documents`, names its entity, and makes a `Reader`, which it fills field
//! by field. A schema says what is wrong, or the fields do, never both: see `Reader::judged`.

mod additions;
mod annotations;
mod availability;
mod code_locations;
mod diagnostics_max;
mod documents;
pub(crate) mod evidence;
mod fields;
mod links;
mod owner;
mod path;
mod reader;
mod reference;
mod relations;
mod remark;
pub(crate) mod schema;
mod secret;
mod skeleton;
mod tier;
#[cfg(test)]
pub(crate) mod trials;

pub(crate) use additions::{ADDITIONS_KEY, read_additions};
pub(crate) use availability::availability_refused;
pub(crate) use diagnostics_max::keep_within;
pub(crate) use documents::{Documents, Pieces, Recognition, read_documents, read_pieces};
pub(crate) use links::{is_web_address, pagerduty_service_of};
pub(crate) use owner::is_email;
pub(crate) use path::{folder_of, name_of, path_from, path_joined};
pub(crate) use reader::{Includes, LABELS_MAX, RELATIONS_MAX, Reader};
pub(crate) use reference::{literal_ref, read_ref};
pub(crate) use relations::Stated;
pub(crate) use remark::{Place, Remark, Remarks, quoted};
pub(crate) use secret::without_secrets;
pub(crate) use skeleton::{has_markup, is_skeleton, is_skeleton_text, skeleton_note};
