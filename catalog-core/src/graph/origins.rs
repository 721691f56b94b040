//! Where relations are stated: at hand, or in runs that are read when somebody asks for one of them.

use std::{fmt, sync::Arc};

use super::{kept::Shelf, relation::RelationOrigin};

/// The places that state each relation, by the relation's number.
pub(super) enum Origins {
    /// All of them, and where those of each relation begin; one longer than there are relations.
    Here { starts: Vec<u32>, origins: Vec<RelationOrigin> },
    /// Those of so many relations after each other are one thing on the shelf.
    Shelved { runs: Arc<Shelf<OriginRun>>, per_run: u32 },
}

/// The places of a few relations.
#[derive(Debug, Default)]
pub(super) struct OriginRun {
    /// Where those of each relation end.
    pub(super) ends: Vec<u32>,
    pub(super) origins: Vec<RelationOrigin>,
}

impl Origins {
    /// The places that state one relation, sorted by declaration.
    pub(super) fn of(&self, relation: u32) -> &[RelationOrigin] {
        match self {
            Self::Here { starts, origins } => {
                let relation = relation as usize;
                &origins[starts[relation] as usize..starts[relation + 1] as usize]
            }
            Self::Shelved { runs, per_run } => runs.get(relation / per_run).of(relation % per_run),
        }
    }
}

impl OriginRun {
    /// Nothing where the run made no sense, and is empty.
    fn of(&self, place: u32) -> &[RelationOrigin] {
        let place = place as usize;
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        match (start, self.ends.get(place)) {
            (Some(start), Some(end)) => &self.origins[start as usize..*end as usize],
            _ => &[],
        }
    }
}

impl Default for Origins {
    fn default() -> Self {
        Self::Here { starts: vec![0], origins: Vec::new() }
    }
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here { origins, .. } => f.debug_list().entries(origins).finish(),
            Self::Shelved { runs, .. } => write!(f, "{} runs on a shelf", runs.len()),
        }
    }
}
