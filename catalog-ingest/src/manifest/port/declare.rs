//! The meaning of an entity of Port: itself, its teams and its properties.

use catalog_core::model::{Declaration, DiagnosticCode, EntityRef, Field, Located, Profile, Spelling};

use super::{
    BLUEPRINT,
    relations::{read_relation, read_relations},
};
use crate::{
    limits::ManifestLimits,
    manifest::{
        normal::{entity_name, link_type_of},
        reading::{
            ADDITIONS_KEY, LABELS_MAX, RELATIONS_MAX, Reader, Remark, Remarks, is_web_address,
            pagerduty_service_of, quoted, without_secrets,
        },
        yaml::{Node, Shape},
    },
    port_mapping::{PortKind, PortMapping, PortProperty},
};

/// The fields of an entity that Port reads.
const FIELDS: [&str; 7] = ["identifier", "title", BLUEPRINT, "icon", "team", "properties", "relations"];

/// Reads an entity; `None` where it has no identifier or no blueprint.
pub(super) fn declare<'f>(
    node: Node<'_>,
    mapping: &PortMapping,
    remarks: &mut Remarks<'f>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let text = |name| node.stated(name)?.scalar().map(|text| without_secrets(text.trim()).into_owned());
    let (identifier, blueprint) = (text("identifier")?, text(BLUEPRINT)?);
    let (name_node, blueprint_node) = (node.stated("identifier")?, node.stated(BLUEPRINT)?);
    if identifier.is_empty() || blueprint.is_empty() {
        return None;
    }
    let known = mapping.blueprint(&blueprint);
    let kind = known.cloned().unwrap_or_else(|| PortKind::unknown(&blueprint));
    let named = entity_name(&identifier).and_then(|name| {
        let entity = EntityRef::new(kind.kind(), EntityRef::DEFAULT_NAMESPACE, &name).ok()?;
        Some((
            entity,
            Spelling { kind: kind.spelled().into(), namespace: None, name: identifier.as_str().into() },
        ))
    });
    let Some((entity, spelling)) = named else {
        let message = format!("`identifier` is {}, expected a name", quoted(&identifier));
        let remark = Remark::new(DiagnosticCode::FieldFormat, name_node, message);
        remarks.push(remark.problem("identifier is not valid"));
        return None;
    };
    let declaration = Declaration::new(entity, spelling, name_node.position());
    let mut reader = Reader::new(declaration, remarks, limits);
    reader.declaration.declared_as = Some(format!("{blueprint}:{identifier}").into());
    reader.add_alias(name_node, kind.kind(), &identifier, "identifier");
    if known.is_none() {
        let message = format!(
            "the blueprint {} has no meaning of its own here; the entity is read as a resource of that type",
            quoted(&blueprint)
        );
        let remark = Remark::new(DiagnosticCode::UnknownKind, blueprint_node, message);
        reader.remarks.push(remark.suggest(format!(
            "say in `catalog.toml` what it is: `[port.blueprints] {blueprint} = \"component\"`"
        )));
    }
    let title = node.stated("title").and_then(|title| reader.node_text(title, "title", Some(Field::Title)));
    reader.declaration.title = title.filter(|title| *title.value != *identifier);
    reader.declaration.entity_type =
        kind.entity_type().map(|of| Located::new(of.into(), blueprint_node.position()));
    read_teams(&mut reader, node);
    read_relations(&mut reader, node, mapping, kind.kind());
    read_properties(&mut reader, node, mapping, kind.kind());
    read_misplaced(&mut reader, node, mapping, kind.kind());
    reader.cut_description();
    Some(reader.finish())
}

/// Fields that stand beside `properties` and `relations` instead of in them: said, and read where the
/// mapping knows what they are.
fn read_misplaced(reader: &mut Reader<'_, '_>, node: Node<'_>, mapping: &PortMapping, kind: &str) {
    let limit = reader.limits.diagnostics_max;
    for entry in
        node.entries().filter(|entry| !FIELDS.contains(&entry.key.scalar().unwrap_or_default())).take(limit)
    {
        let key = entry.key.scalar().unwrap_or("?");
        let message = format!("{} is not a field of an entity that Port knows", quoted(key));
        let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
        let (is_relation, property) = (mapping.relation(key).is_some(), mapping.property(key));
        let place = if is_relation { "relations" } else { "properties" };
        reader.remarks.push(remark.suggest(format!("move it into `{place}`")));
        if is_relation {
            read_relation(reader, entry, "", mapping, kind);
        } else if let Some(meaning) = property
            && !entry.value.is_null()
        {
            read_property(reader, entry.value, key, meaning, kind);
        }
    }
}

