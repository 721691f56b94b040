//! The meaning of a `service` or `component`.

use catalog_core::model::{Declaration, DiagnosticCode, EntityRef, Field, Located, Spelling};

use super::tools::{read_alert_sources, read_tools};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile,
        normal::{entity_name, kind_of_type},
        reading::{ADDITIONS_KEY, Reader, Remark, Remarks, Stated, without_secrets},
        yaml::Node,
    },
};

/// Every field that a service or a component has.
const FIELDS: [&str; 20] = [
    "name",
    "type",
    "lifecycle",
    "tier",
    "product",
    "owner",
    "system",
    "language",
    "framework",
    "description",
    "note",
    "aliases",
    "tags",
    "repositories",
    "tools",
    "dependencies",
    "relationships",
    "alert_sources",
    "properties",
    "apis",
];

/// Reads a service; `None` where it has neither a name nor an alias.
pub(super) fn declare<'f>(
    section: Node<'_>,
    at: &str,
    file: &ManifestFile<'_>,
    remarks: &mut Remarks<'f>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let name_node = find_name(section, at, remarks)?;
    let written = without_secrets(name_node.scalar()?.trim()).into_owned();
    let name = entity_name(&written)?;
    let own_type = section.stated("type").and_then(Node::scalar).unwrap_or("service");
    let (kind, usual_type) = kind_of_type(own_type);
    let entity = EntityRef::new(kind, EntityRef::DEFAULT_NAMESPACE, &name).ok()?;
    let spelling = Spelling { kind: kind.into(), namespace: None, name: name.as_ref().into() };
    let declaration = Declaration::new(entity, spelling, name_node.position());
    let mut reader = Reader::new(declaration, remarks, limits);
    let alias = automatic_alias(&written);
    reader.declaration.declared_as = Some(format!("{at}:{alias}").into());
    if *name != *written {
        reader.declaration.title = Some(Located::new(written.as_str().into(), name_node.position()));
    }
    reader.note_unknown_fields(section, at, &FIELDS, "OpsLevel");
    for own in [&written, &alias] {
        reader.add_alias(name_node, kind, own, &format!("{at}.name"));
    }
    read_aliases(&mut reader, section, at, kind);
    read_itself(&mut reader, section, at, usual_type);
    if let Some(owner) = section.stated("owner") {
        reader.state_owner(owner, &format!("{at}.owner"));
    }
    if let Some(system) = reader.field_text(section, at, "system", Some(Field::System))
        && let Some(node) = section.get("system")
        && let Some(system) = reader.entity_named(node, "system", &system.value, &format!("{at}.system"))
    {
        reader.state(Stated::SYSTEM, system, node, &format!("{at}.system"), None);
    }
    read_dependencies(&mut reader, section, at);
    read_repositories(&mut reader, section, at, file);
    read_tools(&mut reader, section, at);
    read_alert_sources(&mut reader, section, at);
    read_properties(&mut reader, section, at);
    Some(reader.finish())
}

/// The node of the service's name, or of its first alias where it has no name.
fn find_name<'d>(section: Node<'d>, at: &str, remarks: &mut Remarks<'_>) -> Option<Node<'d>> {
    let is_name = |node: &Node<'_>| {
        node.scalar().is_some_and(|text| !node.is_null() && entity_name(&without_secrets(text)).is_some())
    };
    if let Some(name) = section.get("name").filter(is_name) {
        return Some(name);
    }
    let place = section.stated("name").unwrap_or(section);
    let (code, message) = match section.stated("name") {
        Some(name) if name.scalar().is_some() => {
            (DiagnosticCode::FieldFormat, format!("`{at}.name` holds no letter or digit, expected a name"))
        }
        Some(name) => {
            (DiagnosticCode::WrongType, format!("`{at}.name` is {}, expected a text", name.described()))
        }
        None => (DiagnosticCode::MissingField, format!("`{at}.name` is missing")),
    };
    let remark = Remark::new(code, place, message).problem(format!("{at}.name is not valid"));
    remarks.push(remark.suggest("add `name: …`"));
    let aliases = section.get("aliases")?;
    aliases.items().chain(Some(aliases)).find(is_name)
}

