//! What a document of v1, v2, v2.1 or v2.2 means: each is about one service.

use catalog_core::model::{Declaration, DiagnosticCode, Field, Located, Spelling};

use super::{
    contact::{read_contacts, read_integrations, read_links, read_single_contact},
    entity_kind::kind_of,
    service_schema,
    version::Version,
};
use crate::{
    limits::ManifestLimits,
    manifest::{
        reading::{LABELS_MAX, Reader, Remark, Remarks, quoted, schema::Judge},
        yaml::Node,
    },
};

/// Judges and reads a document; `None` where the name of its service cannot be read.
pub(super) fn read(
    root: Node<'_>,
    version: Version,
    remarks: &mut Remarks<'_>,
    limits: &ManifestLimits,
) -> Option<Declaration> {
    let mut judge = Judge { remarks, null_is_absent: false };
    service_schema::judge(root, version, &mut judge);
    // The fields of v1 lie in groups, those of the others at the root.
    let is_grouped = version == Version::V1;
    let group =
        |name: &str| if is_grouped { root.get(name).filter(|it| it.is_mapping()) } else { Some(root) };
    let info = group("info")?;
    let name_node = info.stated("dd-service")?;
    let name = name_node.scalar()?;
    let kind = kind_of("service")?;
    let Some(entity) = kind.entity(name) else {
        if !name.is_empty() {
            let message = format!("`dd-service` is {}, expected a name with letters or digits", quoted(name));
            remarks.push(Remark::new(DiagnosticCode::FieldFormat, name_node, message));
        }
        return None;
    };
    let spelling = Spelling { kind: kind.shown.into(), namespace: None, name: name.into() };
    let mut reader =
        Reader::new(Declaration::new(entity, spelling, name_node.position()), remarks, limits).judged();
    reader.declaration.declared_as = Some(format!("service:{name}").into());
    if let Ok(literal) = kind.literal(name)
        && literal != reader.declaration.entity
    {
        reader.declaration.aliases.push(Located::new(literal, name_node.position()));
    }
    reader.declaration.entity_type = Some(Located::new("service".into(), name_node.position()));
    if is_grouped {
        let title = reader.one_text(info, "display-name", Field::Title);
        reader.declaration.title = title.filter(|title| *title.value != *name);
    }
    reader.declaration.description = reader.one_text(info, "description", Field::Description);
    reader.cut_description();
    let tier = if is_grouped { "service-tier" } else { "tier" };
    let tier_name = if is_grouped { "info.service-tier" } else { "tier" };
    read_tier(&mut reader, info, tier, tier_name);
    if let Some(lifecycle) = root.stated("lifecycle") {
        reader.take_lifecycle(lifecycle, "lifecycle");
    }
    reader.annotate_text(root, "type", "datadoghq.com/type");
    reader.annotate_text(root, "languages", "datadoghq.com/languages");
    reader.annotate_text(root, "ci-pipeline-fingerprints", "datadoghq.com/ci-pipeline-fingerprints");
    if let Some(organization) = group("org") {
        read_owner(&mut reader, organization, is_grouped);
        reader.annotate_text(organization, "application", "datadoghq.com/application");
    }
    let limit = reader.limits.entity_labels_max;
    let tags = reader.list(root, "tags", Field::Tags, limit, LABELS_MAX);
    let tags = tags.into_iter().filter_map(|tag| reader.text(tag)).filter(|tag| !tag.value.is_empty());
    reader.declaration.tags = tags.collect();
    if is_grouped {
        read_links(&mut reader, root, "external-resources", None);
        if let Some(contact) = root.get("contact") {
            read_single_contact(&mut reader, contact);
        }
    } else {
        read_links(&mut reader, root, "links", None);
        // Version 2 alone has lists for these two, but they mean the same wherever they stand.
        read_links(&mut reader, root, "repos", Some("repo"));
        read_links(&mut reader, root, "docs", Some("doc"));
        read_contacts(&mut reader, root);
    }
    if let Some(integrations) = root.get("integrations") {
        read_integrations(&mut reader, integrations);
    }
    if let Some(catalog) = root.get("extensions").and_then(|extensions| extensions.get("catalog")) {
        reader.take_additions(catalog, "extensions.catalog");
    }
    Some(reader.finish())
}

/// Reads the one team that owns a service; v2 may name it a second time, by its handle.
fn read_owner(reader: &mut Reader<'_, '_>, parent: Node<'_>, is_grouped: bool) {
    let is_stated = |name| parent.stated(name).is_some();
    let (field, name) = match (is_stated("team"), is_grouped) {
        (true, true) => ("team", "org.team"),
        (true, false) => ("team", "team"),
        (false, _) => ("dd-team", "dd-team"),
    };
    if let Some(owner) = parent.stated(field) {
        reader.state_owner(owner, name);
    }
    reader.annotate_text(parent, "dd-team", "datadoghq.com/team");
}

/// Reads a tier; one that is none of the catalog's is kept as it is.
pub(super) fn read_tier(reader: &mut Reader<'_, '_>, parent: Node<'_>, field: &str, at: &str) {
    let Some(tier) = parent.stated(field) else { return };
    reader.take_tier(tier, at);
    if reader.declaration.tier.is_none() {
        reader.annotate_text(parent, field, "datadoghq.com/tier");
    }
}
