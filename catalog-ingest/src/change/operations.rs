//! What a change does to the operations of the APIs that the repository describes, and who calls them.

use std::collections::{BTreeMap, BTreeSet};

use catalog_core::{
    check::{CheckFinding, CheckPlace, CheckSubject, Effect, FindingRule, check_rule},
    graph::{CatalogGraph, Entity, Relation},
    model::{ContentId, Diagnostic, EntityRef, Manifest, RelationKind},
};

use super::{RepositoryChange, content_of};
use crate::{
    api_change::{
        ApiChange, Compatibility, Definition, DefinitionSource, NamedDefinition, OperationChange,
        OperationFate, compare, definitions_changed, definitions_named, is_endpoint_of, read_definition,
        read_inline_definition,
    },
    limits::{DefinitionLimits, ManifestLimits},
    manifest::Siblings,
    repository::Snapshot,
};

/// How a definition is told from all others: its file, and the API whose text it is where it stands in a manifest.
type DefinitionKey = (Box<str>, Option<EntityRef>);

/// The operations that a change removes, or alters in a way that breaks who calls them, and what of the
/// definitions that it touches could not be compared. Who calls what is taken from `base`: those are the callers
/// that the change meets. O(definitions touched, and what they refer to).
pub fn changed_operations(
    change: &RepositoryChange,
    base: &CatalogGraph,
    manifests: &ManifestLimits,
    limits: &DefinitionLimits,
) -> Vec<CheckFinding> {
    let before = change
        .files
        .before
        .as_ref()
        .map(|files| Side::read(files, &change.before.manifests, manifests, limits));
    let after = Side::read(&change.files.after, &change.after.manifests, manifests, limits);
    let touched: Vec<&str> = change
        .paths
        .iter()
        .flat_map(|path| [path.before(), path.after()])
        .flatten()
        .filter_map(|path| std::str::from_utf8(path).ok())
        .collect();
    let mut keys: BTreeMap<DefinitionKey, BTreeSet<EntityRef>> = BTreeMap::new();
    for side in before.iter().chain([&after]) {
        side.touched(&touched, &mut keys);
    }
    let compared: Vec<(DefinitionKey, BTreeSet<EntityRef>, ApiChange)> = keys
        .into_iter()
        .filter_map(|(key, apis)| {
            let (was, is) = (before.as_ref().and_then(|side| side.definition(&key)), after.definition(&key));
            let format = was.as_ref().or(is.as_ref())?.format;
            let absent = || Definition::absent(&key.0, format);
            let compared = compare(&was.unwrap_or_else(absent), &is.unwrap_or_else(absent), limits);
            Some((key, apis, compared))
        })
        .collect();
    // What has only moved to another file is still there.
    let added: BTreeSet<&str> = operations_of(&compared, OperationFate::Added).collect();
    let mut found = Vec::new();
    for ((path, _), apis, compared) in &compared {
        found.extend(compared.unknowns.iter().map(|unknown| not_compared(path, unknown)));
        let apis: Vec<Entity<'_>> = apis.iter().filter_map(|api| base.entity(api)).collect();
        for operation in &compared.operations {
            let is_gone = operation.fate == OperationFate::Removed;
            if is_gone && added.contains(&*operation.operation)
                || operation.compatibility != Compatibility::Breaking
            {
                continue;
            }
            if apis.is_empty() {
                found.push(finding(CheckSubject::Path(path.clone()), operation, compared, &[], Vec::new()));
            }
            for api in &apis {
                let callers = callers(*api, &operation.operation);
                let subject = CheckSubject::Entity(api.name().clone());
                let owners = api.owner().map(|owner| owner.name().clone()).into_iter().collect();
                found.push(finding(subject, operation, compared, &callers, owners));
            }
        }
    }
    found
}

