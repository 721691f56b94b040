//! What one service means.

use catalog_core::model::{
    CodeLocation, DiagnosticCode, EntityRef, Field, Located, Position, Severity, Strength,
};

use super::{
    merge::{merged_entries, merged_get},
    project::{Project, Service, one_or_more},
};
use crate::manifest::{
    reading::{
        Reader, Remark,
        evidence::{Evidence, Mention, Named, declared_as, local_namespace},
        folder_of, path_from, quoted,
    },
    yaml::Node,
};

/// Declares one service.
pub(super) fn declare_service(evidence: &mut Evidence<'_>, project: &Project<'_>, service: &Service<'_>) {
    let file = evidence.file;
    let named = service.named(&project.namespace);
    evidence.declare(named.declaration(), service.key.position(), |reader| {
        reader.declaration.declared_as = declared_as("compose", service.name);
        judge(reader, project, service);
        let body = service.body;
        if !body.is_mapping() {
            return;
        }
        let image = merged_get(body, "image");
        let entity_type = service.store.map_or("container", |store| store.resource_type());
        let type_position = image.map_or(service.key.position(), Node::position);
        reader.declaration.entity_type = Some(Located::new(entity_type.into(), type_position));
        let mut annotate = |key: &str, node: Option<Node<'_>>| {
            let Some(text) = node.and_then(|node| reader.text(node)).filter(|text| !text.value.is_empty())
            else {
                return;
            };
            reader.declaration.annotations.push((key.into(), text));
        };
        annotate("compose-spec.io/project", project.name);
        annotate("compose-spec.io/image", image);
        read_profiles(reader, body);
        read_build(reader, body, folder_of(file.path));
        let mut needs = Needs { reader, project };
        needs.depends_on(body);
        needs.links(body);
        needs.volumes_from(body);
        needs.shared_namespaces(body);
        needs.extends(body, file.path, |folder| local_namespace(file.repository, &[folder]));
        if let Some(additions) = merged_get(body, "x-catalog").filter(|node| node.is_mapping()) {
            needs.reader.take_additions(additions, &format!("services.{}.x-catalog", service.name));
        }
    });
}

/// Says what the specification does not accept of a service as a whole.
fn judge(reader: &mut Reader<'_, '_>, project: &Project<'_>, service: &Service<'_>) {
    let is_name_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !service.name.chars().all(is_name_char) {
        let message = format!(
            "the service is named {}, expected letters, digits, `.`, `_` and `-`",
            quoted(service.name)
        );
        let remark = Remark::new(DiagnosticCode::FieldFormat, service.key, message);
        reader.remarks.push(remark.problem("the name of a service is not valid"));
    }
    if !service.body.is_mapping() && !service.body.is_null() {
        let message = format!("the service is {}, expected a mapping", service.body.described());
        let remark = Remark::new(DiagnosticCode::WrongType, service.body, message);
        reader.remarks.push(remark.problem("a service is not a mapping"));
        reader.declaration.unread.push(Field::DependsOn);
    }
    if !project.is_current {
        reader.remarks.push_problem("services is missing");
    }
}

fn read_profiles(reader: &mut Reader<'_, '_>, body: Node<'_>) {
    let Some(profiles) = merged_get(body, "profiles") else { return };
    let names: Vec<&str> = one_or_more(profiles).into_iter().filter_map(Node::scalar).collect();
    if !names.is_empty() {
        let names = Located::new(names.join(",").into(), profiles.position());
        reader.declaration.annotations.push(("compose-spec.io/profiles".into(), names));
    }
}

/// Notes the folder that the image is built from, unless it is the whole repository or none of its folders.
fn read_build(reader: &mut Reader<'_, '_>, body: Node<'_>, folder: &str) {
    let Some(build) = merged_get(body, "build") else { return };
    let context = if build.is_mapping() { merged_get(build, "context") } else { Some(build) };
    let Some((node, path)) = context.and_then(|node| Some((node, path_from(folder, node.text()?)?))) else {
        return;
    };
    if !path.is_empty() {
        let location = CodeLocation { repository: None, path: path.into() };
        reader.declaration.code_locations.push(Located::new(location, node.position()));
    }
}

struct Needs<'n, 'r, 'f, 'd> {
    reader: &'n mut Reader<'r, 'f>,
    project: &'n Project<'d>,
}

impl Needs<'_, '_, '_, '_> {
    fn depends_on(&mut self, body: Node<'_>) {
        let Some(node) = merged_get(body, "depends_on").filter(|node| !node.is_null()) else { return };
        if !node.is_mapping() {
            for item in one_or_more(node) {
                self.need(item, "depends_on", None);
            }
            if node.scalar().is_some() {
                let message = format!("`depends_on` is {}, expected a list or a mapping", node.described());
                let remark = Remark::new(DiagnosticCode::WrongType, node, message);
                self.reader.remarks.push(remark.problem("depends_on is not a list or a mapping"));
            }
            return;
        }
        for entry in merged_entries(node) {
            let strength = self.strength(entry.key, entry.value);
            self.need(entry.key, "depends_on", strength);
        }
    }

