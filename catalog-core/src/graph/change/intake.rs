//! What changed repositories say is taken in, with those others that speak of the same entities.
//!
//! *Reconsidered* is every entity that a changed repository declares, or declared: all of its declarations
//! are taken in, so that it is decided as ever which of them stands. Every pair of entities that one of those
//! declarations relates, or related, is related anew: all statements about the pair are taken in.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Authority, EntityRef, RelationEnd, RepositoryDeclarations, RepositoryId};

use super::{GraphChange, Rebuild};
use crate::graph::{
    CatalogGraph, DeclarationView, EntityStanding, RepositoryView,
    build::{GraphBuilder, Statement},
    entity::{EntityRecord, NONE, Standing},
    facts::Details,
    identity::{KUBERNETES_ID, NameRules},
    merge::{drop_lone_alternatives, merge_statements},
    ownership::host_names,
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
struct Intake<'g> {
    graph: &'g CatalogGraph,
    builder: GraphBuilder,
    changed: FxHashSet<RepositoryId>,
    loaded: FxHashSet<RepositoryId>,
    /// By name, which entities are reconsidered.
    reconsidered: FxHashSet<EntityRef>,
    /// Pairs by provisional number.
    pairs: BTreeSet<(u32, u32)>,
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
    /// Refuses a repository whose change says more than what its own entities are.
    fn check(
        &self,
        now: Option<&RepositoryDeclarations>,
        former: Option<RepositoryView<'_>>,
    ) -> Result<(), Rebuild> {
        let was_plain = former.is_none_or(|former| former.declarations().all(is_plain));
        if !was_plain || now.is_some_and(|now| !has_plain_names(now)) {
            return Err(Rebuild::NamesAreUnited);
        }
        let owner_names_now = now.map_or_else(Vec::new, |now| owner_names_of(now));
        let owner_names_before = former.map_or_else(Vec::new, |former| owner_names_known(former));
        if owner_names_now != owner_names_before {
            return Err(Rebuild::OwnerNamesChange);
        }
        let id = now.map(|now| &now.head.id).or(former.map(RepositoryView::id));
        let Some(id) = id else { return Ok(()) };
        let Some(name) = repository_ref(id) else { return Ok(()) };
        let standing = self.graph.entity(&name).map(|entity| entity.record().standing);
        let is_own = match (former, standing) {
            (Some(former), Some(Standing::Repository(slot))) => slot == former.slot(),
            (None, None | Some(Standing::Placeholder)) => true,
            _ => false,
        };
        // The resource of another one, whose id differs in its letters' case only, would come to light.
        let is_only = now.is_some() || {
            let folded = id.as_str().to_lowercase();
            let mut others = self.graph.repositories().filter(|other| other.id() != id);
            others.all(|other| other.id().as_str().to_lowercase() != folded)
        };
        if is_own && is_only { Ok(()) } else { Err(Rebuild::RepositoryIsDeclared) }
    }

    /// Refuses a change by which names could be united otherwise than before: here, since a name means
    /// something else than it says, or elsewhere, since something waits for a name.
    fn check_names(&self) -> Result<(), Rebuild> {
        let NameRules::United(united) = &self.graph.name_rules else { return Ok(()) };
        let (graph, builder) = (self.graph, &self.builder);
        let was_declared = |name: &EntityRef| {
            graph.entity(name).is_some_and(|entity| {
                entity.declarations().any(|of| self.changed.contains(of.repository().id()))
            })
        };
        let mut is_declared = FxHashSet::default();
        let mut titles = FxHashSet::default();
        for declaration in builder.declarations.iter().filter(|declaration| declaration.entity != NONE) {
            let repository = builder.sources[declaration.source as usize].repository;
            if self.changed.contains(&builder.repositories[repository as usize].head.id) {
                let name = &builder.names[declaration.entity as usize];
                is_declared.insert(name);
                let details = declaration.details.as_deref();
                titles.extend(details.into_iter().flat_map(|details| titles_of(name, details)));
                let says_cluster = details.is_some_and(|details| {
                    details.annotations.iter().any(|(key, _)| **key == *KUBERNETES_ID)
                });
                if united.has_clusters && says_cluster {
                    return Err(Rebuild::NamesAreUnited);
                }
            }
        }
        let former = self.changed.iter().filter_map(|id| graph.repository(id));
        let former = former.flat_map(RepositoryView::declarations);
        let former = former.filter_map(|of| Some((of.named()?, of.record().details.as_deref()?)));
        let former_titles = former.flat_map(|(name, details)| titles_of(name, details)).collect();
        // Only what is declared under its own name before and after is nothing to wait for.
        let is_settled = |name: &EntityRef| {
            was_declared(name) == is_declared.contains(name)
                && graph.entity(name).is_some_and(|entity| entity.standing() == EntityStanding::Declared)
        };
        let ends = self.pairs.iter().flat_map(|(from, to)| [*from, *to]);
        let mentioned = ends.map(|name| &builder.names[name as usize]);
        let refs: Vec<EntityRef> = self.changed.iter().filter_map(repository_ref).collect();
        let unites = builder.names.iter().any(|name| united.is_renamed(name))
            || refs.iter().chain(&self.reconsidered).any(|name| united.is_bound(name))
            || self
                .reconsidered
                .iter()
                .chain(mentioned)
                .any(|name| !is_settled(name) && united.is_awaited(name))
            || titles.symmetric_difference(&former_titles).any(|title| united.is_called(title));
        if unites { Err(Rebuild::NamesAreUnited) } else { Ok(()) }
    }

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
            .flat_map(|entity| entity.declarations())
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
            if !has_plain_names(&repository) {
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

/// Whether a document gives its entity just the name of it, in a format of which every name means what it says.
fn is_plain(declaration: DeclarationView<'_>) -> bool {
    matches!(declaration.format().authority(), Authority::Catalog | Authority::Paths)
        && declaration.record().named.is_none()
}

/// What people call a group beside its name.
fn titles_of<'d>(name: &EntityRef, details: &'d Details) -> impl Iterator<Item = &'d str> {
    let shown = details.profile.as_ref().and_then(|profile| profile.display_name.as_deref());
    let titles = details.title.as_deref().into_iter().chain(shown);
    titles.filter(|_| name.kind() == "group").collect::<Vec<_>>().into_iter()
}

