//! The meaning of a descriptor: the entity itself, with what is known of it alone.

use catalog_core::model::{Declaration, DiagnosticCode, EntityRef, Field, Located, Spelling};

use super::{objectives::read_objectives, people::read_people, relations::read_relations};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile,
        normal::{entity_name, kind_of_type, link_type_of, tier_of},
        reading::{
            ADDITIONS_KEY, LABELS_MAX, Reader, Remark, Remarks, is_web_address, quoted, without_secrets,
        },
        yaml::Node,
    },
};

/// Blocks under names that look right and are not read by Cortex, with the right ones.
const MISSPELT: [(&str, &str); 8] = [
    ("x-cortex-links", "x-cortex-link"),
    ("x-cortex-owner", "x-cortex-owners"),
    ("x-cortex-dependencies", "x-cortex-dependency"),
    ("x-cortex-relationship", "x-cortex-relationships"),
    ("x-cortex-parent", "x-cortex-parents"),
    ("x-cortex-on-call", "x-cortex-oncall"),
    ("x-cortex-group", "x-cortex-groups"),
    ("x-cortex-slo", "x-cortex-slos"),
];

/// What an entity is, by `x-cortex-type`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CortexKind {
    /// A service, or an entity of a custom type, which may be a resource or the like.
    Component,
    Domain,
    Team,
}

impl CortexKind {
    fn of(kind: &str) -> Self {
        match kind {
            "Domain" => Self::Domain,
            "Group" => Self::Team,
            _ => Self::Component,
        }
    }
}

/// Reads a descriptor; `None` where its tag cannot be read.
pub(super) fn declare<'f>(
    root: Node<'_>,
    info: Node<'_>,
    tag_node: Node<'_>,
    file: &ManifestFile<'_>,
    remarks: &mut Remarks<'f>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let cortex_type = info.stated("x-cortex-type").and_then(Node::scalar).unwrap_or("service").trim();
    let (spelled, usual_type) = kind_of_type(cortex_type);
    let kind = CortexKind::of(spelled);
    let tag = without_secrets(tag_node.scalar().unwrap_or_default().trim());
    let named = entity_name(&tag).and_then(|name| {
        let entity = EntityRef::new(spelled, EntityRef::DEFAULT_NAMESPACE, &name).ok()?;
        Some((entity, Spelling { kind: spelled.into(), namespace: None, name: (&*tag).into() }))
    });
    let Some((entity, spelling)) = named else {
        let found = tag_node.scalar().map_or_else(|| tag_node.described().to_owned(), quoted);
        let message = format!("`info.x-cortex-tag` is {found}, expected a name");
        let remark = Remark::new(DiagnosticCode::FieldFormat, tag_node, message);
        remarks.push(remark.problem("info.x-cortex-tag is not valid"));
        return None;
    };
    let declaration = Declaration::new(entity, spelling, tag_node.position());
    let mut reader = Reader::new(declaration, remarks, limits);
    reader.declaration.declared_as = Some((&*tag).into());
    reader.add_alias(tag_node, spelled, &tag, "info.x-cortex-tag");
    if root.stated("openapi").is_none() {
        reader.say_missing(root, "openapi", "add `openapi: 3.0.1`");
    }
    for entry in info.entries() {
        let key = entry.key.scalar().unwrap_or_default();
        if let Some((_, right)) = MISSPELT.iter().find(|(wrong, _)| *wrong == key) {
            let message = format!("`info.{key}` is not a block that Cortex knows");
            let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
            reader.remarks.push(remark.suggest(format!("write `{right}`")));
        }
    }
    read_itself(&mut reader, info, kind, usual_type);
    read_code_locations(&mut reader, info, file);
    read_people(&mut reader, info, kind);
    read_relations(&mut reader, info, kind);
    read_objectives(&mut reader, info);
    if let Some(metadata) = info.stated("x-cortex-custom-metadata")
        && let Some(additions) = metadata.stated(ADDITIONS_KEY)
    {
        reader.take_additions(additions, "info.x-cortex-custom-metadata.catalog");
    } else if let Some(additions) = info.stated("x-catalog") {
        reader.take_additions(additions, "info.x-catalog");
    }
    Some(reader.finish())
}

fn read_itself(reader: &mut Reader<'_, '_>, info: Node<'_>, kind: CortexKind, usual_type: Option<&str>) {
    match reader.field_text(info, "info", "title", Some(Field::Title)) {
        Some(title) if *title.value != *reader.declaration.spelling.name => {
            reader.declaration.title = Some(title);
        }
        Some(_) => {}
        None if info.stated("title").is_none() => {
            reader.say_missing(info, "info.title", "add `title: …`");
        }
        None => {}
    }
    reader.declaration.description = reader.field_text(info, "info", "description", Some(Field::Description));
    reader.cut_description();
    let cortex_type = reader.field_text(info, "info", "x-cortex-type", Some(Field::Type));
    if kind == CortexKind::Component {
        let service = || Located::new("service".into(), reader.declaration.position);
        let mut entity_type = cortex_type.unwrap_or_else(service);
        if let Some(usual) = usual_type {
            entity_type.value = usual.into();
        }
        reader.declaration.entity_type = Some(entity_type);
    }
    read_groups(reader, info);
    read_links(reader, info);
    read_metadata(reader, info);
    if let Some(definition) = info.stated("x-cortex-definition") {
        if definition.is_mapping() {
            reader.keep_facts(definition, "info.x-cortex-definition", "cortex.io/definition.", &[]);
        } else {
            reader.say_wrong_type(definition, "info.x-cortex-definition", "a mapping");
        }
    }
}

