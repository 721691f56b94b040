//! What a change does to the operations of the APIs that the repository describes, and who calls them.

use std::collections::BTreeSet;

use catalog_core::{
    check::{CheckFinding, CheckPlace, CheckSubject, Effect, FindingRule, check_rule, listed},
    graph::{CatalogGraph, Entity, Relation},
    model::{Diagnostic, EntityRef, RelationKind},
};

use super::{
    RepositoryChange,
    definitions::{DefinitionKey, Definitions},
};
use crate::{
    api_change::{
        ApiChange, Compatibility, Definition, OperationChange, OperationFate, compare, is_endpoint_of,
    },
    limits::{DefinitionLimits, ManifestLimits},
};

/// What a change does to the APIs that the repository describes.
#[derive(Clone, Debug, Default)]
pub struct ChangedOperations {
    /// The operations that it removes, or alters in a way that breaks who calls them, and what of the definitions
    /// that it touches could not be compared.
    pub findings: Vec<CheckFinding>,
    /// The APIs of which anything is defined otherwise than before, by ref.
    pub redefined: Vec<EntityRef>,
}

/// A definition that is held against what it was.
struct Compared {
    /// The file that it stands in.
    path: Box<str>,
    /// The APIs whose definition it is.
    apis: BTreeSet<EntityRef>,
    change: ApiChange,
}

/// Compares the definitions that a change touches, or that its manifests name instead of others. Who calls what
/// is taken from `base`: those are the callers that the change meets. O(definitions touched, and what they refer
/// to), and the manifests of APIs where a file is touched that may be a part of one.
pub fn changed_operations(
    change: &RepositoryChange,
    base: &CatalogGraph,
    manifests: &ManifestLimits,
    limits: &DefinitionLimits,
) -> ChangedOperations {
    let touched: Vec<&str> = change
        .paths
        .iter()
        .flat_map(|path| [path.before(), path.after()])
        .flatten()
        .filter_map(|path| std::str::from_utf8(path).ok())
        .collect();
    let definitions = Definitions::read(change, &touched, manifests, limits);
    let pairs = definitions.pairs(&touched).into_iter();
    let compared = pairs.filter_map(|(pair, apis)| compared(&definitions, &pair, apis, limits));
    let compared: Vec<Compared> = compared.collect();
    // What has only moved to another file is still there.
    let added: BTreeSet<&str> = operations_of(&compared, OperationFate::Added).collect();
    let mut changed = ChangedOperations::default();
    for of in &compared {
        changed.findings.extend(of.change.unknowns.iter().map(|unknown| not_compared(&of.path, unknown)));
        let apis: Vec<Entity<'_>> = of.apis.iter().filter_map(|api| base.entity(api)).collect();
        for operation in &of.change.operations {
            let is_gone = operation.fate == OperationFate::Removed;
            if is_gone && added.contains(&*operation.operation)
                || operation.compatibility != Compatibility::Breaking
            {
                continue;
            }
            if apis.is_empty() {
                let subject = CheckSubject::Path(of.path.clone());
                changed.findings.push(finding(subject, operation, &of.change, &[], Vec::new()));
            }
            for api in &apis {
                let callers = callers(*api, &operation.operation);
                let subject = CheckSubject::Entity(api.name().clone());
                let owners = api.owner().map(|owner| owner.name().clone()).into_iter().collect();
                changed.findings.push(finding(subject, operation, &of.change, &callers, owners));
            }
        }
        if !of.change.is_nothing() {
            changed.redefined.extend(of.apis.iter().cloned());
        }
    }
    changed.redefined.sort();
    changed.redefined.dedup();
    changed
}

fn compared(
    definitions: &Definitions<'_>,
    (was, is): &(DefinitionKey, DefinitionKey),
    apis: BTreeSet<EntityRef>,
    limits: &DefinitionLimits,
) -> Option<Compared> {
    let before = definitions.before.as_ref().and_then(|side| side.definition(was));
    let after = definitions.after.definition(is);
    let format = before.as_ref().or(after.as_ref())?.format;
    let path = is.0.clone();
    let before = before.unwrap_or_else(|| Definition::absent(&was.0, format));
    let after = after.unwrap_or_else(|| Definition::absent(&is.0, format));
    Some(Compared { path, apis, change: compare(&before, &after, limits) })
}

fn operations_of(compared: &[Compared], fate: OperationFate) -> impl Iterator<Item = &str> {
    let all = compared.iter().flat_map(|of| &of.change.operations);
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
    let suggestion = match operation.fate {
        OperationFate::Removed => "keep it until nobody calls it",
        _ => "add what is new beside what is there, and change it once nobody calls it",
    };
    let rule = check_rule(code).expect("the rule is in the table");
    CheckFinding {
        rule: FindingRule::Known(rule),
        effect: Effect::Inform,
        message: format!("`{}` of `{of}` {what}{}", operation.operation, who_calls(callers)),
        suggestion: Some(suggestion.to_owned()),
        place: Some(CheckPlace { path: operation.place.path.clone(), position: operation.place.position }),
        subject,
        related: Vec::new(),
        concerns: callers.iter().map(|caller| caller.entity.clone()).collect(),
        detail: operation.operation.clone(),
        owners,
    }
}

/// Who says to call an operation, and who may.
fn who_calls(callers: &[Caller]) -> String {
    let names = |is_certain: bool| -> Vec<EntityRef> {
        let of = callers.iter().filter(|caller| caller.is_certain == is_certain);
        of.map(|caller| caller.entity.clone()).collect()
    };
    let (certain, perhaps) = (names(true), names(false));
    let said = match certain.len() {
        0 => String::new(),
        1 => format!("; {} says that it calls it", listed(&certain)),
        _ => format!("; {} say that they call it", listed(&certain)),
    };
    let silent = match perhaps.len() {
        0 => String::new(),
        1 => format!("; {} may call it, since it does not say what it calls", listed(&perhaps)),
        _ => format!("; {} may call it, since they do not say what they call", listed(&perhaps)),
    };
    said + &silent
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
