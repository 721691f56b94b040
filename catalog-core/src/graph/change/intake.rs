//! What changed repositories say is taken in, with those others that speak of the same entities.
//!
//! *Reconsidered* is every entity that a changed repository declares, or declared: all of its declarations
//! are taken in, so that it is decided as ever which of them stands. Every pair of entities that one of those
//! declarations relates, or related, is related anew: all statements about the pair are taken in.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{EntityRef, RelationEnd, RepositoryDeclarations, RepositoryId};

use super::{GraphChange, Rebuild, names::says_plain_names};
use crate::graph::{
    CatalogGraph, DeclarationView, Entity, RepositoryView,
    build::{GraphBuilder, Statement},
    entity::{EntityRecord, NONE, Standing},
    merge::{drop_lone_alternatives, merge_statements},
    relation::MergedRelations,
    repository::repository_ref,
    resolve::settle_order,
    standing::choose_declarations,
    symbols::index,
};

/// What a change says, decided as far as that can be without the rest of the graph.
///
/// Entities go by their rank among the names that are of interest, in the order of refs.
pub(super) struct Taken {
    /// The repositories that changed.
    pub(super) changed: FxHashSet<RepositoryId>,
    /// The repositories that are there no more, by slot.
    pub(super) removed: Vec<u32>,
    /// The declarations, sources and repositories, in the order of a graph. Entities in it are ranks, and
    /// [`NONE`] for those that are not reconsidered.
    pub(super) builder: GraphBuilder,
    /// The slots of the declarations of repositories that are not changed; [`NONE`] for those of others.
    pub(super) known_declarations: Vec<u32>,
    pub(super) names: Vec<EntityRef>,
    /// By rank: whether its declarations are decided anew.
    pub(super) is_reconsidered: Vec<bool>,
    /// By rank: the declaration that stands for it, or [`NONE`].
    pub(super) standing: Vec<u32>,
    /// The pairs of entities that are related anew, by rank.
    pub(super) pairs: BTreeSet<(u32, u32)>,
    /// What is stated about them.
    pub(super) statements: Vec<Statement>,
    pub(super) merged: MergedRelations,
}

/// Repositories that are being taken in, and what is known so far.
pub(super) struct Intake<'g> {
    pub(super) graph: &'g CatalogGraph,
    pub(super) builder: GraphBuilder,
    pub(super) changed: FxHashSet<RepositoryId>,
    loaded: FxHashSet<RepositoryId>,
    /// By name, which entities are reconsidered.
    pub(super) reconsidered: FxHashSet<EntityRef>,
    /// Pairs by provisional number.
    pub(super) pairs: BTreeSet<(u32, u32)>,
}

impl Taken {
    pub(super) fn take(
        graph: &CatalogGraph,
        change: GraphChange,
        mut load: impl FnMut(&RepositoryId) -> Option<RepositoryDeclarations>,
    ) -> Result<Self, Rebuild> {
        let GraphChange { mut now, mut removed, .. } = change;
        let mut met = FxHashSet::default();
        now.retain(|repository| met.insert(repository.head.id.clone()));
        removed.retain(|id| graph.repository(id).is_some() && !met.contains(id));
        let changed: FxHashSet<RepositoryId> =
            now.iter().map(|repository| repository.head.id.clone()).chain(removed.iter().cloned()).collect();
        let mut intake = Intake {
            graph,
            builder: GraphBuilder::new(),
            changed,
            loaded: FxHashSet::default(),
            reconsidered: FxHashSet::default(),
            pairs: BTreeSet::new(),
        };
        for repository in &now {
            intake.check(Some(repository), graph.repository(&repository.head.id))?;
        }
        for id in &removed {
            intake.check(None, graph.repository(id))?;
        }
        intake.reconsider(&now)?;
        now.into_iter().for_each(|repository| intake.builder.add(repository));
        let others = intake.other_declarers();
        intake.load(others, &mut load)?;
        intake.find_pairs();
        let others = intake.other_staters();
        intake.load(others, &mut load)?;
        intake.check_names()?;
        let removed = removed.iter().filter_map(|id| graph.repository(id)).map(RepositoryView::slot);
        let removed = removed.collect();
        intake.settle(removed)
    }
}

