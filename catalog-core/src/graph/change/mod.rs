//! A graph after a change of some repositories, made beside the graph before it.
//!
//! Building a graph goes through everything; a change of one repository touches little.
//! [`CatalogGraph::with_change`] takes in what the changed repositories say, with the few others that speak
//! of the same entities, and lets the rules of building run on those alone: which declaration stands, what
//! statements about two entities come to, who owns what. What follows from it is put beside the arrays of the
//! former graph, which both share; whoever holds the former one notices nothing. The result is always the
//! graph that would be built anew.
//!
//! Where what changes has effects that cannot be bounded, there is a [`Rebuild`] instead of a graph.
//!
//! In this folder: [`intake`] takes in and chooses declarations, [`names`] refuses what could give names another
//! meaning, [`relations`] puts new relations in place of former ones, [`entities`] settles standing, facts and
//! owners, [`numbers`] who is there, by number, and what they need, and [`remarks`] what is to be said.

mod entities;
mod intake;
mod names;
mod numbers;
mod relations;
mod remarks;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{RepositoryDeclarations, RepositoryHead, RepositoryId, Revision};

use super::{CatalogGraph, Entity, Removal, entity::Standing, repository::RepositoryRecord};

use intake::Taken;

/// What is other than in a graph: whole repositories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphChange {
    /// What repositories say now, known ones and new ones, each at most once.
    pub now: Vec<RepositoryDeclarations>,
    /// Repositories that are there no more.
    pub removed: Vec<RepositoryId>,
    /// Known repositories that say the same as before, and were seen again.
    pub seen: Vec<RepositoryHead>,
}

/// Why a graph must be built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Rebuild {
    /// Entities have other names, or are named loosely, here or elsewhere: which name means what may change
    /// anywhere.
    #[error("which names mean one entity may change")]
    NamesAreUnited,
    /// What a group or a person is called in ownership files changes.
    #[error("the names by which owners are known change")]
    OwnerNamesChange,
    /// A manifest declares the resource that stands for a repository, or two repositories share one.
    #[error("an entity that stands for a repository is declared, or is that of two")]
    RepositoryIsDeclared,
    /// More other repositories speak of the same entities than are worth being read.
    #[error("more than {max} other repositories are concerned", max = CatalogGraph::CONCERNED_MAX)]
    ConcernsMany,
    /// Another repository that speaks of the same entities is not there, or is not as it was.
    #[error("a repository that speaks of the same entities is not as it was")]
    NotAsItWas,
    /// More has changed since the graph was built than is worth being kept beside it.
    #[error("too much has changed since the graph was built")]
    ChangedMuch,
}

impl CatalogGraph {
    /// How many repositories beside the changed ones a change may concern before building anew is preferred.
    pub const CONCERNED_MAX: usize = 256;
    /// How many items may differ from a graph as it was built, however small it is.
    const PATCHED_MIN: usize = 4_096;
    /// And of how many of its entities one may differ in a large one.
    const ENTITIES_PER_PATCH: usize = 4;

    /// The graph in which some repositories say something else, at `revision`. It equals the one that
    /// would be built of everything, and shares with this one whatever is the same.
    ///
    /// `load` gives what another repository says, as it did when it was taken in; it is asked for those
    /// that declare or relate the same entities as the changed ones, mostly for none.
    ///
    /// O(what the changed repositories say and said · log entities, and the relations of what they name),
    /// with a copy of the numbers of all entities where entities come or go.
    ///
    /// # Errors
    ///
    /// The graph must be built anew, for the reason that is given.
    pub fn with_change(
        &self,
        mut change: GraphChange,
        revision: Revision,
        load: impl FnMut(&RepositoryId) -> Option<RepositoryDeclarations>,
    ) -> Result<Self, Rebuild> {
        let seen = std::mem::take(&mut change.seen);
        let mut graph = if change == GraphChange::default() {
            self.clone()
        } else {
            self.with_other_facts(change, load)?
        };
        graph.revision = revision;
        for head in seen {
            if let Some(repository) = graph.repository(&head.id) {
                let (slot, record) = (repository.slot(), graph.repositories[repository.slot()].clone());
                graph.repositories.replace(slot, RepositoryRecord { head, ..record });
            }
        }
        Ok(graph)
    }

