//! What the readers of all formats share.
mod additions;
mod address;
mod diagnostics_max;
mod document_file;
mod documents;
pub(crate) mod evidence;
mod facts;
mod fields;
mod reader;
mod reference;
mod remark;
pub(crate) mod schema;
mod skeleton;
mod stated;
#[cfg(test)]
pub(crate) mod trials;

pub(crate) use additions::*;
pub(crate) use address::*;
pub(crate) use diagnostics_max::*;
pub(crate) use document_file::*;
pub(crate) use documents::*;
pub(crate) use facts::*;
pub(crate) use fields::*;
pub(crate) use reader::*;
pub(crate) use reference::*;
pub(crate) use remark::*;
pub(crate) use skeleton::*;
pub(crate) use stated::*;
