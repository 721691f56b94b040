//! Relations that are stated anew take the place of former ones.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;

use super::Changing;
use crate::{
    graph::{
        entity::NONE,
        relation::{
            AddedRelation, Alternative, Asides, RelationOrigin, RelationRecord, StatedTerms,
            UnlistedStatement, of_one,
        },
        symbols::index,
    },
    model::RelationKind,
};

impl Changing<'_> {
    /// Relates every pair that was taken in as its statements say, in both directions.
    pub(super) fn replace_relations(&mut self) {
        let pairs: Vec<(u32, u32)> = self.taken.pairs.iter().copied().collect();
        for of_one in pairs.chunk_by(|a, b| a.0 == b.0) {
            let from = self.slots[of_one[0].0 as usize];
            if from == NONE {
                continue;
            }
            let others: FxHashSet<u32> =
                of_one.iter().map(|(_, to)| self.slots[*to as usize]).filter(|slot| *slot != NONE).collect();
            self.replace_relations_of(from, of_one[0].0, &others);
            self.touched.insert(from);
            self.touched.extend(&others);
            self.owned_anew.insert(from);
            self.needy.insert(from);
        }
        for (to, (gone, mut came)) in std::mem::take(&mut self.arriving) {
            let incoming = self.graph.relations.incoming(to).iter().copied();
            let stayed: Vec<u32> = incoming.filter(|number| !gone.contains(number)).collect();
            came.sort_by(|a, b| self.in_order(*a, *b, |record| record.from));
            let row = self.merged_row(&stayed, &came, |record| record.from);
            self.graph.relations.replace_incoming(to, row);
        }
    }

    /// Puts what is stated now in place of the relations from one entity to others.
    fn replace_relations_of(&mut self, from: u32, rank: u32, others: &FxHashSet<u32>) {
        let outgoing = self.graph.relations.outgoing(from);
        let is_gone = |number: &u32| others.contains(&self.graph.relations.record(*number).to);
        let (gone, stayed): (Vec<u32>, Vec<u32>) = outgoing.partition(is_gone);
        for number in gone {
            let RelationRecord { to, kind, .. } = *self.graph.relations.record(number);
            self.arriving.entry(to).or_default().0.insert(number);
            self.note_needy(kind, to);
        }
        let start = self.taken.merged.records.partition_point(|record| record.from < rank);
        let end = self.taken.merged.records.partition_point(|record| record.from <= rank);
        let mut came = Vec::with_capacity(end - start);
        for number in index(start)..index(end) {
            let relation = self.relation(number);
            let RelationRecord { to, kind, .. } = relation.record;
            let number = self.graph.relations.push(relation);
            self.arriving.entry(to).or_default().1.push(number);
            self.note_needy(kind, to);
            came.push(number);
        }
        let row = self.merged_row(&stayed, &came, |record| record.to);
        self.graph.relations.replace_outgoing(from, row);
        self.replace_asides(from, rank, others);
    }

    fn note_needy(&mut self, kind: RelationKind, to: u32) {
        if kind == RelationKind::ProvidesApi {
            self.needy.insert(to);
        }
    }

    /// A relation that was taken in, between slots.
    fn relation(&self, number: u32) -> AddedRelation {
        let merged = &self.taken.merged;
        let record = &merged.records[number as usize];
        let terms = merged.terms(number).iter().map(|stated| StatedTerms {
            relation: NONE,
            declaration: self.declaration_slots[stated.declaration as usize],
            ..stated.clone()
        });
        AddedRelation {
            record: RelationRecord {
                from: self.slots[record.from as usize],
                to: self.slots[record.to as usize],
                ..*record
            },
            origins: merged.origins(number).iter().map(|origin| self.origin(origin)).collect(),
            terms: terms.collect(),
        }
    }

    fn origin(&self, origin: &RelationOrigin) -> RelationOrigin {
        RelationOrigin { declaration: self.declaration_slots[origin.declaration as usize], ..*origin }
    }

    fn replace_asides(&mut self, from: u32, rank: u32, others: &FxHashSet<u32>) {
        let relations = &self.graph.relations;
        let merged = &self.taken.merged;
        let slot = |rank: u32| self.slots[rank as usize];
        let stayed = relations.alternatives(from).iter().filter(|of| !others.contains(&of.to)).copied();
        let came = of_one(&merged.alternatives, rank, |of| of.from).iter().map(|of| Alternative {
            from,
            to: slot(of.to),
            group: (self.declaration_slots[of.group.0 as usize], of.group.1),
            ..*of
        });
        let mut alternatives: Vec<Alternative> = stayed.chain(came).collect();
        alternatives.sort_unstable();
        let stayed = relations.unlisted(from).iter().filter(|of| !others.contains(&of.to)).copied();
        let came = of_one(&merged.unlisted, rank, |of| of.from).iter().map(|of| UnlistedStatement {
            from,
            to: slot(of.to),
            origin: self.origin(&of.origin),
            ..*of
        });
        let unlisted: Vec<UnlistedStatement> = stayed.chain(came).collect();
        let had_any = !relations.alternatives(from).is_empty() || !relations.unlisted(from).is_empty();
        if had_any || !alternatives.is_empty() || !unlisted.is_empty() {
            self.graph.relations.replace_asides(from, Asides { alternatives, unlisted });
        }
    }

    /// Relations that come, in order, among those that stay.
    fn merged_row(
        &self,
        stayed: &[u32],
        came: &[u32],
        other_end: impl Fn(&RelationRecord) -> u32,
    ) -> Vec<u32> {
        let mut row = Vec::with_capacity(stayed.len() + came.len());
        let mut rest = stayed;
        for number in came {
            let (before, after) = rest.split_at(
                rest.partition_point(|other| self.in_order(*other, *number, &other_end) == Ordering::Less),
            );
            row.extend_from_slice(before);
            row.push(*number);
            rest = after;
        }
        row.extend_from_slice(rest);
        row
    }

    /// Relations of one entity go by kind and by the name at their other end.
    fn in_order(&self, one: u32, other: u32, other_end: impl Fn(&RelationRecord) -> u32) -> Ordering {
        let (one, other) = (self.graph.relations.record(one), self.graph.relations.record(other));
        let name = |record: &RelationRecord| &self.graph.entities[other_end(record)].name;
        one.kind.cmp(&other.kind).then_with(|| name(one).cmp(name(other)))
    }
}
