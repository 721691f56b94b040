//! Counts by search, each from where the one for the heaviest next component has ended.
//!
//! The sources are a forest, in which the parent of a source is next to it and has the most behind it. All
//! that lies behind the parent is marked while its children are searched, and a search stops at what is
//! marked, since what lies behind that is marked too. When a source and its children are done its marks are
//! taken away. Time: the sizes of what the searches meet; memory: places/64 words and what is marked.

use std::ops::Range;

use super::{Job, plan::Plan};

/// Marks on components, and how much is marked.
pub(super) struct TreeSearch<'j, 'c> {
    job: &'j Job<'c>,
    marks: Vec<u64>,
    team_marks: Vec<u64>,
    /// What is marked, in the order of marking; beyond `len` it holds what does not count.
    marked: Vec<u32>,
    len: usize,
    bounds: Vec<Range<u32>>,
    teams_marked: Vec<u32>,
    entities: u32,
    critical: u32,
    frames: Vec<Frame>,
    /// Work that the job does not know of yet.
    words: usize,
}

/// A source with its marks, and how things were before it.
struct Frame {
    source: u32,
    marked: usize,
    teams_marked: usize,
    entities: u32,
    critical: u32,
}

/// How much work is done before the others are told.
const WORDS_BETWEEN_CHECKS: usize = 1 << 16;

impl<'j, 'c> TreeSearch<'j, 'c> {
    pub(super) fn new(job: &'j Job<'c>) -> Self {
        Self {
            job,
            marks: vec![0; job.condensation.len().div_ceil(64)],
            team_marks: vec![0; job.facts.owner_count().div_ceil(64)],
            marked: Vec::new(),
            len: 0,
            bounds: Vec::new(),
            teams_marked: Vec::new(),
            entities: 0,
            critical: 0,
            frames: Vec::new(),
            words: 0,
        }
    }

    /// Counts the sources of whole trees, which stand one after the other with parents first.
    pub(super) fn run(&mut self, plan: &Plan, range: Range<usize>) {
        for source in &plan.searched[range] {
            let parent = plan.parent_of(*source);
            while self.frames.last().is_some_and(|frame| Some(frame.source) != parent) {
                self.leave();
            }
            self.enter(*source);
            if self.words > WORDS_BETWEEN_CHECKS && self.job.worked(std::mem::take(&mut self.words)) {
                break;
            }
        }
        while !self.frames.is_empty() {
            self.leave();
        }
        self.job.worked(std::mem::take(&mut self.words));
    }

    /// Marks all that lies behind a source, notes how much it is, and marks the source.
    fn enter(&mut self, source: u32) {
        self.frames.push(Frame {
            source,
            marked: self.len,
            teams_marked: self.teams_marked.len(),
            entities: self.entities,
            critical: self.critical,
        });
        let mut wave = self.len..self.len;
        self.mark_next_to(self.job.condensation.next().bounds(source));
        while wave.end < self.len {
            wave = wave.end..self.len;
            // All places where rows lie are looked up before any row is read, so that they are waited for
            // together.
            let mut bounds = std::mem::take(&mut self.bounds);
            bounds.clear();
            self.count(wave.clone(), &mut bounds);
            for bounds in &bounds {
                self.mark_next_to(bounds.clone());
            }
            self.bounds = bounds;
        }
        let teams = u32::try_from(self.teams_marked.len()).expect("fewer than entities");
        let has_owner = |owner: u32| is_set(&self.team_marks, owner);
        self.job.note(source, [self.entities, self.critical, teams], has_owner);
        if self.marked.len() == self.len {
            self.marked.push(source);
        }
        self.marked[self.len] = source;
        self.marks[source as usize / 64] |= 1 << (source % 64);
        self.len += 1;
        let mut bounds = std::mem::take(&mut self.bounds);
        self.count(self.len - 1..self.len, &mut bounds);
        self.bounds = bounds;
    }

    fn mark_next_to(&mut self, bounds: Range<u32>) {
        let row = self.job.condensation.next().within(bounds);
        self.words += row.len() + 1;
        if self.marked.len() < self.len + row.len() {
            self.marked.resize((self.len + row.len()) * 2, 0);
        }
        let mut len = self.len;
        for next in row {
            let word = &mut self.marks[*next as usize / 64];
            let bit = 1 << (next % 64);
            // Written in any case, and kept only where it is new: a branch would be guessed wrong.
            self.marked[len] = *next;
            len += usize::from(*word & bit == 0);
            *word |= bit;
        }
        self.len = len;
    }

    /// Counts a part of what is marked, and tells where what is next to it lies.
    fn count(&mut self, range: Range<usize>, bounds: &mut Vec<Range<u32>>) {
        let (mut entities, mut critical) = (self.entities, self.critical);
        for component in &self.marked[range] {
            let (start, fact) = self.job.records[*component as usize];
            bounds.push(start..self.job.records[*component as usize + 1].0);
            if fact.is_several() {
                let several = self.job.facts.several(*component);
                entities += several.size;
                critical += several.critical;
                for (owner, _) in &several.owners {
                    mark_team(&mut self.team_marks, &mut self.teams_marked, *owner);
                }
                continue;
            }
            entities += 1;
            critical += fact.critical();
            if let Some(owner) = fact.owner() {
                mark_team(&mut self.team_marks, &mut self.teams_marked, owner);
            }
        }
        (self.entities, self.critical) = (entities, critical);
    }

    /// Takes away the marks of the last source.
    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        for component in &self.marked[frame.marked..self.len] {
            self.marks[*component as usize / 64] &= !(1 << (component % 64));
        }
        for owner in self.teams_marked.drain(frame.teams_marked..) {
            self.team_marks[owner as usize / 64] &= !(1 << (owner % 64));
        }
        self.len = frame.marked;
        self.entities = frame.entities;
        self.critical = frame.critical;
    }
}

fn mark_team(marks: &mut [u64], marked: &mut Vec<u32>, owner: u32) {
    if !is_set(marks, owner) {
        marks[owner as usize / 64] |= 1 << (owner % 64);
        marked.push(owner);
    }
}

fn is_set(bits: &[u64], position: u32) -> bool {
    bits[position as usize / 64] & (1 << (position % 64)) != 0
}
