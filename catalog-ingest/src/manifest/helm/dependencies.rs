//! What a chart is made of.

use catalog_core::model::{DiagnosticCode, EntityRef, Located, Position, Strength, grouped};

use crate::manifest::{
    reading::{
        Place, RELATIONS_MAX, Remark,
        evidence::{DataStore, Evidence, Mention, Named, data_store_of_name, declared_as, local_namespace},
        folder_of, path_from, quoted, without_secrets,
    },
    yaml::{Node, read_yaml},
};

/// A dependency of a chart.
pub(super) struct Dependency {
    /// Its alias, else its name.
    name: Box<str>,
    /// The name of its chart.
    chart: Box<str>,
    version: Option<Box<str>>,
    repository: Option<Box<str>>,
    position: Position,
    /// Whether it can be left out.
    is_optional: bool,
    entity: EntityRef,
    /// The data store that it is, where it is no chart of this repository.
    store: Option<DataStore>,
    /// Whether it is an instance of a chart that stands elsewhere.
    is_instance: bool,
}

impl Dependency {
    /// What the chart states by it.
    pub(super) fn need(&self) -> Mention {
        let strength = self.is_optional.then_some(Strength::Soft);
        Mention::need(self.entity.clone(), self.position, strength)
    }
}

/// Reads the dependencies of the chart, for the first version of the format out of `requirements.yaml`,
/// whose facts stand where the chart states its version.
pub(super) fn read_dependencies(
    evidence: &mut Evidence<'_>,
    root: Node<'_>,
    namespace: &str,
) -> Vec<Dependency> {
    if let Some(list) = root.stated("dependencies") {
        return read_list(evidence, list, namespace, None);
    }
    let version = root.get("apiVersion");
    if version.and_then(Node::scalar) != Some("v1") {
        return Vec::new();
    }
    let Some(path) = path_from(folder_of(evidence.file.path), "requirements.yaml") else { return Vec::new() };
    let Some(bytes) = evidence.sibling(&path) else { return Vec::new() };
    let place = version.map(Place::from).unwrap_or_default();
    let mut found = Vec::new();
    let pieces = std::str::from_utf8(&bytes).map(|text| read_yaml(text, evidence.limits));
    for piece in pieces.as_deref().unwrap_or_default() {
        match piece {
            Ok(document) => {
                let list = document.root().stated("dependencies");
                found.extend(list.map(|list| read_list(evidence, list, namespace, Some(place))));
            }
            Err(fault) => {
                let message = format!(
                    "{} is not read: {} (line {})",
                    quoted(&path),
                    fault.message,
                    fault.position.line
                );
                evidence.remark(Remark::new(fault.code, place, message));
            }
        }
    }
    found.into_iter().flatten().collect()
}

fn read_list(
    evidence: &mut Evidence<'_>,
    list: Node<'_>,
    namespace: &str,
    elsewhere: Option<Place>,
) -> Vec<Dependency> {
    let place = |node: Node<'_>| elsewhere.unwrap_or_else(|| Place::from(node));
    if list.scalar().is_some() || list.is_mapping() {
        let message = format!("`dependencies` is {}, expected a list", list.described());
        evidence.remark(Remark::new(DiagnosticCode::WrongType, place(list), message));
        return Vec::new();
    }
    let limit = evidence.limits.entity_relations_max;
    if list.items().len() > limit {
        let message = format!(
            "the chart has {} dependencies, over the limit `{RELATIONS_MAX}` of {}; none is read",
            grouped(list.items().len()),
            grouped(limit)
        );
        evidence.remark(Remark::new(DiagnosticCode::ListTooLong, place(list), message));
        return Vec::new();
    }
    let mut dependencies = Vec::new();
    for item in list.items() {
        let text = |key| item.get(key).and_then(Node::scalar).filter(|text| !text.is_empty());
        let Some(chart) = text("name").filter(|_| !item.get("name").is_some_and(Node::is_null)) else {
            let message = format!("a dependency is {} without a `name`", item.described());
            evidence.remark(Remark::new(DiagnosticCode::MissingField, place(item), message));
            continue;
        };
        let name = text("alias").unwrap_or(chart);
        let named_at = item.get("alias").filter(|_| text("alias").is_some()).or_else(|| item.get("name"));
        let place = place(named_at.unwrap_or(item));
        let folder = folder_of_chart(evidence, chart, text("repository"), place);
        let store = data_store_of_name(chart).filter(|_| folder.is_none());
        let entity = match &folder {
            Some(folder) => {
                let namespace = local_namespace(evidence.file.repository, &[folder]);
                Named { kind: "Component", namespace: &namespace, name: chart, position: place.position }
                    .entity()
            }
            None => {
                let kind = if store.is_some() { "Resource" } else { "Component" };
                Named { kind, namespace, name, position: place.position }.entity()
            }
        };
        let Some(entity) = entity else {
            let message = format!("the dependency is named {}, expected letters and digits", quoted(name));
            evidence.remark(Remark::new(DiagnosticCode::FieldFormat, place, message));
            continue;
        };
        dependencies.push(Dependency {
            name: name.into(),
            chart: chart.into(),
            version: text("version").map(Into::into),
            repository: text("repository").map(Into::into),
            position: place.position,
            is_optional: ["condition", "tags"].iter().any(|key| item.stated(key).is_some()),
            entity,
            store,
            is_instance: folder.is_none(),
        });
    }
    dependencies
}

/// The folder of the repository that holds the chart of a dependency.
fn folder_of_chart(
    evidence: &mut Evidence<'_>,
    chart: &str,
    repository: Option<&str>,
    place: Place,
) -> Option<String> {
    let folder = folder_of(evidence.file.path).to_owned();
    match repository {
        Some(repository) => {
            let target = repository.strip_prefix("file://")?;
            let path = path_from(&folder, target);
            if path.is_none() {
                let message =
                    format!("the dependency lies at {}, outside the repository", quoted(repository));
                evidence.remark(Remark::new(DiagnosticCode::LocationElsewhere, place, message));
            }
            path
        }
        None => {
            let path = path_from(&folder, &format!("charts/{chart}"))?;
            evidence.sibling(&format!("{path}/Chart.yaml")).map(|_| path)
        }
    }
}

/// Declares what is installed with the chart out of a chart that stands elsewhere.
pub(super) fn declare_instance(
    evidence: &mut Evidence<'_>,
    chart: &str,
    namespace: &str,
    dependency: &Dependency,
) {
    if !dependency.is_instance {
        return;
    }
    let position = dependency.position;
    let kind = if dependency.store.is_some() { "Resource" } else { "Component" };
    let named = Named { kind, namespace, name: &dependency.name, position };
    evidence.declare(named.declaration(), position, |reader| {
        reader.declaration.declared_as = declared_as("helm", &format!("{chart}/{}", dependency.name));
        let entity_type = dependency.store.map_or("helm-chart", DataStore::resource_type);
        reader.declaration.entity_type = Some(Located::new(entity_type.into(), position));
        let facts = [
            ("helm.sh/chart", Some(&dependency.chart)),
            ("helm.sh/version", dependency.version.as_ref()),
            ("helm.sh/repository", dependency.repository.as_ref()),
        ];
        for (key, text) in facts {
            let Some(text) = text else { continue };
            let text = Located::new(without_secrets(text).into(), position);
            reader.declaration.annotations.push((key.into(), text));
        }
    });
}
