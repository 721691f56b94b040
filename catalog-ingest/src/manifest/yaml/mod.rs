//! YAML 1.2 as manifests use it: every document of a file as a tree of nodes that know their places.
//!
//! [`read_yaml`] takes the documents apart one by one, so that a broken one never takes its
//! neighbours; a [`YamlDocument`] is walked by [`Node`]s; [`ScalarType`] is what the core schema
//! makes of a scalar. Merge keys are not merged. Nothing here recurses on the depth of the input.

mod build;
mod node;
mod read;
mod scalar;

pub use node::{Entry, Node, Shape, YamlDocument};
pub use read::{YamlFault, read_yaml};
pub use scalar::{ScalarType, YamlVersion};
