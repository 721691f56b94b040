//! Whether an object of the answer would have a key from two places.
//!
//! The library then joins the two values, field by field. Answers that are partly written as text cannot be
//! joined, so that it has to be known before.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::{Refusal, measure::innermost_first};

/// The keys that a fragment brings into the object where it is put.
type FragmentKeys<'a> = HashMap<&'a Name, HashSet<&'a Name>>;

/// Whether somewhere in a query a key is selected twice in the same place, by itself or by fragments, whatever
/// types these are for. O(query), since it ends at the first such key.
pub(super) fn repeats_a_key(document: &ExecutableDocument) -> Result<bool, Refusal> {
    let mut fragments = FragmentKeys::new();
    for name in innermost_first(document)? {
        let mut keys = HashSet::new();
        if repeats(&document.fragments[name].node.selection_set.node, &fragments, &mut keys) {
            return Ok(true);
        }
        fragments.insert(name, keys);
    }
    let mut sets = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    Ok(sets.any(|set| repeats(set, &fragments, &mut HashSet::new())))
}

/// Adds the keys of a selection set to those that its object has already.
fn repeats<'a>(set: &'a SelectionSet, fragments: &FragmentKeys<'a>, keys: &mut HashSet<&'a Name>) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            let below = &field.node.selection_set.node;
            !keys.insert(&field.node.response_key().node) || repeats(below, fragments, &mut HashSet::new())
        }
        Selection::InlineFragment(fragment) => repeats(&fragment.node.selection_set.node, fragments, keys),
        Selection::FragmentSpread(spread) => {
            let mut brought = fragments.get(&spread.node.fragment_name.node).into_iter().flatten();
            brought.any(|key| !keys.insert(*key))
        }
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_key_that_comes_from_two_places_is_seen() {
        let check = |query: &str, expected: bool| {
            let document = parse_query(query).expect("a query");
            assert_eq!(repeats_a_key(&document).ok(), Some(expected), "{query}");
        };
        check("{ a b { a b } c: a }", false);
        check("{ a a }", true);
        check("{ x { a: b, a: c } }", true);
        check("{ a { b } a { c } }", true);
        check("{ ...F b } fragment F on Query { a }", false);
        check("{ ...F a } fragment F on Query { a }", true);
        check("{ ...F ...F } fragment F on Query { a }", true);
        check(
            "{ ...F ...G } fragment F on Query { ...H } fragment G on Query { a } fragment H on Query { a }",
            true,
        );
        check("{ a { ... on X { b } ... on Y { b } } }", true);
        check("{ a { ... on X { b } ... on Y { c } } }", false);
        check("{ a } fragment F on X { b b }", true);
    }
}
