//! JSON Schema, as OpenAPI and AsyncAPI use it, becomes shapes.
//!
//! Follows drafts 4 to 2020-12 as far as shapes go: `type`, `properties`, `required`, `items`,
//! `additionalProperties`, `enum`, `const`, `allOf`, `oneOf`, `anyOf`, `nullable`, `format`, `readOnly`,
//! `writeOnly` and `$ref`, beside which nothing else counts. Every node becomes one shape however often it is
//! referred to, so that circles end and the work is linear in the text, `allOf` aside.

use std::collections::{HashMap, HashSet};

use catalog_core::model::DiagnosticCode;

use super::{
    definition::{Direction, EnumValue, Field, Kind, Member, ShapeId, Slot},
    draft::Draft,
    tree::{At, NodeKey, Tree, Unresolved},
};
use crate::manifest::yaml::Node;

/// How many members of `allOf`, theirs included, make one shape.
const LAYERS_MAX: usize = 64;
/// How many types one schema may state; there are seven.
const TYPES_MAX: usize = 16;
/// How many wrappers around one schema are taken off.
const WRAPPERS_MAX: usize = 32;

/// The schemas of a definition on their way to shapes.
pub(super) struct Schemas<'d, 'l> {
    pub(super) tree: &'d Tree<'d>,
    pub(super) draft: Draft<'l>,
    known: HashMap<NodeKey, ShapeId>,
    /// What references to a node stand for, found out once.
    slots: HashMap<NodeKey, Slot>,
    pending: Vec<(ShapeId, At<'d>)>,
    /// Whether a part of the operation that is being read could not be found.
    pub(super) has_missed: bool,
}

impl<'d, 'l> Schemas<'d, 'l> {
    pub(super) fn new(tree: &'d Tree<'d>, draft: Draft<'l>) -> Self {
        Self {
            tree,
            draft,
            known: HashMap::new(),
            slots: HashMap::new(),
            pending: Vec::new(),
            has_missed: false,
        }
    }

    /// What a node stands for; `None`, and a remark, where its reference leads to nothing that was read.
    pub(super) fn resolve(&mut self, at: At<'d>) -> Option<(At<'d>, Option<&'d str>)> {
        match self.tree.resolve(at) {
            Ok(found) => Some(found),
            Err(unresolved) => {
                let message = match unresolved {
                    Unresolved::Elsewhere(target) => {
                        let target: String = target.chars().take(200).collect();
                        format!("the reference `{target}` leads to nothing that could be read")
                    }
                    Unresolved::Circle => "references lead to each other and to no schema".to_owned(),
                };
                self.draft.say(DiagnosticCode::DefinitionReference, at.place(), message);
                None
            }
        }
    }

    /// The same for a part of an operation, which would seem to be removed where it cannot be found.
    pub(super) fn resolve_part(&mut self, at: At<'d>) -> Option<(At<'d>, Option<&'d str>)> {
        let found = self.resolve(at);
        self.has_missed |= found.is_none();
        found
    }

    /// The same for what holds operations.
    pub(super) fn resolve_holder(&mut self, at: At<'d>) -> Option<(At<'d>, Option<&'d str>)> {
        let found = self.resolve(at);
        self.draft.definition.is_incomplete |= found.is_none();
        found
    }

    /// The place for values of a schema.
    pub(super) fn slot(&mut self, at: At<'d>) -> Slot {
        let Some((at, name)) = self.resolve(at) else {
            return Slot { shape: self.draft.reserve(None, at.place()), is_nullable: false };
        };
        if let Some(slot) = self.slots.get(&at.key()) {
            return *slot;
        }
        let slot = self.unwrapped(at, name);
        self.slots.insert(at.key(), slot);
        slot
    }

    /// The same for a schema that is no reference, with the name by which it was referred to.
    fn unwrapped(&mut self, mut at: At<'d>, mut name: Option<&'d str>) -> Slot {
        let mut is_nullable = false;
        for _ in 0..WRAPPERS_MAX {
            is_nullable |=
                at.is_true("nullable") || at.is_true("x-nullable") || types_of(at).contains(&"null");
            let Some(inner) = self.wrapped(at, &mut is_nullable) else { break };
            let Some((found, found_name)) = self.resolve(inner) else {
                return Slot { shape: self.draft.reserve(None, inner.place()), is_nullable };
            };
            at = found;
            name = found_name.or(name);
        }
        if let Some(shape) = self.known.get(&at.key()) {
            return Slot { shape: *shape, is_nullable };
        }
        let shape = self.draft.reserve(name, at.place());
        self.known.insert(at.key(), shape);
        self.pending.push((shape, at));
        Slot { shape, is_nullable }
    }

    /// The one schema that a schema only wraps: in `oneOf` beside null, or alone in `allOf`.
    fn wrapped(&self, at: At<'d>, is_nullable: &mut bool) -> Option<At<'d>> {
        let says_more = ["type", "properties", "enum", "const", "items"].iter().any(|key| at.has(key));
        if says_more {
            return None;
        }
        let mut members = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| at.get(key));
        let (members, None) = (members.next()?, members.next()) else { return None };
        let is_null = |member: &At<'d>| member.text("type") == Some("null");
        *is_nullable |= members.items().any(|member| is_null(&member));
        let mut others = members.items().filter(|member| !is_null(member));
        let only = others.next();
        only.filter(|_| others.next().is_none())
    }