/// The alias that OpsLevel makes of a name: lower case, with one `_` for everything that is neither a
/// letter nor a digit.
pub(super) fn automatic_alias(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

fn read_aliases(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str, kind: &str) {
    let items = reader.field_items(section, at, "aliases", Field::Aliases);
    for (index, item) in items.into_iter().enumerate() {
        let name = format!("{at}.aliases[{index}]");
        if let Some(alias) = reader.node_text(item, &name, Some(Field::Aliases)) {
            reader.add_alias(item, kind, &alias.value, &name);
        }
    }
}

fn read_itself(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str, usual_type: Option<&str>) {
    reader.declaration.description = reader.field_text(section, at, "description", Some(Field::Description));
    reader.cut_description();
    let entity_type = reader.field_text(section, at, "type", Some(Field::Type));
    let assumed = || Located::new("service".into(), reader.declaration.position);
    let mut entity_type = entity_type.unwrap_or_else(assumed);
    if let Some(usual) = usual_type {
        entity_type.value = usual.into();
    }
    reader.declaration.entity_type = Some(entity_type);
    if let Some(lifecycle) = section.stated("lifecycle") {
        reader.take_lifecycle(lifecycle, &format!("{at}.lifecycle"));
    }
    if let Some(tier) = section.stated("tier") {
        reader.take_tier(tier, &format!("{at}.tier"));
    }
    for name in ["product", "language", "framework"] {
        if let Some(value) = reader.field_text(section, at, name, Some(Field::Annotations))
            && let Some(_node) = section.get(name)
        {
            reader.annotate(&format!("opslevel.com/{name}"), value);
        }
    }
    read_tags(reader, section, at);
}

/// Tags become `key:value`.
pub(super) fn read_tags(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str) {
    let items = reader.field_items(section, at, "tags", Field::Tags);
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("{at}.tags[{index}]");
        if !item.is_mapping() {
            reader.say_wrong_type(item, &at, "a mapping with `key` and `value`");
            match reader.text(item) {
                Some(text) => reader.add_tag(text),
                None => reader.declaration.unread.push(Field::Tags),
            }
            continue;
        }
        let Some(key) = reader.field_text(item, &at, "key", Some(Field::Tags)) else {
            if item.stated("key").is_none() {
                reader.say_missing(item, &format!("{at}.key"), "add `key: …`");
            }
            continue;
        };
        let value = reader.field_text(item, &at, "value", Some(Field::Tags));
        let tag = match value {
            Some(value) => format!("{}:{}", key.value, value.value).into(),
            None => key.value,
        };
        reader.add_tag(Located::new(tag, key.position));
    }
}

fn read_dependencies(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str) {
    let items = reader.field_items(section, at, "dependencies", Field::DependsOn);
    for (index, item) in items.into_iter().enumerate() {
        let name = format!("{at}.dependencies[{index}]");
        let node = if item.is_mapping() { item.stated("alias") } else { Some(item) };
        let Some(node) = node else {
            reader.say_missing(item, &format!("{name}.alias"), "add `alias: …`");
            continue;
        };
        let Some(alias) = reader.node_text(node, &name, Some(Field::DependsOn)) else { continue };
        if let Some(other) = reader.entity_named(node, "component", &alias.value, &name) {
            reader.state(Stated::DEPENDS_ON, other, node, &name, None);
        }
    }
}

fn read_repositories(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str, file: &ManifestFile<'_>) {
    let items = reader.field_items(section, at, "repositories", Field::CodeLocations);
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("{at}.repositories[{index}]");
        if !reader.expect_mapping(item, &at, "a mapping with `name` and `path`", Field::CodeLocations) {
            continue;
        }
        let Some(name) = reader.field_text(item, &at, "name", Some(Field::CodeLocations)) else {
            if item.stated("name").is_none() {
                reader.say_missing(item, &format!("{at}.name"), "add `name: owner/repository`");
            }
            continue;
        };
        let path = reader.field_text(item, &at, "path", Some(Field::CodeLocations));
        let path = path.as_ref().map(|path| &*path.value);
        reader.add_code_location(file.repository.as_str(), &name, path);
    }
}

fn read_properties(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str) {
    let Some(properties) = section.stated("properties") else { return };
    let at = format!("{at}.properties");
    if !reader.expect_mapping(properties, &at, "a mapping", Field::Annotations) {
        return;
    }
    reader.keep_facts(properties, &at, "opslevel.com/properties.", &[ADDITIONS_KEY]);
    if let Some(additions) = properties.get(ADDITIONS_KEY) {
        reader.take_additions(additions, &format!("{at}.{ADDITIONS_KEY}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_made_of_names() {
        let check = |name, expected| assert_eq!(automatic_alias(name), expected, "{name}");
        check("Core Payments", "core_payments");
        check("ShoppingCart-v2", "shoppingcart_v2");
        check(" a -- b. ", "a_b");
    }
}