/// Whether everything that a repository names means the entity of just that name.
fn has_plain_names(repository: &RepositoryDeclarations) -> bool {
    repository.manifests.iter().all(|manifest| {
        let declared = manifest.documents.iter().filter_map(|document| document.declaration.as_ref());
        matches!(manifest.format.authority(), Authority::Catalog | Authority::Paths)
            && declared.into_iter().all(|declaration| declaration.aliases.is_empty())
    })
}

/// A name by which an owner is known, with what states it.
type KnownName = (EntityRef, String, String);

/// The names by which a repository makes teams and people known, in the order of its documents.
fn owner_names_of(repository: &RepositoryDeclarations) -> Vec<KnownName> {
    let mut builder = GraphBuilder::new();
    let is_owner = |name: &EntityRef| matches!(name.kind(), "group" | "user");
    let documents = repository.manifests.iter().flat_map(|manifest| &manifest.documents);
    let mut declared = documents.filter_map(|document| document.declaration.as_ref());
    if !declared.any(|declaration| is_owner(&declaration.entity)) {
        return Vec::new();
    }
    builder.add(repository.clone());
    settle_order(&mut builder);
    let known = builder.declarations.iter().filter(|declaration| declaration.entity != NONE);
    let known = known.filter_map(|declaration| {
        Some((&builder.names[declaration.entity as usize], declaration.details.as_deref()?))
    });
    known.flat_map(|(name, details)| owner_names(name, details)).collect()
}

fn owner_names_known(repository: RepositoryView<'_>) -> Vec<KnownName> {
    let known =
        repository.declarations().filter_map(|of| Some((of.named()?, of.record().details.as_deref()?)));
    known.flat_map(|(name, details)| owner_names(name, details)).collect()
}

fn owner_names(name: &EntityRef, details: &Details) -> Vec<KnownName> {
    let email = details.profile.as_ref().and_then(|profile| profile.email.as_deref());
    let email = email.filter(|_| matches!(name.kind(), "group" | "user")).map(|email| ("", email));
    let names = host_names(name, details).chain(email);
    names.map(|(key, text)| (name.clone(), key.to_owned(), text.to_owned())).collect()
}
