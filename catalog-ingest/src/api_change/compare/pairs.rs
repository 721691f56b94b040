//! The pairs of shapes that are compared, each once, and the differences that were found in each.

use std::collections::HashMap;

use catalog_core::model::{Diagnostic, DiagnosticCode, Position, grouped};

use super::{OperationFound, reached::Reached, shapes};
use crate::{
    api_change::{
        ApiChange, ApiRule, Compatibility, Definition, DefinitionChange, DefinitionPlace, OperationFate,
        definition::{Direction, Place, ShapeId, Slot},
    },
    limits::DefinitionLimits,
};

/// How many characters of a subject are kept; what is nested without names can be long.
const SUBJECT_CHARS_MAX: usize = 300;

/// What was found in an operation or in a pair: differences and pairs met inside, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) changes: Vec<usize>,
    pub(super) pairs: Vec<usize>,
}

/// Two shapes that stand in the same place, and what a consumer does with them.
pub(super) struct Pair {
    pub(super) before: ShapeId,
    pub(super) after: ShapeId,
    pub(super) direction: Direction,
    pub(super) subject: Box<str>,
}

/// Two definitions on their way to the difference between them.
pub(super) struct Comparison<'d> {
    pub(super) before: &'d Definition,
    pub(super) after: &'d Definition,
    limits: &'d DefinitionLimits,
    pairs: Vec<Pair>,
    /// What was found in the pairs that were compared, the first ones.
    found: Vec<Found>,
    numbers: HashMap<(ShapeId, ShapeId, Direction), usize>,
    pub(super) changes: Vec<DefinitionChange>,
    told: HashMap<(ApiRule, Compatibility, Box<str>, Box<str>), usize>,
    /// How many differences break nothing, and how many do.
    counts: [usize; 2],
    /// The limits that were met, each once.
    limits_met: Vec<(&'static str, &'static str, usize)>,
}

impl<'d> Comparison<'d> {
    pub(super) fn new(before: &'d Definition, after: &'d Definition, limits: &'d DefinitionLimits) -> Self {
        Self {
            before,
            after,
            limits,
            pairs: Vec::new(),
            found: Vec::new(),
            numbers: HashMap::new(),
            changes: Vec::new(),
            told: HashMap::new(),
            counts: [0; 2],
            limits_met: Vec::new(),
        }
    }

    /// The shapes of the base that were compared with something.
    pub(super) fn compared(&self) -> impl Iterator<Item = ShapeId> {
        self.pairs.iter().map(|pair| pair.before)
    }

    fn meet(&mut self, what: &'static str, name: &'static str, limit: usize) {
        if !self.limits_met.iter().any(|(_, known, _)| *known == name) {
            self.limits_met.push((what, name, limit));
        }
    }

    /// Tells a difference; `places` are those at base and at head. One that was told before is not repeated.
    pub(super) fn tell(
        &mut self,
        found: &mut Found,
        rule: ApiRule,
        compatibility: Compatibility,
        subject: &str,
        message: String,
        places: (Option<Place>, Option<Place>),
    ) {
        let key = (rule, compatibility, subject.into(), message.into());
        if let Some(index) = self.told.get(&key) {
            found.changes.push(*index);
            return;
        }
        // Limits are counted for what breaks apart, so that what is harmless never hides it.
        let is_breaking = compatibility == Compatibility::Breaking;
        let count = &mut self.counts[usize::from(is_breaking)];
        if *count >= self.limits.changes_max {
            return self.meet("has more differences", "definition.changes_max", self.limits.changes_max);
        }
        *count += 1;
        let index = self.changes.len();
        self.changes.push(DefinitionChange {
            rule,
            compatibility,
            subject: key.2.clone(),
            message: key.3.clone(),
            place: places.1.map(|place| shown_place(self.after, place)),
            place_before: places.0.map(|place| shown_place(self.before, place)),
        });
        self.told.insert(key, index);
        found.changes.push(index);
    }

