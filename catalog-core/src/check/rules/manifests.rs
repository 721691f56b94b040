//! Manifests that could be read before the change and cannot be read with it, and errors that they did not have.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::{CatalogGraph, RepositoryView},
    model::{DiagnosticCode, EntityRef, Position, RepositoryId, Severity},
};

use super::{
    super::{
        CheckFinding, CheckPlace, CheckSubject, FindingRule,
        placing::is_broken,
        rule::{DIAGNOSTIC_OPENED, MANIFEST_BROKEN},
    },
    Found, Look, listed,
};

/// Why a manifest cannot be read, and what is known of it from an earlier commit alone.
#[derive(Default)]
struct Broken {
    says: Option<(Position, String, Option<String>)>,
    kept: Vec<EntityRef>,
    /// Whether it says nothing any more, which is more often an accident than a decision.
    is_emptied: bool,
}

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let question = look.question;
    if std::ptr::eq(question.base, question.head) {
        return;
    }
    let before = broken(question.base, question.repository);
    let after = broken(question.head, question.repository);
    // A file that is moved is the same file.
    let moved: BTreeMap<String, String> = question
        .paths
        .iter()
        .filter_map(|path| {
            Some((path.shown().into_owned(), String::from_utf8_lossy(path.before()?).into_owned()))
        })
        .filter(|(now, before)| now != before)
        .collect();
    let former = |path: &str| moved.get(path).cloned().unwrap_or_else(|| path.to_owned());
    let still: Vec<String> = after.keys().map(|path| former(path)).collect();
    let opened = after.into_iter().filter(|(path, _)| !before.contains_key(&former(path)));
    found.opened.extend(opened.map(|(path, broken)| broken_finding(path, broken)));
    let closed = before.into_iter().filter(|(path, _)| !still.contains(path));
    found.closed.extend(closed.map(|(path, broken)| broken_finding(path, broken)));
    let before = faults(question.base, question.repository, &|path| path.to_owned());
    let after = faults(question.head, question.repository, &former);
    let only = |faults: &Faults, others: &Faults| -> Vec<CheckFinding> {
        let new = faults.iter().filter(|(known_by, _)| !others.contains_key(*known_by));
        new.map(|(_, finding)| finding.clone()).collect()
    };
    found.opened.extend(only(&after, &before));
    found.closed.extend(only(&before, &after));
}

/// What leaves nothing, or not all, of a manifest to be read.
fn breaks(code: DiagnosticCode) -> bool {
    matches!(
        code,
        DiagnosticCode::YamlSyntax
            | DiagnosticCode::YamlLimit
            | DiagnosticCode::NotUtf8
            | DiagnosticCode::DocumentNotMapping
            | DiagnosticCode::ManifestTooLarge
            | DiagnosticCode::ManifestIsPointer
            | DiagnosticCode::MergeConflict
    )
}

/// Errors that leave a manifest to be read, by what they are known by: the former path of the file, the code,
/// and which one of that code in the file it is.
type Faults = BTreeMap<(String, &'static str, usize), CheckFinding>;

fn faults(graph: &CatalogGraph, repository: &RepositoryId, former: &dyn Fn(&str) -> String) -> Faults {
    let mut faults = Faults::new();
    let mut counts: BTreeMap<(&str, &'static str), usize> = BTreeMap::new();
    for said in graph.diagnostics().of(repository) {
        let diagnostic = &said.diagnostic;
        let Some(path) = diagnostic.path.as_deref() else { continue };
        if diagnostic.severity != Severity::Error || breaks(diagnostic.code) {
            continue;
        }
        let code = diagnostic.code.name();
        let count = counts.entry((path, code)).or_default();
        *count += 1;
        let finding = CheckFinding {
            rule: FindingRule::Known(&DIAGNOSTIC_OPENED),
            effect: DIAGNOSTIC_OPENED.effect.clone(),
            subject: CheckSubject::Path(path.into()),
            related: Vec::new(),
            concerns: Vec::new(),
            detail: if *count == 1 { code.into() } else { format!("{code} {count}").into() },
            message: format!("{code}: {}", diagnostic.message),
            suggestion: diagnostic.advice().map(str::to_owned),
            place: Some(CheckPlace { path: path.into(), position: diagnostic.position }),
            owners: Vec::new(),
        };
        faults.insert((former(path), code, *count), finding);
    }
    faults
}

fn broken(graph: &CatalogGraph, repository: &RepositoryId) -> BTreeMap<String, Broken> {
    let mut broken: BTreeMap<String, Broken> = BTreeMap::new();
    for said in graph.diagnostics().of(repository) {
        let diagnostic = &said.diagnostic;
        let Some(path) = diagnostic.path.as_deref().filter(|_| breaks(diagnostic.code)) else {
            continue;
        };
        let of = broken.entry(path.to_owned()).or_default();
        if of.says.is_none() {
            let advice = diagnostic.advice().map(str::to_owned);
            of.says = Some((diagnostic.position, diagnostic.message.to_string(), advice));
        }
    }
    let emptied = graph.diagnostics().of(repository).map(|said| &said.diagnostic);
    let emptied: BTreeSet<&str> = emptied
        .filter(|diagnostic| diagnostic.code == DiagnosticCode::EmptyManifest)
        .filter_map(|diagnostic| diagnostic.path.as_deref())
        .collect();
    for declaration in graph.repository(repository).into_iter().flat_map(RepositoryView::declarations) {
        if is_broken(declaration) {
            let of = broken.entry(declaration.path().to_owned()).or_default();
            of.kept.extend(declaration.named().cloned());
            of.is_emptied |= emptied.contains(declaration.path());
        }
    }
    broken
}

fn broken_finding(path: String, mut broken: Broken) -> CheckFinding {
    broken.kept.sort();
    broken.kept.dedup();
    let (position, reason, advice) =
        broken.says.unwrap_or((Position::default(), "it is not valid".to_owned(), None));
    let kept = if broken.kept.is_empty() {
        String::new()
    } else {
        let (is, was) = if broken.kept.len() == 1 { ("is", "it was") } else { ("are", "they were") };
        format!("; {} {is} taken as {was} last read", listed(&broken.kept))
    };
    let (what, advice) = if broken.is_emptied {
        ("holds nothing any more".to_owned(), Some("delete the file if its entities are to go".to_owned()))
    } else {
        (format!("cannot be read: {reason}"), advice)
    };
    CheckFinding {
        rule: FindingRule::Known(&MANIFEST_BROKEN),
        effect: MANIFEST_BROKEN.effect.clone(),
        subject: CheckSubject::Path(path.as_str().into()),
        related: Vec::new(),
        concerns: broken.kept,
        detail: "".into(),
        message: format!("`{path}` {what}{kept}"),
        suggestion: advice.or_else(|| Some("run `catalog lint` to see where it is wrong".to_owned())),
        place: Some(CheckPlace { path: path.into(), position }),
        owners: Vec::new(),
    }
}
