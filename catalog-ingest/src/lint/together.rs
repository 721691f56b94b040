//! What the manifests of a tree say to each other, and to the rest of a catalog.

use std::collections::BTreeSet;

use catalog_core::{
    graph::{CatalogGraph, GraphBuilder},
    model::{
        Diagnostic, DiagnosticCode, OwnerName, Position, RelationKind, RepositoryDeclarations, RepositoryId,
        Revision, Severity,
    },
};

use super::Source;

/// An owner that an ownership file names, with its first place.
struct NamedOwner {
    path: Box<str>,
    position: Position,
    name: OwnerName,
}

/// All remarks on the manifests: their own, and those that come of putting them together.
///
/// Alone, a tree cannot know which references lead to other repositories. With the others, a reference
/// that leads nowhere is a note: what it names may be pushed next.
pub(super) fn remarks(
    declarations: RepositoryDeclarations,
    others: Option<GraphBuilder>,
    source: &Source<'_>,
) -> Vec<Diagnostic> {
    let id = declarations.head.id.clone();
    let knows_others = others.is_some();
    let owners = if knows_others { named_owners(&declarations, source) } else { Vec::new() };
    let mut builder = others.unwrap_or_default();
    builder.add(declarations);
    let graph = builder.build(Revision(0));
    let own = graph.diagnostics().iter().filter(|of| of.repository == id);
    let mut remarks: Vec<Diagnostic> = own
        .map(|of| of.diagnostic.clone())
        .filter(|remark| knows_others || remark.code != DiagnosticCode::UnknownRef)
        .collect();
    for remark in &mut remarks {
        if remark.code == DiagnosticCode::UnknownRef {
            remark.severity = Severity::Note;
        }
    }
    if knows_others {
        remark_on_declared_owners(&graph, &id, &mut remarks);
        remark_on_named_owners(&graph, owners, &mut remarks);
    }
    remarks
}

/// The owners in `spec.owner` and the like that nothing declares.
fn remark_on_declared_owners(graph: &CatalogGraph, id: &RepositoryId, remarks: &mut Vec<Diagnostic>) {
    for relation in graph.relations().filter(|relation| relation.kind() == RelationKind::OwnedBy) {
        if !relation.to().is_placeholder() {
            continue;
        }
        for origin in relation.sources().map(|source| source.origin()).filter(|at| at.repository == *id) {
            let message = format!("the owner `{}` is declared by no manifest", relation.to().name().short());
            remarks.push(note(message, &origin.path, origin.position).in_document(origin.document));
        }
    }
}

/// The owners in CODEOWNERS that nothing declares, each said once.
fn remark_on_named_owners(graph: &CatalogGraph, owners: Vec<NamedOwner>, remarks: &mut Vec<Diagnostic>) {
    for NamedOwner { path, position, name } in owners {
        let is_declared = graph
            .owner_by_name(&name)
            .and_then(|owner| graph.entity(&owner))
            .is_some_and(|entity| !entity.is_placeholder());
        if !is_declared {
            let message = format!("the owner `{name}` is a group or person that no manifest declares");
            remarks.push(note(message, &path, position));
        }
    }
}

fn named_owners(declarations: &RepositoryDeclarations, source: &Source<'_>) -> Vec<NamedOwner> {
    let mut seen = BTreeSet::new();
    let mut owners = Vec::new();
    for manifest in &declarations.manifests {
        let Some(rules) = &manifest.path_rules else { continue };
        let text = source.text(&manifest.path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        for rule in &rules.rules {
            for name in rule.owners.iter().filter(|name| seen.insert((*name).clone())) {
                let line = usize::try_from(rule.position.line.saturating_sub(1)).ok();
                let line = line.and_then(|line| lines.get(line)).copied().unwrap_or_default();
                let position = match column_of(line, name.as_str()) {
                    Some(column) => Position { column, ..rule.position },
                    None => rule.position,
                };
                owners.push(NamedOwner { path: manifest.path.clone(), position, name: name.clone() });
            }
        }
    }
    owners
}

/// Where a word stands in a line, in characters from 1.
fn column_of(line: &str, word: &str) -> Option<u32> {
    let is_end = |at: usize| line[at..].chars().next().is_none_or(char::is_whitespace);
    let (at, _) = line.match_indices(word).find(|(at, _)| is_end(at + word.len()))?;
    u32::try_from(line[..at].chars().count() + 1).ok()
}

fn note(message: String, path: &str, position: Position) -> Diagnostic {
    let mut note = Diagnostic::new(DiagnosticCode::UnknownRef, message).at(path, position);
    note.severity = Severity::Note;
    note
}