    /// Fills in every shape that was met; afterwards no schema may be added.
    pub(super) fn finish(mut self) -> Draft<'l> {
        while let Some((shape, at)) = self.pending.pop() {
            let kind = self.kind(at);
            self.draft.fill(shape, kind);
        }
        self.draft
    }

    /// A schema with all members of its `allOf`, theirs included, each once; `None` where one is not found.
    fn layers(&mut self, at: At<'d>) -> Option<Vec<At<'d>>> {
        let (mut layers, mut seen) = (vec![at], HashSet::from([at.key()]));
        let mut next = 0;
        while let Some(layer) = layers.get(next).copied() {
            next += 1;
            let Some(members) = layer.get("allOf") else { continue };
            for member in members.items() {
                if !self.draft.counts(member.place()) {
                    return None;
                }
                if layers.len() >= LAYERS_MAX {
                    let message =
                        format!("`allOf` joins more than {LAYERS_MAX} schemas; the rest is not read");
                    self.draft.say(DiagnosticCode::DefinitionLimit, member.place(), message);
                    return None;
                }
                let (member, _) = self.resolve(member)?;
                if seen.insert(member.key()) {
                    layers.push(member);
                }
            }
        }
        Some(layers)
    }

    fn kind(&mut self, at: At<'d>) -> Kind {
        let Some(layers) = self.layers(at) else { return Kind::Unread };
        let first = |key: &str| layers.iter().find_map(|layer| layer.get(key));
        let types: Vec<&str> =
            layers.iter().map(|layer| types_of(*layer)).find(|it| !it.is_empty()).unwrap_or_default();
        let values: Option<Vec<EnumValue>> = first("enum").map(|values| {
            let within = values.items().take_while(|value| self.draft.counts(value.place()));
            within.filter_map(value_of).collect()
        });
        let values = values.or_else(|| first("const").and_then(value_of).map(|value| vec![value]));
        if let Some(values) = values {
            return Kind::Enum(values);
        }
        let fields = self.fields(&layers);
        if !fields.is_empty() {
            return Kind::Object(fields);
        }
        if let Some(members) = first("oneOf").or_else(|| first("anyOf")) {
            return Kind::Union(self.members(members));
        }
        if let Some(values) = first("additionalProperties").filter(|values| values.node.is_mapping()) {
            return Kind::Map("string".into(), self.slot(values));
        }
        if let Some(items) = first("items").filter(|items| items.node.is_mapping()) {
            return Kind::List(self.slot(items));
        }
        let mut types: Vec<Box<str>> =
            types.into_iter().filter(|name| *name != "null").map(Into::into).collect();
        types.sort_unstable();
        types.dedup();
        match types.iter().map(|name| &**name).collect::<Vec<_>>()[..] {
            [] => Kind::Any,
            ["object"] => Kind::Object(Vec::new()),
            _ => {
                let format = first("format").and_then(|format| format.node.scalar());
                Kind::Scalar { types, format: format.map(Into::into) }
            }
        }
    }

    /// The fields that any of the layers states; the first statement of a field counts.
    fn fields(&mut self, layers: &[At<'d>]) -> Vec<Field> {
        let required: HashSet<&str> = layers
            .iter()
            .filter_map(|layer| layer.get("required"))
            .flat_map(At::items)
            .take_while(|name| self.draft.counts(name.place()))
            .filter_map(|name| name.node.scalar())
            .collect();
        let (mut fields, mut seen) = (Vec::new(), HashSet::new());
        for (name, at) in layers.iter().filter_map(|layer| layer.get("properties")).flat_map(At::entries) {
            if !self.draft.counts(at.place()) {
                break;
            }
            if !seen.insert(name) {
                continue;
            }
            let never = if at.is_true("readOnly") {
                Some(Direction::Sent)
            } else {
                at.is_true("writeOnly").then_some(Direction::Received)
            };
            fields.push(Field {
                name: name.into(),
                number: None,
                slot: self.slot(at),
                is_required: required.contains(name),
                never,
                arguments: Vec::new(),
                place: at.place(),
            });
        }
        fields
    }

    /// The members of a union, told apart by the names of what they refer to, else by their place.
    pub(super) fn members(&mut self, members: At<'d>) -> Vec<Member> {
        let mut labels = HashSet::new();
        let mut found = Vec::new();
        for (index, member) in members.items().enumerate() {
            if member.text("type") == Some("null") {
                continue;
            }
            let name = member.text("$ref").and_then(|target| target.rsplit('/').next());
            let name = name.or_else(|| member.text("title")).map(str::to_owned);
            let label =
                name.filter(|name| labels.insert(name.clone())).unwrap_or_else(|| format!("{}", index + 1));
            found.push(Member { label: label.into(), shape: self.slot(member).shape });
        }
        found
    }
}

/// The types that a schema states: one, or a list of them.
fn types_of(at: At<'_>) -> Vec<&str> {
    let Some(stated) = at.get("type").map(|at| at.node) else { return Vec::new() };
    let listed = stated.items().take(TYPES_MAX).filter_map(Node::scalar);
    stated.scalar().into_iter().chain(listed).collect()
}

fn value_of(at: At<'_>) -> Option<EnumValue> {
    Some(EnumValue { name: at.node.scalar()?.into(), number: None })
}
