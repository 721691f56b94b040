//! What an entity of v3 takes over from another one of its file.
//!
//! `metadata.inheritFrom` names the other one. Where no document of a file has it and exactly one is a
//! system, the parts of that system take over from it: "Explicit and implicit metadata inheritance" in
//! Datadog's documentation of its entity model. Taken over are owners, tags, contacts and links, each where
//! the entity states none; the name and the description of one thing are not those of another.

use std::collections::{HashMap, HashSet};

use catalog_core::model::{DiagnosticCode, Severity};

use crate::manifest::{
    documents::{Pieces, readable},
    remark::{Remark, Remarks, quoted},
    yaml::Node,
};

/// The kinds whose entities take over from their system.
const PARTS: [&str; 4] = ["service", "datastore", "queue", "ui"];

/// The entities of one file that others can take over from.
pub(super) struct Inheritance<'p> {
    /// `metadata` by `kind:name`; the first of two counts.
    metadata: HashMap<String, Node<'p>>,
    /// The one system of the file, where its parts take over from it without a word.
    system: Option<System<'p>>,
}

struct System<'p> {
    name: String,
    metadata: Node<'p>,
    components: HashSet<String>,
}

/// The `metadata` of an entity, and of those that it takes over from, nearest first.
pub(super) struct Chain<'p>(Vec<Node<'p>>);

impl<'p> Chain<'p> {
    /// The nearest `metadata` that states a field; the entity's own where none does.
    pub(super) fn holder(&self, field: &str) -> Option<Node<'p>> {
        let states = |metadata: &&Node<'p>| metadata.get(field).is_some_and(|value| !value.is_null());
        self.0.iter().find(states).or(self.0.first()).copied()
    }
}

impl<'p> Inheritance<'p> {
    /// Looks at every document of a file.
    pub(super) fn of(pieces: &'p Pieces<'p>) -> Self {
        let mut metadata = HashMap::new();
        let mut systems = Vec::new();
        let mut is_explicit = pieces.iter().any(Result::is_err);
        for root in readable(pieces).map(|document| document.root()) {
            let Some(own) = root.get("metadata").filter(|own| own.is_mapping()) else { continue };
            is_explicit |= own.get("inheritFrom").is_some();
            let (Some(kind), Some(name)) =
                (root.get("kind").and_then(Node::scalar), own.get("name").and_then(Node::scalar))
            else {
                continue;
            };
            metadata.entry(format!("{kind}:{name}")).or_insert(own);
            if kind == "system" {
                systems.push((root, name, own));
            }
        }
        let system = match &*systems {
            [(root, name, own)] if !is_explicit => {
                let components = root.get("spec").and_then(|spec| spec.get("components"));
                let components = components.into_iter().flat_map(Node::items).filter_map(Node::scalar);
                Some(System {
                    name: format!("system:{name}"),
                    metadata: *own,
                    components: components.map(with_kind).collect(),
                })
            }
            _ => None,
        };
        Self { metadata, system }
    }

    /// What an entity takes over, with a word about what is not there.
    ///
    /// Time is linear in the length of the chain, which no circle makes endless.
    pub(super) fn chain(
        &self,
        root: Node<'p>,
        own: Node<'p>,
        name: &str,
        remarks: &mut Remarks<'_>,
    ) -> Chain<'p> {
        let mut chain = vec![own];
        let mut seen = HashSet::from([name.to_owned()]);
        let mut at = own;
        while let Some(node) = at.get("inheritFrom").filter(|node| !node.is_null()) {
            let Some(text) = node.scalar().filter(|text| !text.is_empty()) else { break };
            let other = with_kind(text);
            // What is wrong further up is said where it stands.
            let is_own = chain.len() == 1;
            if !seen.insert(other.clone()) {
                if let Some(node) = own.get("inheritFrom").filter(|_| other == name) {
                    let message = format!(
                        "`metadata.inheritFrom` leads from {} back to itself; a circle ends where it began",
                        quoted(name)
                    );
                    remarks.push(
                        Remark::new(DiagnosticCode::SelfReference, node, message)
                            .severity(Severity::Warning)
                            .suggest("remove `inheritFrom` from one of the entities"),
                    );
                }
                break;
            }
            let Some(next) = self.metadata.get(&other) else {
                if is_own {
                    let message = format!(
                        "`metadata.inheritFrom` names {}, which this file does not declare; nothing is taken over",
                        quoted(&other)
                    );
                    remarks.push(
                        Remark::new(DiagnosticCode::UnknownRef, node, message)
                            .severity(Severity::Note)
                            .suggest("declare it in the same file"),
                    );
                }
                break;
            };
            chain.push(*next);
            at = *next;
        }
        if chain.len() == 1
            && let Some(system) = &self.system
            && is_part(system, root, name)
        {
            chain.push(system.metadata);
        }
        Chain(chain)
    }
}

fn is_part(system: &System<'_>, root: Node<'_>, name: &str) -> bool {
    let kind = name.split(':').next().unwrap_or_default();
    let of = root.get("spec").and_then(|spec| spec.get("componentOf"));
    let mut wholes = of.into_iter().flat_map(Node::items).filter_map(Node::scalar);
    PARTS.contains(&kind) && (system.components.contains(name) || wholes.any(|whole| whole == system.name))
}

/// A reference with its kind; a service where it has none.
fn with_kind(text: &str) -> String {
    if text.contains(':') { text.to_owned() } else { format!("service:{text}") }
}
