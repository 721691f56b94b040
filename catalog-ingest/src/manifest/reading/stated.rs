//! Facts of formats that are not Backstage's, on their way into a declaration: owners, relations,
//! annotations, tiers, lifecycles, and our additions in the extension place of a format.

use std::collections::HashSet;

use catalog_core::model::{
    DeclaredRelation, DiagnosticCode, EntityRef, EntityRefError, Field, Located, Position, RefDefaults,
    RelationClass, RelationEnd, RelationKind,
};

use super::{Reader, Remark, note_self_reference, quoted, read_additions, schema::is_email};
use crate::manifest::{
    normal::{lifecycle_of, tier_of},
    yaml::Node,
};

/// The relations of one declaration, each counted once.
#[derive(Default)]
pub(crate) struct Relations {
    seen: HashSet<(RelationKind, RelationEnd, EntityRef)>,
}

impl Relations {
    /// States a relation with `other`, which stands at `node` and which diagnostics call `name`.
    pub(crate) fn state(
        &mut self,
        reader: &mut Reader<'_, '_>,
        (node, name): (Node<'_>, &str),
        (field, kind, subject): (Field, RelationKind, RelationEnd),
        other: EntityRef,
    ) {
        if !self.seen.insert((kind, subject, other.clone())) {
            return;
        }
        note_self_reference(reader, node, name, &other);
        reader.declaration.relations.push(DeclaredRelation {
            field,
            kind,
            subject,
            other,
            position: node.position(),
            class: RelationClass::Declared,
            terms: None,
        });
    }

    /// States an owner, given as text; what names nobody is said.
    pub(crate) fn state_owner(&mut self, reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str) {
        let Some(text) = reader.text(node) else {
            reader.declaration.unread.push(Field::Owner);
            return;
        };
        if text.value.trim().is_empty() {
            return;
        }
        match owner_ref(&text.value) {
            Ok(owner) => {
                let terms = (Field::Owner, RelationKind::OwnedBy, RelationEnd::From);
                self.state(reader, (node, name), terms, owner);
            }
            Err(error) => {
                say_no_reference(reader, node, name, &text.value, error);
                reader.declaration.unread.push(Field::Owner);
            }
        }
    }
}

/// The owner that a text means: a person for an e-mail address, else a group, by the name as written.
///
/// `team:`, `group:` and `user:` may stand in front.
pub(crate) fn owner_ref(text: &str) -> Result<EntityRef, EntityRefError> {
    let text = text.trim();
    let of = |kind, name| EntityRef::new(kind, EntityRef::DEFAULT_NAMESPACE, name);
    if text.len() > EntityRef::BYTES_MAX {
        return Err(EntityRefError::TooLong);
    }
    if is_email(text) {
        return of("user", text);
    }
    if text.starts_with("ari:cloud:identity::user/") {
        return of("user", text);
    }
    match text.split_once(':').map(|(kind, name)| (kind.to_ascii_lowercase(), name.trim())) {
        Some((kind, name)) if kind == "team" => owner_ref_of("group", name),
        Some((kind, name)) if kind == "group" || kind == "user" => owner_ref_of(&kind, name),
        _ => of("group", text),
    }
}

fn owner_ref_of(kind: &str, name: &str) -> Result<EntityRef, EntityRefError> {
    EntityRef::parse(
        &format!("{kind}:{name}"),
        RefDefaults { kind: None, namespace: EntityRef::DEFAULT_NAMESPACE },
    )
}

/// Says that a text names no entity.
pub(crate) fn say_no_reference(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    name: &str,
    text: &str,
    error: EntityRefError,
) {
    let message = format!("`{name}` is {}: {error}", quoted(text));
    reader.remarks.push(Remark::new(DiagnosticCode::RefSyntax, node, message));
}

impl Reader<'_, '_> {
    /// Keeps a fact that has no field of ours. The first value of a key stays.
    pub(crate) fn annotate(&mut self, key: &str, value: impl Into<Box<str>>, position: Position) {
        let annotations = &mut self.declaration.annotations;
        if annotations.len() < self.limits.entity_labels_max
            && annotations.iter().all(|(known, _)| **known != *key)
        {
            annotations.push((key.into(), Located::new(value.into(), position)));
        }
    }

