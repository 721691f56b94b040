//! Reach counts that stay exact while needs come and go.
//!
//! Where a new need lets a source lead to a target, only what leads to the source and not to the target yet
//! counts more: the target and all behind it, without what lay behind it before. Two searches against the
//! needs find who that is; searches back from what is gained, 64 at a time in the bits of a word (Then et
//! al., VLDB 2014), find who had it already, and never go on from what leads to the target. A need that goes
//! takes away what it would bring if it came. Where the affected have little behind them, they are counted
//! one by one instead, and where both is too much, everything is counted anew. O(needs met), at most
//! [`NEEDS_MET_MAX`] before that.

use super::{Direction, NeedList, Needs, ReachCount, ReachCountLimits, Weights};
use crate::model::Strength;

/// How many needs are looked at for one change, in each of two ways, before everything is counted anew.
const NEEDS_MET_MAX: usize = 4_000_000;

/// About how many entities a search back from one of 64 meets, and meets again: what it costs in entities
/// counted one by one.
const SOURCE_COST: usize = 60;

/// What lies behind every entity, under changes of single needs.
#[derive(Debug)]
pub struct LiveCounts {
    direction: Direction,
    weights: Weights,
    /// Towards what lies behind.
    onward: ChangingRows,
    /// Towards what leads there.
    back: ChangingRows,
    counts: Vec<ReachCount>,
    owner_of: Vec<u32>,
    owned: Vec<Vec<u32>>,
    recounts: u64,
    needs_met_max: usize,
    source_cost: usize,
    marks: Marks,
    columns: Columns,
}

/// Work is over its bound.
struct TooMuch;

impl LiveCounts {
    /// Counts everything once, exactly, however long it takes.
    ///
    /// # Panics
    ///
    /// Where the weights are of another number of entities.
    pub fn new(needs: &Needs, direction: Direction, weights: Weights) -> Self {
        let limits = ReachCountLimits { exact_words_max: u64::MAX };
        let counts = needs.reach_counts(direction, &weights, limits).counts;
        let (owner_of, owner_count) = weights.dense_owners();
        let mut owned = vec![Vec::new(); owner_count];
        for (entity, owner) in (0..).zip(&owner_of) {
            if let Some(owned) = owned.get_mut(*owner as usize) {
                owned.push(entity);
            }
        }
        let (onward, back) = match direction {
            Direction::Dependents => (Direction::Dependents, Direction::Dependencies),
            Direction::Dependencies => (Direction::Dependencies, Direction::Dependents),
        };
        let count = needs.entity_count();
        Self {
            direction,
            weights,
            onward: ChangingRows::of(needs, onward),
            back: ChangingRows::of(needs, back),
            counts,
            owner_of,
            owned,
            recounts: 0,
            needs_met_max: NEEDS_MET_MAX,
            source_cost: SOURCE_COST,
            marks: Marks { at: vec![0; count], now: 0 },
            columns: Columns { met: vec![0; count], is_queued: vec![false; count], queue: Vec::new() },
        }
    }

    /// What lies behind an entity now.
    pub fn of(&self, entity: u32) -> ReachCount {
        self.counts[entity as usize]
    }

    /// How many changes affected so much that everything was counted anew.
    pub fn recounts(&self) -> u64 {
        self.recounts
    }

    /// Gives up earlier, and prefers counting one by one less.
    #[cfg(test)]
    pub(super) fn set_bounds(&mut self, needs_met_max: usize, source_cost: usize) {
        self.needs_met_max = needs_met_max;
        self.source_cost = source_cost;
    }

    /// An entity needs another one from now on. Tells whether it did not before; a need of oneself is none.
    pub fn insert(&mut self, needy: u32, needed: u32) -> bool {
        let (source, target) = self.ends(needy, needed);
        if source == target || self.onward.row(source).contains(&target) {
            return false;
        }
        let gains = self.gains(source, target);
        self.onward.row_mut(source).push(target);
        self.back.row_mut(target).push(source);
        match gains {
            Ok(gains) => gains.into_iter().for_each(|(entity, gain)| self.add(entity, gain)),
            Err(affected) => self.count_again(&affected),
        }
        true
    }