    /// The strength that the terms of a dependency amount to.
    fn strength(&mut self, key: Node<'_>, terms: Node<'_>) -> Option<Strength> {
        let get = |name| terms.is_mapping().then(|| merged_get(terms, name)).flatten();
        let condition = get("condition");
        match condition.and_then(Node::scalar) {
            Some("service_started" | "service_healthy" | "service_completed_successfully") => {}
            Some(text) if text.contains('$') => {}
            Some(text) => {
                let message = format!(
                    "`condition` is {}, expected `service_started`, `service_healthy` or `service_completed_successfully`",
                    quoted(text)
                );
                let remark = Remark::new(DiagnosticCode::ValueUnknown, condition.unwrap_or(key), message);
                self.reader.remarks.push(remark.problem("depends_on has an unknown condition"));
            }
            None => {
                let message = "the dependency states no `condition`";
                let remark = Remark::new(DiagnosticCode::MissingField, key, message);
                let remark = remark.problem("depends_on has no condition");
                self.reader.remarks.push(remark.suggest("add `condition: service_started`"));
            }
        }
        let is_over = condition.and_then(Node::scalar) == Some("service_completed_successfully");
        let is_optional =
            get("required").and_then(Node::scalar).is_some_and(|text| text.eq_ignore_ascii_case("false"));
        (is_over || is_optional).then_some(Strength::Soft)
    }

    fn links(&mut self, body: Node<'_>) {
        for (field, is_external) in [("links", false), ("external_links", true)] {
            for item in merged_get(body, field).map(one_or_more).unwrap_or_default() {
                let Some(text) = item.scalar().filter(|_| !item.is_null()) else {
                    self.say_wrong_type(item, field);
                    continue;
                };
                let name = text.split(':').next().unwrap_or(text);
                if is_external {
                    self.need_stranger(item, name);
                } else {
                    self.need_named(item, name, field, None);
                }
            }
        }
    }

    fn volumes_from(&mut self, body: Node<'_>) {
        for item in merged_get(body, "volumes_from").map(one_or_more).unwrap_or_default() {
            let Some(text) = item.scalar().filter(|_| !item.is_null()) else {
                self.say_wrong_type(item, "volumes_from");
                continue;
            };
            match text.strip_prefix("container:") {
                Some(rest) => self.need_stranger(item, rest.split(':').next().unwrap_or(rest)),
                None => {
                    self.need_named(item, text.split(':').next().unwrap_or(text), "volumes_from", None);
                }
            }
        }
    }

    /// What it shares with another service it cannot do without.
    fn shared_namespaces(&mut self, body: Node<'_>) {
        for field in ["network_mode", "ipc", "pid"] {
            let Some(node) = merged_get(body, field) else { continue };
            let text = node.scalar().unwrap_or_default();
            if let Some(name) = text.strip_prefix("service:") {
                self.need_named(node, name, field, None);
            } else if let Some(name) = text.strip_prefix("container:") {
                self.need_stranger(node, name);
            }
        }
    }

    fn extends(&mut self, body: Node<'_>, path: &str, namespace_of: impl Fn(&str) -> String) {
        let Some(node) = merged_get(body, "extends").filter(|node| !node.is_null()) else { return };
        let (name, file) = if node.is_mapping() {
            (merged_get(node, "service"), merged_get(node, "file"))
        } else {
            (Some(node), None)
        };
        let Some((name_node, name)) = name.and_then(|node| Some((node, node.text()?))) else {
            return self.say_wrong_type(node, "extends");
        };
        let position = name_node.position();
        let other = match file.and_then(Node::text) {
            None => self.project.service(name).cloned().or_else(|| self.project.stranger(name)),
            Some(file) => match path_from(folder_of(path), file) {
                Some(target) => {
                    let namespace = namespace_of(folder_of(&target));
                    Named { kind: "Component", namespace: &namespace, name, position }.entity()
                }
                None => {
                    let message =
                        format!("`extends` names {}, which is no file of this repository", quoted(file));
                    let remark = Remark::new(DiagnosticCode::LocationElsewhere, node, message);
                    self.reader.remarks.push(remark);
                    None
                }
            },
        };
        if let Some(other) = other {
            self.reader.mention(Mention::related(other, position, "extends"));
        }
    }

    fn need(&mut self, node: Node<'_>, field: &str, strength: Option<Strength>) {
        match node.scalar().filter(|_| !node.is_null()) {
            Some(name) => self.need_named(node, name, field, strength),
            None => self.say_wrong_type(node, field),
        }
    }

    /// A need of a service that the project should have.
    fn need_named(&mut self, node: Node<'_>, name: &str, field: &str, strength: Option<Strength>) {
        let known = self.project.service(name).cloned();
        if known.is_none() && !name.contains('$') {
            let message = format!("`{field}` names {}, which is no service of the project", quoted(name));
            let remark = Remark::new(DiagnosticCode::UnknownRef, node, message)
                .suggest("name a service of this file, or of one that it includes");
            let is_certain = !self.project.includes_unknown;
            self.reader.remarks.push(if is_certain {
                remark.problem(format!("{field} names an undefined service"))
            } else {
                remark.severity(Severity::Note)
            });
        }
        if let Some(other) = known.or_else(|| self.stranger(name)) {
            self.relate(other, node.position(), strength);
        }
    }

    /// A need of a container that the project does not run.
    fn need_stranger(&mut self, node: Node<'_>, name: &str) {
        if let Some(other) = self.stranger(name) {
            self.relate(other, node.position(), None);
        }
    }

    fn stranger(&self, name: &str) -> Option<EntityRef> {
        self.project.stranger(name).filter(|_| !name.contains('$'))
    }

    fn relate(&mut self, other: EntityRef, position: Position, strength: Option<Strength>) {
        self.reader.mention(Mention::need(other, position, strength));
    }

    fn say_wrong_type(&mut self, node: Node<'_>, field: &str) {
        let message = format!("`{field}` holds {}, expected the name of a service", node.described());
        let remark = Remark::new(DiagnosticCode::WrongType, node, message);
        self.reader.remarks.push(remark.problem(format!("{field} is not valid")));
        self.reader.declaration.unread.push(Field::DependsOn);
    }
}