    /// Keeps the text of a field as an annotation.
    pub(crate) fn annotate_text(&mut self, parent: Node<'_>, name: &str, key: &str) {
        if let Some(text) = parent.get(name).and_then(|node| self.text(node))
            && !text.value.is_empty()
        {
            self.annotate(key, text.value, text.position);
        }
    }

    /// Keeps the texts of a list as one annotation, with `, ` between them.
    pub(crate) fn annotate_texts(&mut self, parent: Node<'_>, name: &str, key: &str) {
        let Some(node) = parent.get(name) else { return };
        let limit = self.limits.entity_labels_max;
        let texts: Vec<Box<str>> =
            node.items().take(limit).filter_map(|item| Some(self.text(item)?.value)).collect();
        if !texts.is_empty() {
            self.annotate(key, texts.join(", "), node.position());
        }
    }

    /// Reads a tier in any of the words that people use. An unknown one is kept under `raw_key`.
    pub(crate) fn read_tier(&mut self, parent: Node<'_>, name: &str, at: &str, raw_key: &str) {
        let Some(node) = parent.stated(name) else { return };
        let text = self.text(node);
        if let Some(tier) = text.as_ref().and_then(|text| tier_of(&text.value)) {
            self.declaration.tier = Some(Located::new(tier, node.position()));
            return;
        }
        if text.as_ref().is_some_and(|text| text.value.is_empty()) {
            return;
        }
        self.value_unknown(node, at, "a number from 0 (most critical) to 4, or a word for one");
        self.declaration.unread.push(Field::Tier);
        if let Some(text) = text {
            self.annotate(raw_key, text.value, text.position);
        }
    }

    /// Reads a lifecycle into the catalog's own word for it; an unknown word stays as it is.
    pub(crate) fn read_lifecycle(&mut self, parent: Node<'_>, name: &str, at: &str) {
        let Some(mut text) = self.one_text(parent, name, Field::Lifecycle) else { return };
        match lifecycle_of(&text.value) {
            Some(word) => text.value = word.into(),
            None => {
                if let Some(node) = parent.get(name) {
                    self.value_unknown(
                        node,
                        at,
                        "`production`, `experimental`, `deprecated` or a word for one",
                    );
                }
            }
        }
        self.declaration.lifecycle = Some(text);
    }

    /// Reads our additions out of the extension place of a format, which diagnostics call `at`.
    pub(crate) fn read_extension(&mut self, node: Node<'_>, at: &str) {
        if node.is_null() {
            return;
        }
        if !node.is_mapping() {
            let message = format!("`{at}` is {}, expected a mapping", node.described());
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
            return;
        }
        let fields = [
            ("tier", Field::Tier),
            ("slo", Field::Slo),
            ("needs", Field::Needs),
            ("deployedTo", Field::DeployedTo),
            ("dataClass", Field::DataClass),
        ];
        let is_stated = |name| node.stated(name).is_some();
        let stated: Vec<Field> =
            fields.into_iter().filter(|(name, _)| is_stated(name)).map(|(_, field)| field).collect();
        self.declaration.unread.retain(|field| !stated.contains(field));
        read_additions(self, node, at);
        let unread = &self.declaration.unread;
        self.declaration.additions.extend(stated.into_iter().filter(|field| !unread.contains(field)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_teams_unless_they_are_addresses() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(owner_ref(text).ok().as_ref().map(EntityRef::as_str), expected, "{text}");
        };
        check("Payments Team", Some("group:default/payments team"));
        check("acme/shop", Some("group:default/acme/shop"));
        check("ann@example.com", Some("user:default/ann@example.com"));
        check("team:shop", Some("group:default/shop"));
        check("group:retail/shop", Some("group:retail/shop"));
        check("User:ann", Some("user:default/ann"));
        check("ari:cloud:identity::team/4a1b", Some("group:default/ari:cloud:identity::team/4a1b"));
        check("ari:cloud:identity::user/4a1b", Some("user:default/ari:cloud:identity::user/4a1b"));
        check(" ", None);
        check("team:", None);
        check(&"x".repeat(2_000), None);
    }
}
