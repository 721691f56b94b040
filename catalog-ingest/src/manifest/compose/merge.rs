//! Merge keys: `<<` brings the entries of other mappings, which the mapping's own come before.

use std::collections::HashSet;

use catalog_core::model::Position;

use crate::manifest::yaml::{Entry, Node};

/// The entries of a mapping with what its merge keys bring, each key once: its own, then those of each
/// merged mapping in their order, with what that one merges after its own.
///
/// Every mapping is visited once, however often it is merged: what it brings a second time, it brought
/// before. So the time is linear in the document, which the limits on YAML bound.
pub(super) fn merged_entries(mapping: Node<'_>) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut keys = HashSet::new();
    let mut visited: HashSet<Position> = HashSet::new();
    let mut waiting = vec![mapping];
    while let Some(node) = waiting.pop() {
        if !node.is_mapping() {
            // A list of mappings to merge; the first one comes first, so it goes on top.
            let items: Vec<Node<'_>> = node.items().filter(|item| item.is_mapping()).collect();
            waiting.extend(items.into_iter().rev());
            continue;
        }
        if !visited.insert(node.position()) {
            continue;
        }
        for entry in node.entries() {
            match entry.key.scalar() {
                Some("<<") => waiting.push(entry.value),
                Some(key) if keys.insert(key) => entries.push(entry),
                _ => {}
            }
        }
    }
    entries
}

/// The value of a mapping under a key, its own or a merged one.
pub(super) fn merged_get<'d>(mapping: Node<'d>, key: &str) -> Option<Node<'d>> {
    if mapping.entry("<<").is_none() {
        return mapping.get(key);
    }
    merged_entries(mapping).into_iter().find(|entry| entry.key.scalar() == Some(key)).map(|entry| entry.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{limits::ManifestLimits, manifest::yaml::read_yaml};

    fn check(text: &str, expected: &str) {
        let documents = read_yaml(text, &ManifestLimits::default());
        let document = documents[0].as_ref().expect("the text is YAML");
        let last = document.root().entries().last().expect("there is an entry").value;
        let shown: Vec<String> = merged_entries(last)
            .into_iter()
            .filter_map(|entry| Some(format!("{}={}", entry.key.scalar()?, entry.value.scalar()?)))
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn own_entries_come_before_merged_ones() {
        check("a: &a {k: 1, l: 2}\nc: {<<: *a, k: 3}\n", "k=3 l=2");
        check("a: &a {k: 1, l: 2}\nc: {k: 3, <<: *a}\n", "k=3 l=2");
    }

    #[test]
    fn earlier_mappings_of_a_list_come_first() {
        check("a: &a {k: 1}\nb: &b {k: 2, l: 2}\nc: {<<: [*a, *b]}\n", "k=1 l=2");
    }

    #[test]
    fn merged_mappings_merge_too() {
        check("a: &a {k: 1, l: 1}\nb: &b {<<: *a, l: 2}\nc: {<<: *b, m: 3}\n", "m=3 l=2 k=1");
    }

    #[test]
    fn what_is_no_mapping_merges_nothing() {
        check("c: {<<: 5, k: 1}\n", "k=1");
        check("c: {<<: [5, [6]], k: 1}\n", "k=1");
    }
}