fn operations_of(
    compared: &[(DefinitionKey, BTreeSet<EntityRef>, ApiChange)],
    fate: OperationFate,
) -> impl Iterator<Item = &str> {
    let all = compared.iter().flat_map(|(_, _, change)| &change.operations);
    all.filter(move |of| of.fate == fate).map(|of| &*of.operation)
}

/// Somebody who consumes an API, and whether it is known that they call the operation.
struct Caller {
    entity: EntityRef,
    is_certain: bool,
}

/// Who consumes an API and may call an operation of it: all but those who say that they call others only.
fn callers(api: Entity<'_>, operation: &str) -> Vec<Caller> {
    let consumers = api.incoming().filter(|relation| relation.kind() == RelationKind::ConsumesApi);
    let called = |relation: Relation<'_>| {
        let endpoints: Vec<&str> =
            relation.terms().filter_map(|(terms, _)| terms.endpoint.as_deref()).collect();
        let is_certain = endpoints.iter().any(|endpoint| is_endpoint_of(operation, endpoint));
        let entity = relation.from().name().clone();
        (is_certain || endpoints.is_empty()).then_some(Caller { entity, is_certain })
    };
    consumers.filter_map(called).collect()
}

fn finding(
    subject: CheckSubject,
    operation: &OperationChange,
    change: &ApiChange,
    callers: &[Caller],
    owners: Vec<EntityRef>,
) -> CheckFinding {
    let of = match &subject {
        CheckSubject::Entity(api) => api.short(),
        other => other.to_string(),
    };
    let (code, what) = match operation.fate {
        OperationFate::Removed => ("operation-removed", "is removed".to_owned()),
        _ => {
            let differences = operation.changes.iter().map(|index| &change.changes[*index]);
            let breaking: Vec<String> = differences
                .filter(|difference| difference.compatibility == Compatibility::Breaking)
                .map(|difference| difference.message.to_string())
                .collect();
            let first = breaking.first().map_or("", String::as_str);
            let more = match breaking.len() {
                0 | 1 => String::new(),
                more => format!(", and {} more", more - 1),
            };
            ("operation-changed", format!("breaks who calls it: {first}{more}"))
        }
    };
    let certain = callers.iter().filter(|caller| caller.is_certain).count();
    let known = match (certain, callers.len() - certain) {
        (0, 0) => String::new(),
        (certain, 0) => format!("; {} to call it", count(certain, "entity says", "entities say")),
        (0, perhaps) => format!("; {} what of the API", count(perhaps, SILENT.0, SILENT.1)),
        (certain, perhaps) => format!(
            "; {} to call it, and {} what of the API",
            count(certain, "entity says", "entities say"),
            count(perhaps, SILENT.0, SILENT.1)
        ),
    };
    let rule = check_rule(code).expect("the rule is in the table");
    CheckFinding {
        rule: FindingRule::Known(rule),
        effect: Effect::Inform,
        message: format!("`{}` of `{of}` {what}{known}", operation.operation),
        suggestion: None,
        place: Some(CheckPlace { path: operation.place.path.clone(), position: operation.place.position }),
        subject,
        related: Vec::new(),
        concerns: callers.iter().map(|caller| caller.entity.clone()).collect(),
        detail: operation.operation.clone(),
        owners,
    }
}

/// One consumer, and several, that name no operation.
const SILENT: (&str, &str) = ("consumer does not say", "consumers do not say");

fn count(number: usize, one: &str, several: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {several}") }
}

/// That a definition, or a part of it, could not be compared: what became of it is not known.
fn not_compared(path: &str, unknown: &Diagnostic) -> CheckFinding {
    let rule = check_rule("diagnostic-opened").expect("the rule is in the table");
    let at = unknown.path.as_deref().unwrap_or(path);
    CheckFinding {
        rule: FindingRule::Known(rule),
        effect: Effect::Inform,
        subject: CheckSubject::Path(path.into()),
        related: Vec::new(),
        concerns: Vec::new(),
        detail: unknown.code.name().into(),
        message: format!("not all operations could be compared: {}", unknown.message),
        suggestion: unknown.suggestion.clone().map(Into::into),
        place: Some(CheckPlace { path: at.into(), position: unknown.position }),
        owners: Vec::new(),
    }
}

