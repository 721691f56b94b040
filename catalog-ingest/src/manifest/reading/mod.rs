//! What the readers of all formats share.
mod additions;
mod address;
mod annotations;
mod code_locations;
mod diagnostics_max;
mod documents;
pub(crate) mod evidence;
mod fields;
mod links;
mod owner;
mod reader;
mod reference;
mod relations;
mod remark;
pub(crate) mod schema;
mod skeleton;
mod tier;
#[cfg(test)]
pub(crate) mod trials;

pub(crate) use additions::*;
pub(crate) use address::*;
pub(crate) use diagnostics_max::*;
pub(crate) use documents::*;
pub(crate) use links::*;
pub(crate) use owner::*;
pub(crate) use reader::*;
pub(crate) use reference::*;
pub(crate) use relations::*;
pub(crate) use remark::*;
pub(crate) use skeleton::*;