    /// An entity does not need another one any more. Tells whether it did before.
    pub fn remove(&mut self, needy: u32, needed: u32) -> bool {
        let (source, target) = self.ends(needy, needed);
        if !self.onward.row(source).contains(&target) {
            return false;
        }
        self.onward.row_mut(source).retain(|other| *other != target);
        self.back.row_mut(target).retain(|other| *other != source);
        match self.gains(source, target) {
            Ok(gains) => gains.into_iter().for_each(|(entity, gain)| self.take(entity, gain)),
            Err(affected) => self.count_again(&affected),
        }
        true
    }

    fn ends(&self, needy: u32, needed: u32) -> (u32, u32) {
        match self.direction {
            Direction::Dependents => (needed, needy),
            Direction::Dependencies => (needy, needed),
        }
    }

    fn add(&mut self, entity: u32, gain: ReachCount) {
        let count = &mut self.counts[entity as usize];
        count.entities += gain.entities;
        count.critical += gain.critical;
        count.teams += gain.teams;
    }

    fn take(&mut self, entity: u32, gain: ReachCount) {
        let count = &mut self.counts[entity as usize];
        count.entities -= gain.entities;
        count.critical -= gain.critical;
        count.teams -= gain.teams;
    }

    /// What each affected entity gains where `source` leads to `target`, which it does not by itself; or who
    /// is affected, where that takes too much work.
    fn gains(&mut self, source: u32, target: u32) -> Result<Vec<(u32, ReachCount)>, Vec<u32>> {
        self.marks.begin();
        let leading = search(&self.back, &[target], &mut self.marks, usize::MAX).unwrap_or_default();
        if self.marks.has(source) {
            return Ok(Vec::new());
        }
        // What leads to the target stays marked, so that it is not affected.
        let affected = search(&self.back, &[source], &mut self.marks, usize::MAX).unwrap_or_default();
        self.marks.begin();
        let Ok(gained) = search(&self.onward, &[target], &mut self.marks, self.needs_met_max / 64) else {
            return Err(affected);
        };
        let owners = self.owners_of(&gained);
        let sources = gained.len() - 1
            + owners.iter().map(|(owner, _)| self.owned[*owner as usize].len()).sum::<usize>();
        let one_by_one: usize =
            affected.iter().map(|entity| self.counts[*entity as usize].entities as usize + 1).sum();
        if one_by_one < sources * self.source_cost {
            return Err(affected);
        }
        self.marks.begin();
        leading.iter().for_each(|entity| self.marks.put(*entity));
        self.gains_of(&affected, &gained, &owners).map_err(|TooMuch| affected)
    }

    /// What each of the affected gains; what leads to the target is marked. The target is first of `gained`.
    fn gains_of(
        &mut self,
        affected: &[u32],
        gained: &[u32],
        owners: &[(u32, usize)],
    ) -> Result<Vec<(u32, ReachCount)>, TooMuch> {
        let critical = |entity: u32| u32::from(self.weights.is_critical(entity));
        let all = ReachCount {
            entities: number(gained.len()),
            critical: gained.iter().map(|entity| critical(*entity)).sum(),
            teams: 0,
        };
        let mut gains: Vec<(u32, ReachCount)> = affected.iter().map(|entity| (*entity, all)).collect();
        let mut left = self.needs_met_max;
        // Nothing affected leads to what leads to the target, so that nobody can have had that.
        let doubtful: Vec<u32> = gained.iter().copied().filter(|entity| !self.marks.has(*entity)).collect();
        for sources in doubtful.chunks(64) {
            let is_critical = (0..).zip(sources).fold(0_u64, |bits, (column, source)| {
                bits | u64::from(self.weights.is_critical(*source)) << column
            });
            let of_column: Vec<&[u32]> = sources.chunks(1).collect();
            self.columns.search(&self.back, &of_column, &self.marks, &mut left)?;
            for (entity, gain) in &mut gains {
                let mut had = self.columns.met[*entity as usize];
                // What is itself gained does not lie behind itself.
                if let Some(column) = sources.iter().position(|source| source == entity) {
                    had |= 1 << column;
                }
                gain.entities -= had.count_ones();
                gain.critical -= (had & is_critical).count_ones();
            }
            self.columns.clear();
        }
        for owners in owners.chunks(64) {
            let of_column: Vec<&[u32]> =
                owners.iter().map(|(owner, _)| &*self.owned[*owner as usize]).collect();
            self.columns.search(&self.back, &of_column, &self.marks, &mut left)?;
            let wanted = u64::MAX >> (64 - owners.len());
            let mut own = Vec::new();
            for (position, (entity, gain)) in gains.iter_mut().enumerate() {
                let mut gets = wanted & !self.columns.met[*entity as usize];
                let owner = self.owner_of[*entity as usize];
                if let Ok(column) = owners.binary_search_by_key(&owner, |(owner, _)| *owner) {
                    let may_have = gets >> column & 1 == 0;
                    let is_gained = owners[column].1 > 1 || !gained.contains(entity);
                    if may_have || !is_gained {
                        gets &= !(1 << column);
                    }
                    if may_have && is_gained {
                        own.push(position);
                    }
                }
                gain.teams += gets.count_ones();
            }
            self.columns.clear();
            // In a circle an entity meets its own owner in itself, which does not count.
            for position in own {
                let entity = gains[position].0;
                let had = self.leads_to_another_of_its_owner(entity, &mut left)?;
                gains[position].1.teams += u32::from(!had);
            }
        }
        Ok(gains)
    }

