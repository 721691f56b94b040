//! Two definitions become the difference between them.
//!
//! `parts` compares operation by operation what they take and give; what that looks like is compared by
//! `shapes`, each pair of shapes once for each direction, what goes by numbers by `numbered`, and `pairs`
//! keeps which pair was met inside which; `reached` finds the operations that a difference inside a pair
//! reaches. Time is linear in the number of pairs, whose limit is `definition.pairs_max`, and in the edges
//! between pairs for each operation that anything reaches, whose limit is `definition.steps_max`.

mod numbered;
mod pairs;
mod parts;
mod reached;
mod shapes;

use std::collections::HashSet;

use super::{
    ApiChange, ApiRule, Compatibility, Definition, DefinitionFormat, OperationFate,
    change::OperationChange,
    definition::{Direction, Kind, Operation, Place, ShapeId},
};
use crate::limits::DefinitionLimits;
use pairs::{Comparison, Found};

/// Compares two texts of one definition: what `after` changes for those who use the interface as `before`
/// describes it.
///
/// Where either is broken nothing is compared, and [`ApiChange::unknowns`] says so. A file that was added or
/// deleted is compared with [`Definition::absent`].
pub fn compare(before: &Definition, after: &Definition, limits: &DefinitionLimits) -> ApiChange {
    let unknowns = before.diagnostics.iter().chain(&after.diagnostics);
    let mut change = ApiChange::default();
    for diagnostic in unknowns {
        if !change.unknowns.contains(diagnostic) {
            change.unknowns.push(diagnostic.clone());
        }
    }
    if before.is_broken || after.is_broken {
        return change;
    }
    let mut comparison = Comparison::new(before, after, limits);
    let operations = compare_operations(&mut comparison);
    comparison.work_off();
    // The other types of a schema are used by other files of it; those of the others by nobody.
    if matches!(after.format, DefinitionFormat::GraphQl | DefinitionFormat::Protobuf) {
        compare_others(&mut comparison);
        comparison.work_off();
    }
    comparison.finish(operations, change.unknowns)
}

/// An operation with the differences and the pairs of shapes that were met in itself.
struct OperationFound<'d> {
    operation: &'d Operation,
    is_before: bool,
    fate: OperationFate,
    found: Found,
}

fn compare_operations<'d>(comparison: &mut Comparison<'d>) -> Vec<OperationFound<'d>> {
    let (before, after) = (comparison.before, comparison.after);
    let mut operations = Vec::new();
    for (key, operation) in &before.operations {
        let (found, fate, shown, is_before) = match after.operations.get(key) {
            Some(now) => {
                let found = parts::compare_parts(comparison, operation, now);
                (found, OperationFate::Changed, now, false)
            }
            // It may be among those that could not be read.
            None if after.is_incomplete => continue,
            None => {
                let mut found = Found::default();
                let (rule, breaking) = (ApiRule::OperationRemoved, Compatibility::Breaking);
                let message = format!("the operation `{}` was removed", operation.id);
                comparison.tell(
                    &mut found,
                    rule,
                    breaking,
                    &operation.id,
                    message,
                    (Some(operation.place), None),
                );
                (found, OperationFate::Removed, operation, true)
            }
        };
        operations.push((key, OperationFound { operation: shown, is_before, fate, found }));
    }
    let is_new = |key: &str| !before.is_incomplete && !before.operations.contains_key(key);
    for (key, operation) in after.operations.iter().filter(|(key, _)| is_new(key.as_ref())) {
        let mut found = Found::default();
        let message = format!("the operation `{}` was added", operation.id);
        let places = (None, Some(operation.place));
        comparison.tell(
            &mut found,
            ApiRule::OperationAdded,
            Compatibility::Compatible,
            &operation.id,
            message,
            places,
        );
        operations
            .push((key, OperationFound { operation, is_before: false, fate: OperationFate::Added, found }));
    }
    operations.sort_by_key(|(key, _)| *key);
    if !after.operations.is_empty() {
        for address in before.addresses.difference(&after.addresses) {
            let message = format!("`{address}` is no address of the interface any more");
            let places = (None, Some(Place::default()));
            let (rule, risky) = (ApiRule::AddressRemoved, Compatibility::Risky);
            comparison.tell(&mut Found::default(), rule, risky, address, message, places);
        }
    }
    operations.into_iter().map(|(_, operation)| operation).collect()
}

/// Compares the named types that no operation has led to.
fn compare_others(comparison: &mut Comparison<'_>) {
    let (before, after) = (comparison.before, comparison.after);
    // Types of imported files are compared where their own file is.
    let own = |definition: &Definition| -> Vec<(String, ShapeId)> {
        let shapes = definition.shapes.iter().enumerate();
        let named = shapes.filter(|(_, shape)| {
            shape.place.file == 0 && shape.place.position.line > 0 && !matches!(shape.kind, Kind::Unread)
        });
        named.filter_map(|(index, shape)| Some((shape.name.as_deref()?.to_owned(), ShapeId(index)))).collect()
    };
    let seen: HashSet<ShapeId> = comparison.compared().collect();
    let now: std::collections::BTreeMap<String, ShapeId> = own(after).into_iter().collect();
    let old = own(before);
    let gone: HashSet<&str> =
        old.iter().filter(|(name, _)| !now.contains_key(name)).map(|(name, _)| name.as_str()).collect();
    for (name, id) in &old {
        // What stands in a type that is gone is gone with it.
        let is_inner = name.rsplit_once('.').is_some_and(|(holder, _)| gone.contains(holder));
        if seen.contains(id) || is_inner {
            continue;
        }
        let Some(other) = now.get(name) else {
            let message = format!("the type `{name}` was removed");
            let places = (Some(before.shape(*id).place), None);
            let (rule, breaking) = (ApiRule::TypeRemoved, Compatibility::Breaking);
            comparison.tell(&mut Found::default(), rule, breaking, name, message, places);
            continue;
        };
        comparison.pair(*id, *other, Direction::Either, name);
    }
}

impl OperationFound<'_> {
    fn into_change(self, comparison: &Comparison<'_>, changes: Vec<usize>) -> OperationChange {
        let definition = if self.is_before { comparison.before } else { comparison.after };
        let worst = changes.iter().map(|index| comparison.changes[*index].compatibility).max();
        OperationChange {
            operation: self.operation.id.clone(),
            fate: self.fate,
            compatibility: worst.unwrap_or(Compatibility::Compatible),
            place: pairs::shown_place(definition, self.operation.place),
            changes,
        }
    }
}