    fn with_other_facts(
        &self,
        change: GraphChange,
        load: impl FnMut(&RepositoryId) -> Option<RepositoryDeclarations>,
    ) -> Result<Self, Rebuild> {
        let taken = Taken::take(self, change, load)?;
        let mut changing = Changing::new(self, taken);
        changing.place_entities();
        changing.place_repositories();
        changing.place_declarations();
        changing.replace_relations();
        changing.settle_entities();
        changing.settle_owners()?;
        let coming = changing.settle_numbers()?;
        changing.replace_needs(coming);
        changing.replace_remarks()?;
        changing.replace_removals();
        let graph = changing.graph;
        let allowed = Self::PATCHED_MIN.max(graph.entities.base().len() / Self::ENTITIES_PER_PATCH);
        if graph.patched_len() > allowed {
            return Err(Rebuild::ChangedMuch);
        }
        Ok(graph)
    }

    /// How much lies beside the arrays that were built.
    pub(crate) fn patched_len(&self) -> usize {
        self.sources.patched_len()
            + self.declarations.patched_len()
            + self.entities.patched_len()
            + self.merged.patched_len()
            + self.declarations_of.patched_len()
            + self.relations.patched_len()
            + self.needs.patched_rows()
            + self.owners.owned.patched_len()
            + self.diagnostics.patched_len()
    }

    /// Whether an entity is there and nothing declares it.
    fn is_placeholder_at(&self, slot: u32) -> bool {
        self.is_there(slot) && self.entities[slot].standing == Standing::Placeholder
    }
}

/// A graph that is being made of another one.
struct Changing<'g> {
    former: &'g CatalogGraph,
    graph: CatalogGraph,
    taken: Taken,
    /// The slot of each name that was taken in; [`NONE`](super::entity::NONE) for those that nothing uses.
    slots: Vec<u32>,
    /// The slots of repositories that were taken in, by their local number.
    repository_slots: Vec<u32>,
    /// The slots of declarations that were taken in, by their local number.
    declaration_slots: Vec<u32>,
    source_slots: Vec<u32>,
    /// The declarations of reconsidered entities, by the slots of both, in order.
    declared: FxHashMap<u32, Vec<u32>>,
    /// Which entities may be there now, or may be no more.
    touched: FxHashSet<u32>,
    /// Who can have another owner.
    owned_anew: FxHashSet<u32>,
    /// Whose needs can be other ones.
    needy: FxHashSet<u32>,
    /// By the end that they point at: relations that are gone, and those that came.
    arriving: FxHashMap<u32, (FxHashSet<u32>, Vec<u32>)>,
}

impl<'g> Changing<'g> {
    fn new(former: &'g CatalogGraph, taken: Taken) -> Self {
        // What was counted of the former graph is not true of this one.
        let (not_placeholders, roll_ups, dependent_counts, dependency_counts) = Default::default();
        let graph = CatalogGraph {
            not_placeholders,
            roll_ups,
            dependent_counts,
            dependency_counts,
            ..former.clone()
        };
        Self {
            former,
            graph,
            taken,
            slots: Vec::new(),
            repository_slots: Vec::new(),
            declaration_slots: Vec::new(),
            source_slots: Vec::new(),
            declared: FxHashMap::default(),
            touched: FxHashSet::default(),
            owned_anew: FxHashSet::default(),
            needy: FxHashSet::default(),
            arriving: FxHashMap::default(),
        }
    }

    fn entity(&self, slot: u32) -> Entity<'_> {
        Entity::new(&self.graph, slot)
    }

    fn replace_removals(&mut self) {
        let is_changed = |id: &RepositoryId| self.taken.changed.contains(id);
        let came = std::mem::take(&mut self.taken.builder.removals);
        let former = &self.former.removals;
        if came.iter().all(|removal| !is_changed(&removal.repository))
            && former.iter().all(|removal| !is_changed(&removal.repository))
        {
            return;
        }
        let stayed = former.iter().filter(|removal| !is_changed(&removal.repository)).cloned();
        let came = came.into_iter().filter(|removal| is_changed(&removal.repository));
        let mut removals: Vec<Removal> = stayed.chain(came).collect();
        removals.sort_by(Removal::in_order);
        self.graph.removals = removals.into();
    }
}
