//! What is to be said after a change: of the changed repositories, and of others that name or declare the
//! same entities.

use rustc_hash::FxHashSet;

use super::{Changing, Rebuild};
use crate::{
    graph::{
        CatalogDiagnostic, CatalogGraph, DeclarationView, Entity, RepositoryView, entity::NONE,
        merge::contradiction_of, relation::RelationOrigin, resolve::unknown_ref, standing::duplicate_entity,
    },
    model::{Authority, DiagnosticCode, RelationEnd, RelationKind, RepositoryId},
};

impl Changing<'_> {
    /// Says of each repository that is concerned what is to be said of it now.
    pub(super) fn replace_remarks(&mut self) -> Result<(), Rebuild> {
        let concerned = self.concerned()?;
        let said = std::mem::take(&mut self.taken.builder.said);
        let of_graph = std::mem::take(&mut self.taken.builder.diagnostics);
        let contradictions: Vec<String> = self.contradictions();
        let ids: Vec<RepositoryId> = self.taken.changed.iter().cloned().collect();
        for id in ids {
            let of = |all: &[CatalogDiagnostic]| -> Vec<CatalogDiagnostic> {
                all.iter().filter(|noted| noted.repository == id).cloned().collect()
            };
            let mut of_graph = of(&of_graph);
            of_graph.retain(|noted| noted.diagnostic.code == DiagnosticCode::ContradictoryNeed);
            if let Some(repository) = self.graph.repository(&id) {
                of_graph.extend(remarks_on(repository));
            }
            self.graph.diagnostics.replace(&id, of(&said), of_graph);
        }
        for slot in concerned {
            let repository = RepositoryView::new(&self.graph, slot);
            let id = repository.id().clone();
            let (mut own, mut remarks) = (Vec::new(), remarks_on(repository));
            for noted in self.graph.diagnostics.of(&id) {
                let message = &noted.said.diagnostic.message;
                match noted.said.diagnostic.code {
                    _ if !noted.is_of_graph => own.push(noted.said.clone()),
                    DiagnosticCode::UnknownRef | DiagnosticCode::DuplicateEntity => {}
                    DiagnosticCode::ContradictoryNeed
                        if contradictions.iter().any(|beginning| message.starts_with(&**beginning)) => {}
                    _ => remarks.push(noted.said.clone()),
                }
            }
            let contradicting = of_graph.iter().filter(|noted| {
                noted.repository == id && noted.diagnostic.code == DiagnosticCode::ContradictoryNeed
            });
            remarks.extend(contradicting.cloned());
            self.graph.diagnostics.replace(&id, own, remarks);
        }
        Ok(())
    }

    /// How remarks begin on the needs that were related anew.
    fn contradictions(&self) -> Vec<String> {
        let names = &self.taken.names;
        let pairs = self.taken.pairs.iter();
        pairs.map(|(from, to)| contradiction_of(&names[*from as usize], &names[*to as usize])).collect()
    }

    /// The slots of repositories that did not change of which something else may be to be said: those that
    /// were taken in, and those that name an entity that is declared now, or no more.
    fn concerned(&self) -> Result<Vec<u32>, Rebuild> {
        let graph = &self.graph;
        let mut concerned: FxHashSet<u32> = FxHashSet::default();
        let mut note = |declaration: u32| concerned.insert(repository_of(graph, declaration));
        for slot in self.taken.known_declarations.iter().filter(|slot| **slot != NONE) {
            note(*slot);
        }
        let toggled = self.touched.iter().copied().filter(|slot| {
            self.former.is_there(*slot)
                && graph.is_there(*slot)
                && self.former.is_placeholder_at(*slot) != graph.is_placeholder_at(*slot)
        });
        for slot in toggled {
            let relations = &graph.relations;
            for number in relations.outgoing(slot).filter(|number| relations.is_stated_at_to(*number)) {
                relations.origins(number).iter().for_each(|origin| {
                    note(origin.declaration);
                });
            }
            for number in relations.incoming(slot) {
                relations.origins(*number).iter().for_each(|origin| {
                    note(origin.declaration);
                });
                let unlisted = relations.unlisted(relations.record(*number).from).iter();
                unlisted.filter(|of| of.to == slot).for_each(|of| {
                    note(of.origin.declaration);
                });
            }
        }
        let mut concerned: Vec<u32> = concerned
            .into_iter()
            .filter(|slot| !self.taken.changed.contains(&graph.repositories[*slot].head.id))
            .collect();
        if concerned.len() > CatalogGraph::CONCERNED_MAX {
            return Err(Rebuild::ConcernsMany);
        }
        concerned.sort_unstable();
        Ok(concerned)
    }
}

fn repository_of(graph: &CatalogGraph, declaration: u32) -> u32 {
    graph.sources[graph.declarations[declaration].source].repository
}

/// What is to be said of the declarations of a repository: entities that are declared elsewhere before, and
/// names that nothing declares.
fn remarks_on(repository: RepositoryView<'_>) -> Vec<CatalogDiagnostic> {
    let mut remarks = Vec::new();
    for declaration in repository.declarations() {
        let Some(entity) = declaration.entity() else { continue };
        if !declaration.counts() {
            remarks.extend(duplicate(declaration, entity));
            continue;
        }
        if declaration.format().authority() != Authority::Evidence {
            note_unknown(declaration, entity, &mut remarks);
        }
    }
    remarks
}

fn duplicate(declaration: DeclarationView<'_>, entity: Entity<'_>) -> Option<CatalogDiagnostic> {
    let same_format = entity.declarations().filter(|other| other.format() == declaration.format());
    let first = same_format.min_by_key(|other| other.index())?;
    let name = entity.name();
    let diagnostic = duplicate_entity(name, first.repository().id(), first.path(), first.position())
        .at(declaration.path(), declaration.position())
        .in_document(declaration.document());
    Some(CatalogDiagnostic { repository: declaration.repository().id().clone(), diagnostic })
}

fn note_unknown(declaration: DeclarationView<'_>, entity: Entity<'_>, remarks: &mut Vec<CatalogDiagnostic>) {
    let graph = entity.graph();
    let (relations, slot) = (&graph.relations, entity.slot());
    let mut note = |kind: RelationKind, other: u32, origin: &RelationOrigin, subject: RelationEnd| {
        let is_here = origin.declaration == declaration.slot() && origin.subject == subject;
        if is_here && kind != RelationKind::OwnedBy && graph.is_placeholder_at(other) {
            let diagnostic = unknown_ref(kind, subject, &graph.entities[other].name)
                .at(declaration.path(), origin.position)
                .in_document(declaration.document());
            remarks.push(CatalogDiagnostic { repository: declaration.repository().id().clone(), diagnostic });
        }
    };
    for number in relations.outgoing(slot) {
        let record = relations.record(number);
        for origin in relations.origins(number) {
            note(record.kind, record.to, origin, RelationEnd::From);
        }
    }
    for unlisted in relations.unlisted(slot) {
        note(unlisted.kind, unlisted.to, &unlisted.origin, RelationEnd::From);
    }
    for number in relations.incoming(slot).iter().filter(|number| relations.is_stated_at_to(**number)) {
        let record = relations.record(*number);
        for origin in relations.origins(*number) {
            note(record.kind, record.from, origin, RelationEnd::To);
        }
        for unlisted in relations.unlisted(record.from).iter().filter(|unlisted| unlisted.to == slot) {
            note(unlisted.kind, unlisted.from, &unlisted.origin, RelationEnd::To);
        }
    }
}
