//! What an entity of v3 takes over from another one of its file.
//!
//! `metadata.inheritFrom` names the other one. Where no document of a file has it and exactly one is a
//! system, the parts of that system take over from it: "Explicit and implicit metadata inheritance" in
//! Datadog's documentation of its entity model. Taken over are owners, tags, contacts and links, each where
//! the entity states none; the name and the description of one thing are not those of another.

use std::collections::{HashMap, HashSet};

use catalog_core::model::{DiagnosticCode, Severity};

use crate::manifest::{
    reading::{Pieces, Remark, Remarks, quoted},
    yaml::Node,
};

/// The kinds whose entities take over from their system.
const PARTS: [&str; 4] = ["service", "datastore", "queue", "ui"];

/// What can be taken over: for each field, the `metadata` that states it nearest.
#[derive(Clone, Copy, Default)]
pub(super) struct Inherited<'p> {
    pub(super) owner: Option<Node<'p>>,
    pub(super) additional_owners: Option<Node<'p>>,
    pub(super) tags: Option<Node<'p>>,
    pub(super) contacts: Option<Node<'p>>,
    pub(super) links: Option<Node<'p>>,
}

impl<'p> Inherited<'p> {
    /// What a `metadata` states itself.
    fn of(metadata: Node<'p>) -> Self {
        let holder = |field| Some(metadata).filter(|it| it.stated(field).is_some());
        Self {
            owner: holder("owner"),
            additional_owners: holder("additionalOwners"),
            tags: holder("tags"),
            contacts: holder("contacts"),
            links: holder("links"),
        }
    }

    /// The same, with what it lacks from another one.
    fn or(self, other: Self) -> Self {
        Self {
            owner: self.owner.or(other.owner),
            additional_owners: self.additional_owners.or(other.additional_owners),
            tags: self.tags.or(other.tags),
            contacts: self.contacts.or(other.contacts),
            links: self.links.or(other.links),
        }
    }
}

/// The entities of one file, with those that they take over from.
pub(super) struct Inheritance<'p> {
    /// In the order of the file.
    entities: Vec<Heir<'p>>,
    /// Their places in `entities` by the index of their document.
    by_document: HashMap<u32, usize>,
    /// The one system of the file, where its parts take over from it without a word.
    system: Option<System<'p>>,
}

struct Heir<'p> {
    /// As in `service:checkout`.
    name: String,
    own: Inherited<'p>,
    /// The node that names the other one, and its name.
    from: Option<(Node<'p>, String)>,
    /// The other one's place, where the file declares it.
    next: Option<usize>,
}

struct System<'p> {
    name: String,
    own: Inherited<'p>,
    components: HashSet<String>,
}

impl<'p> Inheritance<'p> {
    /// Looks at every document of a file.
    pub(super) fn of(pieces: &'p Pieces<'p>) -> Self {
        let mut entities: Vec<Heir<'p>> = Vec::new();
        let (mut by_document, mut by_name) = (HashMap::new(), HashMap::new());
        let mut systems = Vec::new();
        // What a broken document would have said is not known.
        let mut is_explicit = pieces.iter().any(Result::is_err);
        for document in pieces.iter().flatten() {
            let root = document.root();
            let Some(metadata) = root.get("metadata").filter(|own| own.is_mapping()) else { continue };
            is_explicit |= metadata.get("inheritFrom").is_some();
            let (Some(kind), Some(name)) =
                (root.get("kind").and_then(Node::scalar), metadata.get("name").and_then(Node::scalar))
            else {
                continue;
            };
            let name = format!("{}:{name}", kind.to_ascii_lowercase());
            let from = metadata.stated("inheritFrom");
            let from = from.and_then(|node| Some((node, node.scalar().filter(|text| !text.is_empty())?)));
            let heir = Heir {
                own: Inherited::of(metadata),
                from: from.map(|(node, text)| (node, with_kind(text))),
                next: None,
                name,
            };
            if kind == "system" {
                systems.push((root, heir.name.clone(), heir.own));
            }
            by_document.insert(document.index, entities.len());
            // Of two entities with one name, the first is meant.
            by_name.entry(heir.name.clone()).or_insert(entities.len());
            entities.push(heir);
        }
        for heir in &mut entities {
            heir.next = heir.from.as_ref().and_then(|(_, other)| by_name.get(other).copied());
        }
        let system = match <[_; 1]>::try_from(systems) {
            Ok([(root, name, own)]) if !is_explicit => {
                let components = root.get("spec").and_then(|spec| spec.get("components"));
                let components = components.into_iter().flat_map(Node::items).filter_map(Node::scalar);
                Some(System { name, own, components: components.map(with_kind).collect() })
            }
            _ => None,
        };
        Self { entities, by_document, system }
    }

    /// What the entity of a document states and takes over, with a word about what is not there.
    ///
    /// Time is linear in the entities of the file at worst, and no circle makes it endless.
    pub(super) fn inherited(
        &self,
        document: u32,
        root: Node<'p>,
        remarks: &mut Remarks<'_>,
    ) -> Inherited<'p> {
        let Some(first) = self.by_document.get(&document).copied() else { return Inherited::default() };
        let heir = &self.entities[first];
        let mut inherited = heir.own;
        let Some((node, other)) = &heir.from else {
            return match &self.system {
                Some(system) if is_part(system, root, &heir.name) => inherited.or(system.own),
                _ => inherited,
            };
        };
        let Some(mut at) = heir.next else {
            let message = format!(
                "`metadata.inheritFrom` names {}, which this file does not declare; nothing is taken over",
                quoted(other)
            );
            let remark = Remark::new(DiagnosticCode::UnknownRef, *node, message).severity(Severity::Note);
            remarks.push(remark.suggest("declare it in the same file"));
            return inherited;
        };
        // Whoever goes further than there are entities goes round in a circle.
        for _ in 0..self.entities.len() {
            if at == first {
                let message = format!(
                    "`metadata.inheritFrom` leads from {} back to itself; a circle ends where it began",
                    quoted(&heir.name)
                );
                let remark = Remark::new(DiagnosticCode::SelfReference, *node, message);
                remarks.push(
                    remark
                        .severity(Severity::Warning)
                        .suggest("remove `inheritFrom` from one of the entities"),
                );
                break;
            }
            inherited = inherited.or(self.entities[at].own);
            match self.entities[at].next {
                Some(next) => at = next,
                None => break,
            }
        }
        inherited
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
