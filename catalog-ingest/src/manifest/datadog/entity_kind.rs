//! Datadog's kinds and references in the terms of the catalog.

use catalog_core::model::{DiagnosticCode, EntityRef, EntityRefError, Severity};

use crate::manifest::{
    normal::entity_name,
    reading::{Reader, Remark, quoted},
    yaml::Node,
};

/// The kind of references that leave theirs out.
const ASSUMED_KIND: &str = "service";
/// The namespace of the resources that stand for repositories.
const REPOSITORY_NAMESPACE: &str = "repository";

/// What a kind of Datadog is in the catalog.
pub(super) struct EntityKind<'t> {
    /// As Backstage spells it; kinds that nobody knows are kept as they are.
    pub(super) shown: &'t str,
    /// The namespace of its entities.
    pub(super) namespace: &'static str,
    /// Their type, where the kind says more than the catalog's own.
    pub(super) entity_type: Option<&'t str>,
    /// Whether it is none of those that the catalog has a word for.
    pub(super) is_unknown: bool,
}

/// The kinds that are components here, under their own names as types.
const COMPONENTS: [&str; 12] = [
    "service", "library", "package", "frontend", "ui", "website", "app", "function", "job", "worker", "cli",
    "ai-agent",
];

/// The catalog's words for a kind of Datadog, in whatever case it is written; `None` where it cannot be one.
pub(super) fn kind_of(native: &str) -> Option<EntityKind<'_>> {
    let lower = native.to_ascii_lowercase();
    if let Some(word) = COMPONENTS.into_iter().find(|word| *word == lower) {
        let namespace = EntityRef::DEFAULT_NAMESPACE;
        return Some(EntityKind {
            shown: "Component",
            namespace,
            entity_type: Some(word),
            is_unknown: false,
        });
    }
    let (shown, entity_type) = match &*lower {
        "system" | "application" => ("System", None),
        "datastore" | "database" => ("Resource", Some("database")),
        "queue" | "topic" => ("Resource", Some("queue")),
        "cache" => ("Resource", Some("cache")),
        "repository" => {
            return Some(EntityKind {
                shown: "Resource",
                namespace: REPOSITORY_NAMESPACE,
                entity_type: Some("repository"),
                is_unknown: false,
            });
        }
        "api" => ("API", None),
        "domain" => ("Domain", None),
        "team" | "group" => ("Group", None),
        "user" => ("User", None),
        _ => (native, None),
    };
    let is_word = !native.is_empty()
        && native.len() <= 63
        && native.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let namespace = EntityRef::DEFAULT_NAMESPACE;
    is_word.then_some(EntityKind { shown, namespace, entity_type, is_unknown: shown == native })
}

impl EntityKind<'_> {
    /// The entity of this kind with a name; `None` where nothing of the name can be one.
    pub(super) fn entity(&self, name: &str) -> Option<EntityRef> {
        EntityRef::new(self.shown, self.namespace, &entity_name(name)?).ok()
    }

    /// The entity of this kind by a name as it is written in a reference.
    pub(super) fn literal(&self, name: &str) -> Result<EntityRef, EntityRefError> {
        if name.len() > EntityRef::BYTES_MAX {
            return Err(EntityRefError::TooLong);
        }
        EntityRef::new(self.shown, self.namespace, name)
    }
}

/// Reads a reference as in `service:checkout`; a kind that is left out is assumed, with a word about it.
pub(super) fn read_ref(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    text: &str,
    name: &str,
) -> Option<EntityRef> {
    let text = text.trim();
    if text.contains("://") {
        let message = format!("`{name}` is {}, expected a reference as in `service:checkout`", quoted(text));
        reader.remarks.push(Remark::new(DiagnosticCode::RefSyntax, node, message));
        return None;
    }
    let (kind, rest) = match text.split_once(':') {
        Some((kind, rest)) => (kind.trim(), rest.trim()),
        None => {
            if !text.is_empty() {
                let message =
                    format!("`{name}` is {} without a kind; a {ASSUMED_KIND} is assumed", quoted(text));
                let remark = Remark::new(DiagnosticCode::AssumedKind, node, message)
                    .suggest(format!("write `{ASSUMED_KIND}:{text}`, or another kind"));
                reader.remarks.push(remark);
            }
            (ASSUMED_KIND, text)
        }
    };
    let read = match kind_of(kind) {
        Some(kind) => {
            let in_default = rest.strip_prefix("default/").filter(|_| kind.namespace != REPOSITORY_NAMESPACE);
            kind.literal(in_default.unwrap_or(rest))
        }
        None => Err(EntityRefError::Empty("kind")),
    };
    match read {
        Ok(entity) => Some(entity),
        Err(error) => {
            reader.say_no_reference(node, name, text, error);
            None
        }
    }
}

/// Notes a kind of one's own, which is kept as it is.
pub(super) fn note_unknown_kind(reader: &mut Reader<'_, '_>, node: Node<'_>, native: &str) {
    let message = format!("the kind {} is not a built-in one", quoted(native));
    reader.remarks.push(Remark::new(DiagnosticCode::UnknownKind, node, message).severity(Severity::Note));
}
