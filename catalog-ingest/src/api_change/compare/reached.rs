//! Which differences an operation meets, in itself and in the pairs of shapes that it leads to.

use super::pairs::Found;

/// The pairs of shapes as a graph, of which only those count that lead to a difference.
pub(super) struct Reached<'f> {
    found: &'f [Found],
    leads_to_change: Vec<bool>,
    /// The operation that saw a pair last, by its number from 1.
    seen_by: Vec<usize>,
    operation: usize,
    steps_left: usize,
    is_over: bool,
}

impl<'f> Reached<'f> {
    /// Finds the pairs that lead to a difference, in time linear in the pairs and what they lead to.
    pub(super) fn new(found: &'f [Found], steps_max: usize) -> Self {
        let mut holders: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
        for (index, pair) in found.iter().enumerate() {
            for inner in &pair.pairs {
                holders[*inner].push(index);
            }
        }
        let mut leads_to_change: Vec<bool> = found.iter().map(|pair| !pair.changes.is_empty()).collect();
        let mut pending: Vec<usize> = (0..found.len()).filter(|index| leads_to_change[*index]).collect();
        while let Some(index) = pending.pop() {
            for holder in &holders[index] {
                if !std::mem::replace(&mut leads_to_change[*holder], true) {
                    pending.push(*holder);
                }
            }
        }
        let seen_by = vec![0; found.len()];
        Self { found, leads_to_change, seen_by, operation: 0, steps_left: steps_max, is_over: false }
    }

    /// The differences that an operation meets, each once, ascending.
    pub(super) fn changes_of(&mut self, own: &Found) -> Vec<usize> {
        self.operation += 1;
        let mut changes = own.changes.clone();
        let mut pending = Vec::new();
        self.add(own, &mut pending);
        while let Some(index) = pending.pop() {
            let pair = &self.found[index];
            changes.extend(&pair.changes);
            self.add(pair, &mut pending);
        }
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// Whether there were more steps than the limit, and operations may meet more than was said.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    fn add(&mut self, found: &Found, pending: &mut Vec<usize>) {
        for index in &found.pairs {
            if self.steps_left == 0 {
                self.is_over = true;
                return;
            }
            self.steps_left -= 1;
            if self.leads_to_change[*index] && self.seen_by[*index] != self.operation {
                self.seen_by[*index] = self.operation;
                pending.push(*index);
            }
        }
    }
}