impl Intake<'_> {
    fn reconsider(&mut self, now: &[RepositoryDeclarations]) -> Result<(), Rebuild> {
        let documents = now.iter().flat_map(|repository| &repository.manifests).flat_map(|of| &of.documents);
        let declared = documents.filter_map(|document| document.declaration.as_ref());
        self.reconsidered.extend(declared.map(|declaration| declaration.entity.clone()));
        let former = self.changed.iter().filter_map(|id| self.graph.repository(id));
        let former = former.flat_map(RepositoryView::declarations).filter_map(DeclarationView::named);
        self.reconsidered.extend(former.cloned());
        let is_of_repository =
            |name: &EntityRef| name.kind() == "resource" && name.namespace() == "repository";
        if self.reconsidered.iter().any(is_of_repository) {
            return Err(Rebuild::RepositoryIsDeclared);
        }
        let mut met = FxHashSet::default();
        let refs = self.changed.iter().filter_map(repository_ref);
        if refs.into_iter().all(|name| met.insert(name)) {
            Ok(())
        } else {
            Err(Rebuild::RepositoryIsDeclared)
        }
    }

    /// The repositories that declare the same entities.
    fn other_declarers(&self) -> BTreeSet<RepositoryId> {
        let known = self.reconsidered.iter().filter_map(|name| self.graph.entity(name));
        known
            .flat_map(Entity::declarations)
            .map(|declaration| declaration.repository().id())
            .filter(|id| !self.changed.contains(*id))
            .cloned()
            .collect()
    }

    /// The repositories that state something about the pairs.
    fn other_staters(&self) -> BTreeSet<RepositoryId> {
        let mut found = BTreeSet::new();
        for of_one in self.pairs.iter().copied().collect::<Vec<_>>().chunk_by(|a, b| a.0 == b.0) {
            let name = |number: u32| &self.builder.names[number as usize];
            let Some(from) = self.graph.slot_named(name(of_one[0].0)) else { continue };
            let others: FxHashSet<u32> =
                of_one.iter().filter_map(|(_, to)| self.graph.slot_named(name(*to))).collect();
            let relations = &self.graph.relations;
            let listed = relations
                .outgoing(from)
                .filter(|number| others.contains(&relations.record(*number).to))
                .flat_map(|number| relations.origins(number))
                .map(|origin| origin.declaration);
            let unlisted = relations.unlisted(from).iter();
            let unlisted = unlisted.filter(|of| others.contains(&of.to)).map(|of| of.origin.declaration);
            for declaration in listed.chain(unlisted) {
                let id = DeclarationView::new(self.graph, declaration).repository().id();
                if !self.changed.contains(id) && !self.loaded.contains(id) {
                    found.insert(id.clone());
                }
            }
        }
        found
    }

    fn load(
        &mut self,
        ids: BTreeSet<RepositoryId>,
        load: &mut impl FnMut(&RepositoryId) -> Option<RepositoryDeclarations>,
    ) -> Result<(), Rebuild> {
        if self.loaded.len() + ids.len() > CatalogGraph::CONCERNED_MAX {
            return Err(Rebuild::ConcernsMany);
        }
        for id in ids {
            let repository = load(&id).filter(|of| of.head.id == id).ok_or(Rebuild::NotAsItWas)?;
            if !says_plain_names(&repository) {
                return Err(Rebuild::NamesAreUnited);
            }
            self.builder.add(repository);
            self.loaded.insert(id);
        }
        Ok(())
    }

    /// The pairs that declarations of reconsidered entities relate, or related.
    fn find_pairs(&mut self) {
        for statement in &self.builder.statements {
            let subject = self.builder.declarations[statement.declaration as usize].entity;
            if self.reconsidered.contains(&self.builder.names[subject as usize]) {
                self.pairs.insert((statement.from, statement.to));
            }
        }
        let graph = self.graph;
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let relations = &graph.relations;
        for entity in self.reconsidered.iter().filter_map(|name| graph.entity(name)) {
            let slot = entity.slot();
            let stated = relations.outgoing(slot).filter(|number| {
                relations.origins(*number).iter().any(|origin| origin.subject == RelationEnd::From)
            });
            pairs.extend(stated.map(|number| (slot, relations.record(number).to)));
            let unlisted = relations.unlisted(slot).iter();
            pairs
                .extend(unlisted.filter(|of| of.origin.subject == RelationEnd::From).map(|of| (slot, of.to)));
            let arriving = relations.incoming(slot).iter();
            let stated = arriving.filter(|number| relations.is_stated_at_to(**number));
            pairs.extend(stated.map(|number| (relations.record(*number).from, slot)));
        }
        for (from, to) in pairs {
            let mut number = |slot: u32| self.builder.number(graph.entities[slot].name.clone());
            let pair = (number(from), number(to));
            self.pairs.insert(pair);
        }
    }

    /// Decides which declarations stand and what statements come to.
    fn settle(self, removed: Vec<u32>) -> Result<Taken, Rebuild> {
        let Self { graph, mut builder, changed, reconsidered, pairs, .. } = self;
        settle_order(&mut builder);
        for name in &reconsidered {
            builder.number(name.clone());
        }
        let known_declarations = match_declarations(graph, &builder, &changed)?;
        let is_reconsidered: Vec<bool> =
            builder.names.iter().map(|name| reconsidered.contains(name)).collect();
        // A group is seen whole only as long as all statements of its document are here.
        drop_lone_alternatives(&mut builder.statements);
        let declarations = &builder.declarations;
        builder.statements.retain(|statement| {
            let declaration = &declarations[statement.declaration as usize];
            if is_reconsidered[declaration.entity as usize] {
                return true;
            }
            // What is not decided anew counts, or is left out, as before.
            let known = known_declarations[statement.declaration as usize];
            pairs.contains(&(statement.from, statement.to)) && !graph.declarations[known].is_left_out
        });
        for declaration in &mut builder.declarations {
            if declaration.entity != NONE && !is_reconsidered[declaration.entity as usize] {
                declaration.entity = NONE;
            }
        }
        let standing = choose_declarations(&mut builder);

        // From here on names go by their rank.
        let mut of_interest: Vec<u32> = pairs.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let all = 0..index(builder.names.len());
        of_interest.extend(all.filter(|name| is_reconsidered[*name as usize]));
        of_interest.sort_unstable_by(|a, b| builder.names[*a as usize].cmp(&builder.names[*b as usize]));
        of_interest.dedup();
        let mut rank_of = vec![NONE; builder.names.len()];
        for (rank, name) in (0..).zip(&of_interest) {
            rank_of[*name as usize] = rank;
        }
        let rank = |name: u32| rank_of[name as usize];
        for statement in &mut builder.statements {
            (statement.from, statement.to) = (rank(statement.from), rank(statement.to));
        }
        for declaration in builder.declarations.iter_mut().filter(|of| of.entity != NONE) {
            declaration.entity = rank(declaration.entity);
        }
        let names: Vec<EntityRef> =
            of_interest.iter().map(|name| builder.names[*name as usize].clone()).collect();
        let entities: Vec<EntityRecord> = names
            .iter()
            .map(|name| EntityRecord { name: name.clone(), standing: Standing::Placeholder, merged: NONE })
            .collect();
        let statements = builder.statements.clone();
        let merged = merge_statements(&mut builder, &entities);
        Ok(Taken {
            changed,
            removed,
            known_declarations,
            is_reconsidered: of_interest.iter().map(|name| is_reconsidered[*name as usize]).collect(),
            standing: of_interest.iter().map(|name| standing[*name as usize]).collect(),
            pairs: pairs.iter().map(|(from, to)| (rank(*from), rank(*to))).collect(),
            names,
            statements,
            merged,
            builder,
        })
    }
}