/// `team`: the name of one team or of several.
fn read_teams(reader: &mut Reader<'_, '_>, node: Node<'_>) {
    let Some(team) = node.stated("team") else { return };
    let (count, limit) = (team.items().len(), reader.limits.entity_relations_max);
    if !reader.is_within(team, count, limit, RELATIONS_MAX, "team", Field::Owner) {
        return;
    }
    let items = if team.shape() == Shape::Sequence { team.items().collect() } else { vec![team] };
    for item in items {
        reader.state_owner(item, "team");
    }
}

fn read_properties(reader: &mut Reader<'_, '_>, node: Node<'_>, mapping: &PortMapping, kind: &str) {
    let Some(properties) = node.stated("properties") else { return };
    if !reader.expect_mapping(properties, "properties", "a mapping", Field::Annotations) {
        return;
    }
    let (count, limit) = (properties.entries().len(), reader.limits.entity_labels_max);
    if !reader.is_within(properties, count, limit, LABELS_MAX, "properties", Field::Annotations) {
        return;
    }
    for entry in properties.entries() {
        let Some(key) = entry.key.scalar().filter(|key| !key.is_empty()) else { continue };
        if key == ADDITIONS_KEY || entry.value.is_null() {
            continue;
        }
        let key = reader.without_secret(entry.key, key);
        let name = format!("properties.{key}");
        match mapping.property(&key) {
            Some(meaning) => read_property(reader, entry.value, &name, meaning, kind),
            None => keep_property(reader, entry.value, &name, &key),
        }
    }
    if let Some(additions) = properties.get(ADDITIONS_KEY) {
        reader.take_additions(additions, "properties.catalog");
    }
}

fn read_property(reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str, meaning: PortProperty, kind: &str) {
    match meaning {
        PortProperty::Tier => reader.take_tier(node, name),
        PortProperty::Lifecycle => reader.take_lifecycle(node, name),
        PortProperty::Type => {
            if let Some(text) = reader.node_text(node, name, Some(Field::Type)) {
                reader.declaration.entity_type = Some(text);
            }
        }
        PortProperty::Description => {
            reader.declaration.description = reader.node_text(node, name, Some(Field::Description));
        }
        PortProperty::Tags => read_tags(reader, node, name),
        PortProperty::Slack | PortProperty::Email | PortProperty::Pagerduty => {
            let Some(text) = reader.node_text(node, name, Some(Field::Annotations)) else { return };
            read_contact(reader, node, text, meaning, kind);
        }
    }
}

fn read_tags(reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str) {
    let (count, limit) = (node.items().len(), reader.limits.entity_labels_max);
    if !reader.is_within(node, count, limit, LABELS_MAX, name, Field::Tags) {
        return;
    }
    let items =
        if count > 0 || node.shape() == Shape::Sequence { node.items().collect() } else { vec![node] };
    for item in items {
        if let Some(tag) = reader.node_text(item, name, Some(Field::Tags)) {
            reader.add_tag(tag);
        }
    }
}

/// Somebody to be reached: by an address that leads there, else by the annotation of the tool.
fn read_contact(
    reader: &mut Reader<'_, '_>,
    _node: Node<'_>,
    text: Located<Box<str>>,
    meaning: PortProperty,
    kind: &str,
) {
    match meaning {
        PortProperty::Slack if is_web_address(&text.value) => {
            reader.add_link(text, Some("Slack".into()), Some("chat"));
        }
        PortProperty::Slack => reader.add_channel(&text),
        PortProperty::Email if matches!(kind, "group" | "user") => {
            reader.declaration.profile = Some(Profile { email: Some(text.value), ..Profile::default() });
        }
        PortProperty::Email => reader.annotate_too("catalog/contact-email", text),
        _ => {
            let id = if is_web_address(&text.value) {
                pagerduty_service_of(&text.value)
            } else {
                Some(&*text.value)
            };
            match id {
                Some(id) => {
                    let id = Located::new(id.into(), text.position);
                    reader.annotate_too("pagerduty.com/service-id", id);
                }
                None => reader.add_link(text, Some("PagerDuty".into()), Some("oncall")),
            }
        }
    }
}

/// A property that only its name explains: the address of a page is a link, anything else a fact.
fn keep_property(reader: &mut Reader<'_, '_>, node: Node<'_>, name: &str, key: &str) {
    if node.scalar().is_some_and(|text| is_web_address(text.trim())) {
        if let Some(url) = reader.text(node) {
            reader.add_link(
                Located::new(url.value.trim().into(), url.position),
                Some(key.into()),
                Some(link_type_of(key)),
            );
        }
        return;
    }
    reader.keep_fact(node, name, &format!("port.io/{key}"));
}