    /// The owners of entities, ascending, with how many each owns of them.
    fn owners_of(&self, entities: &[u32]) -> Vec<(u32, usize)> {
        let owners = entities.iter().map(|entity| self.owner_of[*entity as usize]);
        let mut owners: Vec<u32> = owners.filter(|owner| (*owner as usize) < self.owned.len()).collect();
        owners.sort_unstable();
        owners.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
    }

    /// Whether something behind an entity, other than itself, is of its owner.
    fn leads_to_another_of_its_owner(&mut self, entity: u32, left: &mut usize) -> Result<bool, TooMuch> {
        let owner = self.owner_of[entity as usize];
        let others: Vec<u32> =
            self.owned[owner as usize].iter().copied().filter(|other| *other != entity).collect();
        self.columns.search(&self.back, &[&others], &self.marks, left)?;
        let had = self.columns.met[entity as usize] != 0;
        self.columns.clear();
        Ok(had)
    }

    /// Counts the affected one by one as things are now, or else everything.
    fn count_again(&mut self, affected: &[u32]) {
        let mut left = self.needs_met_max;
        let mut counted = Vec::with_capacity(affected.len());
        for entity in affected {
            self.marks.begin();
            let Ok(reached) = search(&self.onward, &[*entity], &mut self.marks, left) else {
                return self.recount();
            };
            left = left.saturating_sub(reached.len());
            let owners = self.owners_of(&reached[1..]);
            let critical = reached[1..].iter().filter(|entity| self.weights.is_critical(**entity));
            counted.push(ReachCount {
                entities: number(reached.len() - 1),
                critical: number(critical.count()),
                teams: number(owners.len()),
            });
        }
        for (entity, count) in affected.iter().zip(counted) {
            self.counts[*entity as usize] = count;
        }
    }

    /// Counts everything as things are now.
    fn recount(&mut self) {
        let count = number(self.counts.len());
        let mut list = NeedList::new(self.counts.len());
        for source in 0..count {
            for target in self.onward.row(source) {
                let (needy, needed) = match self.direction {
                    Direction::Dependents => (*target, source),
                    Direction::Dependencies => (source, *target),
                };
                list.push(needy, needed, Strength::Hard);
            }
        }
        let (recounts, needs_met_max, source_cost) =
            (self.recounts + 1, self.needs_met_max, self.source_cost);
        *self = Self::new(&Needs::new(&list), self.direction, std::mem::take(&mut self.weights));
        self.recounts = recounts;
        self.needs_met_max = needs_met_max;
        self.source_cost = source_cost;
    }
}