/// The slots of the declarations of repositories that are not changed.
fn match_declarations(
    graph: &CatalogGraph,
    builder: &GraphBuilder,
    changed: &FxHashSet<RepositoryId>,
) -> Result<Vec<u32>, Rebuild> {
    let mut next: FxHashMap<u32, std::ops::Range<u32>> = FxHashMap::default();
    for (number, repository) in (0..).zip(&builder.repositories) {
        if !changed.contains(&repository.head.id) {
            let known = graph.repository(&repository.head.id).ok_or(Rebuild::NotAsItWas)?;
            next.insert(number, graph.declarations_in(known.slot()));
        }
    }
    let mut slots = Vec::with_capacity(builder.declarations.len());
    for declaration in &builder.declarations {
        let source = &builder.sources[declaration.source as usize];
        let Some(range) = next.get_mut(&source.repository) else {
            slots.push(NONE);
            continue;
        };
        let slot = range.next().ok_or(Rebuild::NotAsItWas)?;
        let known = DeclarationView::new(graph, slot);
        let name = (declaration.entity != NONE).then(|| &builder.names[declaration.entity as usize]);
        let is_same = known.named() == name
            && known.path() == &*source.path
            && known.position() == declaration.position
            && known.document() == declaration.document
            && known.format() == source.format;
        if !is_same {
            return Err(Rebuild::NotAsItWas);
        }
        slots.push(slot);
    }
    if next.values().any(|rest| !rest.is_empty()) { Err(Rebuild::NotAsItWas) } else { Ok(slots) }
}
