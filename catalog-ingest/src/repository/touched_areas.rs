//! Which areas of a repository differ between two of its trees, without looking at any file.
//!
//! Only folders that have an area somewhere below them are compared entry by entry: of any other folder
//! its id says enough. A commit of a million files costs no more than one of a single file there.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use catalog_core::model::{ContentId, grouped};
use git2::ObjectType;

use super::{
    RepositoryError,
    objects::Objects,
    walk::{RawEntry, next_entry},
};

/// How many bytes of trees are kept, since the next commit is mostly compared with the same ones.
const CACHE_BYTES_MAX: usize = 8 << 20;

/// The areas of a repository, by folder.
pub(super) struct AreaTree {
    nodes: Vec<Node>,
}

/// A folder that is an area, or has one below it.
struct Node {
    children: BTreeMap<Box<[u8]>, usize>,
    /// The area that files in it belong to.
    area: usize,
}

impl AreaTree {
    /// Takes the paths of the areas, sorted, the empty one of the root first.
    pub(super) fn new(paths: &[Box<str>]) -> Self {
        let mut nodes = vec![Node { children: BTreeMap::new(), area: 0 }];
        for (area, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let mut node = 0;
            for part in path.split('/') {
                node = match nodes[node].children.get(part.as_bytes()) {
                    Some(child) => *child,
                    None => {
                        let child = nodes.len();
                        let above = nodes[node].area;
                        nodes.push(Node { children: BTreeMap::new(), area: above });
                        nodes[node].children.insert(part.as_bytes().into(), child);
                        child
                    }
                };
            }
            nodes[node].area = area;
        }
        Self { nodes }
    }
}

/// Why trees are not compared.
pub(super) enum NotCompared {
    /// It would take more bytes than `history.tree_bytes_max`.
    TooMuch(String),
    /// One of them cannot be read.
    Unreadable(RepositoryError),
}

/// Compares trees of one repository, within a number of bytes.
pub(super) struct TreeComparer<'a> {
    objects: &'a Objects,
    areas: AreaTree,
    bytes_max: u64,
    bytes: u64,
    cache: HashMap<ContentId, Rc<[u8]>>,
    cache_bytes: usize,
}

impl<'a> TreeComparer<'a> {
    pub(super) fn new(objects: &'a Objects, areas: AreaTree, bytes_max: u64) -> Self {
        Self { objects, areas, bytes_max, bytes: 0, cache: HashMap::new(), cache_bytes: 0 }
    }

    /// The numbers of the areas in which the trees differ; no tree is an empty one.
    pub(super) fn touched(
        &mut self,
        before: Option<ContentId>,
        after: Option<ContentId>,
    ) -> Result<BTreeSet<usize>, NotCompared> {
        let mut touched = BTreeSet::new();
        let mut open = vec![(0, before, after)];
        while let Some((node, before, after)) = open.pop() {
            if before == after {
                continue;
            }
            if self.areas.nodes[node].children.is_empty() {
                touched.insert(self.areas.nodes[node].area);
                continue;
            }
            let (before, after) = (self.tree(before)?, self.tree(after)?);
            let node = &self.areas.nodes[node];
            let mut changed = |name: &[u8], entries: BeforeAfter<'_, '_>| {
                let Some(child) = node.children.get(name) else {
                    touched.insert(node.area);
                    return;
                };
                if entries.into_iter().flatten().any(|entry| !is_folder(entry)) {
                    touched.insert(self.areas.nodes[*child].area);
                }
                let [before, after] =
                    entries.map(|entry| entry.filter(|entry| is_folder(entry)).map(|entry| entry.id));
                open.push((*child, before, after));
            };
            compare(&before, &after, &mut changed).map_err(|reason| {
                NotCompared::Unreadable(RepositoryError::corrupt(format!("a folder {reason}")))
            })?;
        }
        Ok(touched)
    }

    fn tree(&mut self, id: Option<ContentId>) -> Result<Rc<[u8]>, NotCompared> {
        let Some(id) = id else { return Ok(Rc::from([])) };
        if let Some(known) = self.cache.get(&id) {
            return Ok(Rc::clone(known));
        }
        let tree: Rc<[u8]> =
            self.objects.structure(id, ObjectType::Tree).map_err(NotCompared::Unreadable)?.into();
        self.bytes += tree.len() as u64;
        if self.bytes > self.bytes_max {
            let value = grouped(self.bytes_max);
            return Err(NotCompared::TooMuch(format!(
                "comparing the commits takes more than the limit `history.tree_bytes_max` of {value}"
            )));
        }
        if self.cache_bytes + tree.len() > CACHE_BYTES_MAX {
            self.cache.clear();
            self.cache_bytes = 0;
        }
        self.cache_bytes += tree.len();
        self.cache.insert(id, Rc::clone(&tree));
        Ok(tree)
    }
}

/// What stood under a name before, and what stands there after.
pub(super) type BeforeAfter<'e, 't> = [Option<&'e RawEntry<'t>>; 2];

/// Tells every entry that two trees do not share, by its name. Both are in the order of git, as it writes
/// them; of others more may be told, never less.
pub(super) fn compare<'t>(
    before: &'t [u8],
    after: &'t [u8],
    changed: &mut dyn FnMut(&[u8], BeforeAfter<'_, 't>),
) -> Result<(), &'static str> {
    let mut befores = next_entry(before)?;
    let mut afters = next_entry(after)?;
    loop {
        let order = match (&befores, &afters) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((before, _)), Some((after, _))) if before.name == after.name => Ordering::Equal,
            (Some((before, _)), Some((after, _))) => sorted_name(before).cmp(sorted_name(after)),
        };
        let before = befores.as_ref().filter(|_| order.is_le());
        let after = afters.as_ref().filter(|_| order.is_ge());
        let is_same = matches!((before, after), (Some((before, _)), Some((after, _)))
            if (before.mode, before.id) == (after.mode, after.id));
        if let Some((entry, _)) = before.or(after).filter(|_| !is_same) {
            changed(entry.name, [before.map(|(entry, _)| entry), after.map(|(entry, _)| entry)]);
        }
        let (rest_before, rest_after) = (before.map(|(_, rest)| *rest), after.map(|(_, rest)| *rest));
        if let Some(rest) = rest_before {
            befores = next_entry(rest)?;
        }
        if let Some(rest) = rest_after {
            afters = next_entry(rest)?;
        }
    }
}

/// The bytes by which git sorts an entry: folders as if their names ended in `/`.
fn sorted_name<'e>(entry: &'e RawEntry<'_>) -> impl Iterator<Item = u8> + 'e {
    entry.name.iter().copied().chain(is_folder(entry).then_some(b'/'))
}

pub(super) fn is_folder(entry: &RawEntry<'_>) -> bool {
    entry.mode & !0o7777 == 0o040_000
}
