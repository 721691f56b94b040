//! What the readers of evidence share: files that describe what runs, and mention entities by the way.
//!
//! Evidence makes no entity that ought to have an owner. Its names mean something only where they stand,
//! so they live in a *local* namespace ([`local_namespace`]), in which no catalog manifest can declare
//! anything and in which two repositories never meet. A declaration with `declared_as` may join the entity
//! of the same name that a catalog manifest of the same repository declares; one without it stands for a
//! thing that several documents share (a topic, a shared resource), and joins nothing by its name.
//!
//! Every relation is of the class `Deployed`, and no diagnostic is worse than a warning: what is wrong with
//! a chart must not drown what is wrong with the catalog.

mod contact;
#[cfg(test)]
mod corpus_tests;
mod data_store;
mod file;
mod local_name;
mod mention;
#[cfg(test)]
mod tests;

pub(crate) use contact::{link, owner_of};
pub(crate) use data_store::{DataStore, data_store_of_image, data_store_of_name};
pub(crate) use file::{Evidence, read_evidence};
pub(crate) use local_name::{Named, declared_as, local_namespace, organisation_namespace};
pub(crate) use mention::Mention;