    /// The number of a pair of shapes, which is compared later; `subject` is what it is called where the
    /// shape has no name of its own. `None` beyond the limit.
    pub(super) fn pair(
        &mut self,
        before: ShapeId,
        after: ShapeId,
        direction: Direction,
        subject: &str,
    ) -> Option<usize> {
        if let Some(number) = self.numbers.get(&(before, after, direction)) {
            return Some(*number);
        }
        if self.pairs.len() >= self.limits.pairs_max {
            self.meet("has more pairs of types to compare", "definition.pairs_max", self.limits.pairs_max);
            return None;
        }
        // A name stands for both, where both have one.
        let name = self.before.shape(before).name.as_deref();
        let name = name.filter(|_| self.after.shape(after).name.is_some());
        let subject = name.unwrap_or(subject).chars().take(SUBJECT_CHARS_MAX).collect::<String>();
        self.pairs.push(Pair { before, after, direction, subject: subject.into() });
        self.numbers.insert((before, after, direction), self.pairs.len() - 1);
        Some(self.pairs.len() - 1)
    }

    /// Compares two places for values: whether null is one, and what they hold.
    pub(super) fn slots(
        &mut self,
        found: &mut Found,
        slots: (Slot, Slot),
        direction: Direction,
        subject: &str,
        places: (Place, Place),
    ) {
        let (before, after) = slots;
        if before.is_nullable != after.is_nullable {
            let (message, is_breaking) = if after.is_nullable {
                (format!("`{subject}` can be null"), direction != Direction::Sent)
            } else {
                (format!("`{subject}` cannot be null any more"), direction != Direction::Received)
            };
            let compatibility = if is_breaking { Compatibility::Breaking } else { Compatibility::Compatible };
            let message = format!("{message}, {}", shapes::where_it_is(direction));
            let places = (Some(places.0), Some(places.1));
            self.tell(found, ApiRule::NullabilityChanged, compatibility, subject, message, places);
        }
        let (old, new) = (self.before.shape(before.shape), self.after.shape(after.shape));
        if shapes::is_leaf(self.after.format, old, new) {
            // Such types have no place of their own, and what differs is the field.
            let pair = Pair { before: before.shape, after: after.shape, direction, subject: subject.into() };
            let inner = shapes::compare_shapes(self, &pair, Some(places));
            found.changes.extend(inner.changes);
            return;
        }
        found.pairs.extend(self.pair(before.shape, after.shape, direction, subject));
    }

    /// Compares every pair that was met, and those that are met in doing so.
    pub(super) fn work_off(&mut self) {
        while let Some(pair) = self.pairs.get(self.found.len()) {
            let pair = Pair { subject: pair.subject.clone(), ..*pair };
            let found = shapes::compare_shapes(self, &pair, None);
            self.found.push(found);
        }
    }

    /// The change as it is told: differences sorted, with the operations that each reaches.
    pub(super) fn finish(
        mut self,
        operations: Vec<OperationFound<'_>>,
        mut unknowns: Vec<Diagnostic>,
    ) -> ApiChange {
        let mut reached = Reached::new(&self.found, self.limits.steps_max);
        let mut operations: Vec<_> = operations
            .into_iter()
            .filter_map(|operation| {
                let changes = reached.changes_of(&operation.found);
                let is_same = operation.fate == OperationFate::Changed && changes.is_empty();
                (!is_same).then(|| operation.into_change(&self, changes))
            })
            .collect();
        if reached.is_over() {
            self.meet("needs more steps", "definition.steps_max", self.limits.steps_max);
        }
        let mut order: Vec<usize> = (0..self.changes.len()).collect();
        order.sort_by(|a, b| {
            let key = |index: &usize| {
                let change = &self.changes[*index];
                (std::cmp::Reverse(change.compatibility), &change.subject, change.rule, &change.message)
            };
            key(a).cmp(&key(b))
        });
        let mut places = vec![0; order.len()];
        for (place, index) in order.iter().enumerate() {
            places[*index] = place;
        }
        for operation in &mut operations {
            for change in &mut operation.changes {
                *change = places[*change];
            }
            operation.changes.sort_unstable();
        }
        for (what, name, limit) in self.limits_met {
            let message = format!("the comparison {what} than the limit `{name}` of {}", grouped(limit));
            let diagnostic = Diagnostic::new(DiagnosticCode::DefinitionLimit, message);
            unknowns.push(diagnostic.at(self.after.path(), Position::default()));
        }
        let mut changes: Vec<Option<DefinitionChange>> = self.changes.into_iter().map(Some).collect();
        let changes = order.into_iter().filter_map(|index| changes[index].take()).collect();
        ApiChange { operations, changes, unknowns }
    }
}

pub(super) fn shown_place(definition: &Definition, place: Place) -> DefinitionPlace {
    let path = definition.files.get(place.file).cloned().unwrap_or_default();
    DefinitionPlace { path, position: place.position }
}
