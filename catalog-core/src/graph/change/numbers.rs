//! Who is there after a change, by number, and what they need.

use super::{Changing, Rebuild};
use crate::{
    graph::{
        derive_needs::{NeedFilter, push_alternatives, push_needs, push_providers},
        entity::Standing,
        identity::NameRules,
        relation::{Alternative, RelationRecord},
    },
    model::{EntityRef, RelationClass, RelationKind, RepositoryId},
    needs::{NeedList, Renumbering},
};

/// How the numbers of entities change.
pub(super) struct Coming {
    renumbering: Renumbering,
    /// The slots of those that come, in the order of their names.
    came: Vec<u32>,
}

impl Changing<'_> {
    /// Settles which entities and repositories are there, and their numbers.
    pub(super) fn settle_numbers(&mut self) -> Result<Coming, Rebuild> {
        let (mut removed, mut came) = (Vec::new(), Vec::new());
        for slot in &self.touched {
            match (self.former.is_there(*slot), self.is_held(*slot)) {
                (true, false) => removed.push(self.former.numbering.number_of(*slot)),
                (false, true) => came.push(*slot),
                _ => {}
            }
        }
        let name = |slot: &u32| &self.graph.entities[*slot].name;
        if let NameRules::United(united) = &self.graph.name_rules {
            // Their other names come and go with them.
            let mut gone = removed.iter().map(|number| self.former.numbering.slot_of(*number));
            if gone.any(|slot| united.is_bound(name(&slot)))
                || came.iter().any(|slot| united.is_bound(name(slot)))
            {
                return Err(Rebuild::NamesAreUnited);
            }
        }
        removed.sort_unstable();
        came.sort_unstable_by(|a, b| name(a).cmp(name(b)));
        let inserted_before = came.iter().map(|slot| self.position(name(slot))).collect();
        let renumbering = Renumbering::new(removed, inserted_before);
        let slot_count = self.graph.entities.len();
        self.graph.numbering = self.former.numbering.changed(&renumbering, &came, slot_count);
        self.number_repositories();
        Ok(Coming { renumbering, came })
    }

    /// Whether anything keeps an entity in the graph.
    fn is_held(&self, slot: u32) -> bool {
        let graph = &self.graph;
        matches!(graph.entities[slot].standing, Standing::Declared(_) | Standing::Repository(_))
            || graph.relations.outgoing(slot).len() > 0
            || !graph.relations.incoming(slot).is_empty()
            || !graph.owners.owned.of(slot).is_empty()
    }

    /// How many entities of the former graph come before a name.
    fn position(&self, name: &EntityRef) -> u32 {
        let numbering = &self.former.numbering;
        let (mut start, mut end) = (0, numbering.len());
        while start < end {
            let middle = start + (end - start) / 2;
            if self.former.entities[numbering.slot_of(middle)].name < *name {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }

    fn number_repositories(&mut self) {
        let numbering = &self.former.repository_numbering;
        let mut removed: Vec<u32> =
            self.taken.removed.iter().map(|slot| numbering.number_of(*slot)).collect();
        removed.sort_unstable();
        let is_new = |slot: &u32| *slot >= self.former.repositories.len();
        let came: Vec<u32> = self.repository_slots.iter().copied().filter(is_new).collect();
        let id = |slot: &u32| -> &RepositoryId { &self.graph.repositories[*slot].head.id };
        let position = |slot| self.former.repository_position(id(slot)).unwrap_or_else(|position| position);
        let renumbering = Renumbering::new(removed, came.iter().map(position).collect());
        let slot_count = self.graph.repositories.len();
        self.graph.repository_numbering = numbering.changed(&renumbering, &came, slot_count);
    }

    /// Derives anew what those need whose relations changed.
    pub(super) fn replace_needs(&mut self, coming: Coming) {
        let Coming { renumbering, came } = coming;
        let mut needy: Vec<u32> = self.needy.iter().copied().chain(came).collect();
        needy.sort_unstable();
        needy.dedup();
        needy.retain(|slot| self.graph.is_there(*slot));
        let mut list = NeedList::new(self.graph.numbering.len() as usize);
        for slot in &needy {
            self.push_needs_of(*slot, &mut list);
        }
        let needy: Vec<u32> = needy.iter().map(|slot| self.graph.numbering.number_of(*slot)).collect();
        self.graph.needs = self.former.needs.with_change(&renumbering, &needy, &list);
    }

    fn push_needs_of(&self, slot: u32, list: &mut NeedList) {
        let relations = &self.graph.relations;
        let number = |slot: u32| self.graph.numbering.number_of(slot);
        let numbered = |relation: u32| {
            let record = relations.record(relation);
            RelationRecord { from: number(record.from), to: number(record.to), ..*record }
        };
        let outgoing: Vec<RelationRecord> = relations.outgoing(slot).map(numbered).collect();
        push_needs(list, &outgoing, &NeedFilter::default());
        let incoming = relations.incoming(slot).iter().map(|relation| numbered(*relation));
        let mut provided: Vec<(u32, u32, _)> = incoming
            .filter(|of| {
                of.kind == RelationKind::ProvidesApi
                    && of.class != RelationClass::Deployed
                    && of.from != of.to
            })
            .map(|of| (of.to, of.from, of.strength))
            .collect();
        provided.sort_unstable();
        push_providers(list, &provided);
        let alternatives: Vec<Alternative> = relations
            .alternatives(slot)
            .iter()
            .map(|of| Alternative { from: number(of.from), to: number(of.to), ..*of })
            .collect();
        push_alternatives(list, &alternatives);
    }
}
