//! Which number everything has in a file: without gaps, whatever changes have left behind.

use crate::graph::{
    CatalogGraph, DeclarationView, declaration::DeclarationRecord, entity::NONE, symbols::index,
};

/// Where the items of one array of a graph go, and which items are left.
pub(super) struct Kept {
    /// The slots of those that are left, in the order of their numbers.
    pub(super) slots: Vec<u32>,
    /// By slot; [`NONE`] for those that are not.
    numbers: Vec<u32>,
}

impl Kept {
    fn new(slots: Vec<u32>, slot_count: u32) -> Self {
        let mut numbers = vec![NONE; slot_count as usize];
        for (number, slot) in (0..).zip(&slots) {
            numbers[*slot as usize] = number;
        }
        Self { slots, numbers }
    }

    /// The number of a slot; [`NONE`] where nothing is left there.
    pub(super) fn number_of(&self, slot: u32) -> u32 {
        self.numbers.get(slot as usize).copied().unwrap_or(NONE)
    }
}

/// The numbers of what a graph has.
pub(super) struct Numbers<'g> {
    graph: &'g CatalogGraph,
    pub(super) sources: Kept,
    pub(super) declarations: Kept,
    pub(super) relations: Kept,
    /// The slots of what several declarations of an entity say together.
    pub(super) merged: Kept,
}

impl<'g> Numbers<'g> {
    pub(super) fn of(graph: &'g CatalogGraph) -> Self {
        let declarations: Vec<u32> = graph.declarations().map(DeclarationView::slot).collect();
        let mut sources: Vec<u32> =
            declarations.iter().map(|slot| graph.declarations[*slot].source).collect();
        for slot in graph.repository_numbering.slots() {
            let record = &graph.repositories[slot];
            let files = record.codeowners.iter().chain(&record.owners);
            sources.extend(files.flat_map(|files| &files.sources));
            sources.extend_from_slice(&record.unread_ownership);
        }
        // A change puts the manifests of a repository behind all others, in their order.
        let repository_of =
            |source: &u32| graph.repository_numbering.number_of(graph.sources[*source].repository);
        sources.sort_unstable_by_key(|source| (repository_of(source), *source));
        sources.dedup();
        let outgoing = graph.numbering.slots().flat_map(|slot| graph.relations.outgoing(slot));
        let relations: Vec<u32> = outgoing.collect();
        let merged = graph.entities().map(|entity| entity.record().merged);
        let merged: Vec<u32> = merged.filter(|merged| *merged != NONE).collect();
        Self {
            graph,
            sources: Kept::new(sources, graph.sources.len()),
            declarations: Kept::new(declarations, graph.declarations.len()),
            relations: Kept::new(relations, graph.relations.end()),
            merged: Kept::new(merged, graph.merged.len()),
        }
    }

    /// The number of an entity.
    pub(super) fn entity(&self, slot: u32) -> u32 {
        if slot == NONE { NONE } else { self.graph.numbering.number_of(slot) }
    }

    /// The number of a repository.
    pub(super) fn repository(&self, slot: u32) -> u32 {
        self.graph.repository_numbering.number_of(slot)
    }

    /// The declarations in their order.
    pub(super) fn declaration_records(&self) -> impl Iterator<Item = &'g DeclarationRecord> + Clone {
        let graph = self.graph;
        self.declarations.slots.clone().into_iter().map(move |slot| &graph.declarations[slot])
    }
}

/// Rows of numbers, one after the other, as where each begins and all of them.
#[derive(Default)]
pub(super) struct RowsOut {
    pub(super) starts: Vec<u32>,
    pub(super) items: Vec<u32>,
}

impl RowsOut {
    pub(super) fn of<R: IntoIterator<Item = u32>>(rows: impl Iterator<Item = R>) -> Self {
        let mut out = Self { starts: vec![0], items: Vec::new() };
        for row in rows {
            out.items.extend(row);
            out.starts.push(index(out.items.len()));
        }
        out
    }
}