/// Groups are tags; one that names a tier says it of the entity.
fn read_groups(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    for name in ["x-cortex-groups", "x-cortex-service-groups"] {
        for (index, item) in reader.field_items(info, "info", name, Field::Tags).into_iter().enumerate() {
            let Some(text) = reader.node_text(item, &format!("info.{name}[{index}]"), Some(Field::Tags))
            else {
                continue;
            };
            let lower = text.value.to_ascii_lowercase();
            let tier = lower
                .strip_prefix("tier")
                .and_then(|rest| tier_of(rest.trim_start_matches([':', '-', '_', ' '])));
            if let Some(tier) = tier
                && reader.declaration.tier.is_none()
            {
                reader.declaration.tier = Some(Located::new(tier, text.position));
            }
            reader.add_tag(text);
        }
    }
}

fn read_links(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    let items = reader.field_items(info, "info", "x-cortex-link", Field::Links);
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("info.x-cortex-link[{index}]");
        if item.scalar().is_some_and(is_web_address) {
            reader.say_wrong_type(item, &at, "a mapping with `url`");
            if let Some(url) = reader.text(item) {
                reader.add_link(url, None, Some("other"));
            }
            continue;
        }
        if !reader.expect_mapping(item, &at, "a mapping with `url`", Field::Links) {
            continue;
        }
        let Some(url) = reader.field_text(item, &at, "url", Some(Field::Links)) else {
            if item.stated("url").is_none() {
                let message = format!("`{at}` has no `url`");
                let remark = Remark::new(DiagnosticCode::LinkFormat, item, message);
                reader
                    .remarks
                    .push(remark.problem(format!("{at}.url is missing")).suggest("add `url: https://…`"));
            }
            continue;
        };
        let title = reader.field_text(item, &at, "name", None).map(|title| title.value);
        let link_type = reader.field_text(item, &at, "type", None);
        let link_type = link_type.map_or("other", |of| link_type_of(&of.value));
        reader.add_link(url, title, Some(link_type));
    }
}

/// Custom metadata is kept as it is; `tier` and `lifecycle` among it are what their names say.
fn read_metadata(reader: &mut Reader<'_, '_>, info: Node<'_>) {
    const AT: &str = "info.x-cortex-custom-metadata";
    let Some(metadata) = info.stated("x-cortex-custom-metadata") else { return };
    if !reader.expect_mapping(metadata, AT, "a mapping", Field::Annotations) {
        return;
    }
    let count = metadata.entries().len();
    let limit = reader.limits.entity_labels_max;
    if !reader.is_within(metadata, count, limit, LABELS_MAX, AT, Field::Annotations) {
        return;
    }
    for entry in metadata.entries() {
        let Some(key) = entry.key.scalar().filter(|key| !key.is_empty() && *key != ADDITIONS_KEY) else {
            continue;
        };
        // A value may come with a description of its own.
        let is_wrapped =
            entry.value.entries().all(|part| matches!(part.key.scalar(), Some("value" | "description")));
        let value = entry.value.get("value").filter(|_| is_wrapped).unwrap_or(entry.value);
        let name = format!("{AT}.{key}");
        match key {
            _ if value.is_null() => {}
            "tier" => reader.take_tier(value, &name),
            "lifecycle" => reader.take_lifecycle(value, &name),
            _ => {
                let key = reader.without_secret(entry.key, key);
                reader.keep_fact(value, &name, &format!("cortex.io/metadata.{key}"));
            }
        }
    }
}

/// The repositories, or folders of them, that the entity is made of.
fn read_code_locations(reader: &mut Reader<'_, '_>, info: Node<'_>, file: &ManifestFile<'_>) {
    const AT: &str = "info.x-cortex-git";
    let Some(git) = info.stated("x-cortex-git") else { return };
    if !reader.expect_mapping(git, AT, "a mapping from a git host to a repository", Field::CodeLocations) {
        return;
    }
    for entry in git.entries().take(reader.limits.entity_labels_max) {
        let at = format!("{AT}.{}", entry.key.scalar().unwrap_or("?"));
        // Several repositories of one host stand in a list.
        let items = entry.value.items().len();
        let places: Vec<Node<'_>> = if items > 0 { entry.value.items().collect() } else { vec![entry.value] };
        for place in places.into_iter().take(reader.limits.entity_labels_max) {
            if place.is_null() {
                continue;
            }
            if !reader.expect_mapping(place, &at, "a mapping with `repository`", Field::CodeLocations) {
                continue;
            }
            let Some(repository) = reader.field_text(place, &at, "repository", Some(Field::CodeLocations))
            else {
                continue;
            };
            let path = ["basepath", "basePath"]
                .into_iter()
                .find_map(|name| reader.field_text(place, &at, name, Some(Field::CodeLocations)));
            let path = path.as_ref().map(|path| &*path.value);
            reader.add_code_location(file.repository.as_str(), &repository, path);
        }
    }
}