/// How the names of files end that a definition can refer to.
const REFERRED_TO: [&str; 6] = [".yaml", ".yml", ".json", ".proto", ".graphql", ".graphqls"];

/// The definitions of one side of a change.
struct Side<'c> {
    files: Files<'c>,
    limits: &'c DefinitionLimits,
    named: Vec<NamedDefinition>,
}

/// The files of one side, as large as definitions may be.
struct Files<'c> {
    snapshot: &'c Snapshot,
    bytes_max: u64,
}

impl Siblings for Files<'_> {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        let (id, bytes) = content_of(self.snapshot, path, self.bytes_max)?;
        Some((id, bytes))
    }
}

impl<'c> Side<'c> {
    fn read(
        snapshot: &'c Snapshot,
        manifests: &[Manifest],
        manifest_limits: &ManifestLimits,
        limits: &'c DefinitionLimits,
    ) -> Self {
        let bytes_max = u64::try_from(limits.bytes_max).unwrap_or(u64::MAX);
        let files = Files { snapshot, bytes_max };
        let declares_api = |manifest: &&Manifest| {
            let mut declared = manifest.documents.iter().filter_map(|document| document.declaration.as_ref());
            declared.any(|declaration| declaration.entity.kind() == "api")
        };
        let named = manifests.iter().filter(declares_api).filter_map(|manifest| {
            let (_, bytes) = files.read(&manifest.path)?;
            Some(definitions_named(&manifest.path, &bytes, manifest_limits))
        });
        let named = named.flatten().collect();
        Self { files, limits, named }
    }

    /// Notes the definitions of this side that changed paths touch, with the APIs whose they are.
    fn touched(&self, paths: &[&str], keys: &mut BTreeMap<DefinitionKey, BTreeSet<EntityRef>>) {
        let may_be_part = |path: &&&str| REFERRED_TO.iter().any(|end| path.ends_with(end));
        let named = if paths.iter().any(|path| may_be_part(&path)) { &self.named[..] } else { &[] };
        let own_files = named.iter().filter_map(|named| match &named.source {
            DefinitionSource::File(path) => self.definition(&(path.clone(), None)),
            DefinitionSource::Inline { .. } => None,
        });
        let read_from: Vec<Vec<Box<str>>> = own_files.map(|definition| definition.files).collect();
        let read_from: Vec<&[Box<str>]> = read_from.iter().map(Vec::as_slice).collect();
        for changed in definitions_changed(paths.iter().copied(), &self.named, &read_from) {
            for named in changed.named.iter().map(|index| &self.named[*index]) {
                let key = match &named.source {
                    DefinitionSource::File(path) => (path.clone(), None),
                    DefinitionSource::Inline { .. } => (named.manifest.clone(), Some(named.api.clone())),
                };
                keys.entry(key).or_default().insert(named.api.clone());
            }
            if changed.named.is_empty() {
                let of_file = |named: &&NamedDefinition| match &named.source {
                    DefinitionSource::File(path) => *path == changed.path,
                    DefinitionSource::Inline { .. } => false,
                };
                let apis = self.named.iter().filter(of_file).map(|named| named.api.clone());
                keys.entry((changed.path.clone(), None)).or_default().extend(apis);
            }
        }
    }

    fn definition(&self, (path, api): &DefinitionKey) -> Option<Definition> {
        let Some(api) = api else {
            let (_, bytes) = self.files.read(path)?;
            return read_definition(path, &bytes, &self.files, self.limits);
        };
        let named = self.named.iter().find(|named| named.api == *api && named.manifest == *path)?;
        match &named.source {
            DefinitionSource::Inline { position, text } => {
                read_inline_definition(path, *position, text, named.format, &self.files, self.limits)
            }
            DefinitionSource::File(_) => None,
        }
    }
}