/// Everything that some entities lead to, with them first, that is not marked yet; it is marked then.
fn search(
    rows: &ChangingRows,
    roots: &[u32],
    marks: &mut Marks,
    needs_max: usize,
) -> Result<Vec<u32>, TooMuch> {
    let mut met = roots.to_vec();
    roots.iter().for_each(|root| marks.put(*root));
    let (mut next, mut needs) = (0, 0);
    while let Some(entity) = met.get(next).copied() {
        next += 1;
        let row = rows.row(entity);
        needs += row.len();
        if needs > needs_max {
            return Err(TooMuch);
        }
        for entity in row {
            if !marks.has(*entity) {
                marks.put(*entity);
                met.push(*entity);
            }
        }
    }
    Ok(met)
}

/// One direction of the needs, by number, of which single rows can change.
#[derive(Debug)]
struct ChangingRows {
    starts: Vec<u32>,
    entities: Vec<u32>,
    /// By entity: the position of its row in `rows` from 1, where it was changed.
    changed: Vec<u32>,
    rows: Vec<Vec<u32>>,
}

impl ChangingRows {
    fn of(needs: &Needs, direction: Direction) -> Self {
        let mut rows = Self {
            starts: vec![0],
            entities: Vec::with_capacity(needs.len()),
            changed: vec![0; needs.entity_count()],
            rows: Vec::new(),
        };
        for entity in 0..number(needs.entity_count()) {
            let row = needs.rows(direction).of(needs.place_of(entity));
            rows.entities.extend(row.iter().map(|neighbour| needs.entity_at(neighbour.place())));
            rows.starts.push(number(rows.entities.len()));
        }
        rows
    }

    fn row(&self, entity: u32) -> &[u32] {
        match self.changed[entity as usize] {
            0 => {
                &self.entities
                    [self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize]
            }
            position => &self.rows[position as usize - 1],
        }
    }

    /// A row that is about to change.
    fn row_mut(&mut self, entity: u32) -> &mut Vec<u32> {
        if self.changed[entity as usize] == 0 {
            let row = self.row(entity).to_vec();
            self.rows.push(row);
            self.changed[entity as usize] = number(self.rows.len());
        }
        &mut self.rows[self.changed[entity as usize] as usize - 1]
    }
}

/// Marks on entities that are all taken away at once.
#[derive(Debug)]
struct Marks {
    at: Vec<u32>,
    now: u32,
}

impl Marks {
    /// Takes all marks away.
    fn begin(&mut self) {
        if self.now == u32::MAX {
            self.at.fill(0);
            self.now = 0;
        }
        self.now += 1;
    }

    fn put(&mut self, entity: u32) {
        self.at[entity as usize] = self.now;
    }

    fn has(&self, entity: u32) -> bool {
        self.at[entity as usize] == self.now
    }
}

/// Up to 64 searches at once, one in each bit.
#[derive(Debug)]
struct Columns {
    /// By entity, the searches that have come to it along at least one need.
    met: Vec<u64>,
    is_queued: Vec<bool>,
    queue: Vec<u32>,
}

impl Columns {
    /// Searches from the entities of each column, but not through what is marked.
    fn search(
        &mut self,
        rows: &ChangingRows,
        of_column: &[&[u32]],
        marks: &Marks,
        left: &mut usize,
    ) -> Result<(), TooMuch> {
        for (column, sources) in of_column.iter().enumerate() {
            for source in *sources {
                self.send(rows.row(*source), 1 << column, marks, left);
            }
        }
        let mut next = 0;
        while let Some(entity) = self.queue.get(next).copied() {
            next += 1;
            self.is_queued[entity as usize] = false;
            self.send(rows.row(entity), self.met[entity as usize], marks, left);
            if *left == 0 {
                self.clear();
                return Err(TooMuch);
            }
        }
        Ok(())
    }

    fn send(&mut self, row: &[u32], bits: u64, marks: &Marks, left: &mut usize) {
        *left = left.saturating_sub(row.len());
        for entity in row {
            let met = &mut self.met[*entity as usize];
            if *met | bits == *met || marks.has(*entity) {
                continue;
            }
            *met |= bits;
            if !self.is_queued[*entity as usize] {
                self.is_queued[*entity as usize] = true;
                self.queue.push(*entity);
            }
        }
    }

    /// Forgets all searches.
    fn clear(&mut self) {
        for entity in self.queue.drain(..) {
            self.met[entity as usize] = 0;
            self.is_queued[entity as usize] = false;
        }
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("entities have numbers of 32 bits")
}
