//! Arrays that graphs share, with what a change puts in place of single items and after them.

use std::{ops::Index, sync::Arc};

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::symbols::index;

/// An array that never changes, with other items in place of some and more behind its end.
///
/// A clone shares the array and each item; it costs what differs.
#[derive(Debug)]
pub(super) struct Patched<T> {
    base: Arc<Vec<T>>,
    patch: Option<Box<Patch<T>>>,
}

#[derive(Debug)]
struct Patch<T> {
    is_replaced: FixedBitSet,
    replaced: FxHashMap<u32, Arc<T>>,
    added: Vec<Arc<T>>,
}

impl<T> Patched<T> {
    pub(super) fn base(&self) -> &[T] {
        &self.base
    }

    /// How many items there are, also those that nothing points at any more.
    pub(super) fn len(&self) -> u32 {
        index(self.base.len() + self.patch.as_ref().map_or(0, |patch| patch.added.len()))
    }

    /// How many items differ from the array.
    pub(super) fn patched_len(&self) -> usize {
        self.patch.as_ref().map_or(0, |patch| patch.replaced.len() + patch.added.len())
    }

    /// Whether another one has the same array behind it.
    pub(super) fn shares_base(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.base, &other.base)
    }

    /// Tells the numbers of the items that others stand in place of.
    pub(super) fn each_replaced(&self, met: &mut dyn FnMut(u32)) {
        self.patch.iter().flat_map(|patch| patch.replaced.keys()).for_each(|number| met(*number));
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        if let Some(patch) = &self.patch {
            if let Some(added) = (number as usize).checked_sub(self.base.len()) {
                return patch.added.get(added).map(|item| &**item);
            }
            if patch.is_replaced.contains(number as usize) {
                return patch.replaced.get(&number).map(|item| &**item);
            }
        }
        self.base.get(number as usize)
    }

    /// Puts an item behind all others and gives its number.
    pub(super) fn push(&mut self, item: T) -> u32 {
        let number = self.len();
        self.patch().added.push(Arc::new(item));
        number
    }

    /// Puts another item in place of one.
    pub(super) fn replace(&mut self, number: u32, item: T) {
        let added = (number as usize).checked_sub(self.base.len());
        let patch = self.patch();
        match added {
            Some(added) => patch.added[added] = Arc::new(item),
            None => {
                patch.is_replaced.grow_and_insert(number as usize);
                patch.replaced.insert(number, Arc::new(item));
            }
        }
    }

    fn patch(&mut self) -> &mut Patch<T> {
        self.patch.get_or_insert_with(|| {
            let is_replaced = FixedBitSet::new();
            Box::new(Patch { is_replaced, replaced: FxHashMap::default(), added: Vec::new() })
        })
    }
}

impl<T> Index<u32> for Patched<T> {
    type Output = T;

    fn index(&self, number: u32) -> &T {
        self.get(number).expect("a number of this array")
    }
}

impl<T> From<Vec<T>> for Patched<T> {
    fn from(base: Vec<T>) -> Self {
        Self { base: Arc::new(base), patch: None }
    }
}

impl<T> Clone for Patched<T> {
    fn clone(&self) -> Self {
        Self { base: Arc::clone(&self.base), patch: self.patch.clone() }
    }
}

impl<T> Clone for Patch<T> {
    fn clone(&self) -> Self {
        let Self { is_replaced, replaced, added } = self;
        Self { is_replaced: is_replaced.clone(), replaced: replaced.clone(), added: added.clone() }
    }
}

/// Rows of numbers, one after the other, with other rows in place of some and behind their end.
#[derive(Clone, Debug, Default)]
pub(super) struct PatchedRows {
    base: Arc<Rows>,
    patch: Option<Box<RowsPatch>>,
}

#[derive(Debug, Default)]
struct Rows {
    /// Where each row begins; one longer than there are rows.
    starts: Vec<u32>,
    items: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct RowsPatch {
    is_replaced: FixedBitSet,
    rows: FxHashMap<u32, Arc<[u32]>>,
}

impl PatchedRows {
    /// Takes where each row begins, one more than there are rows, and all items.
    pub(super) fn new(starts: Vec<u32>, items: Vec<u32>) -> Self {
        Self { base: Arc::new(Rows { starts, items }), patch: None }
    }

    /// One row; that of a number without any is empty.
    pub(super) fn of(&self, number: u32) -> &[u32] {
        if let Some(patch) = &self.patch
            && patch.is_replaced.contains(number as usize)
        {
            return patch.rows.get(&number).map_or(&[], |row| row);
        }
        let Rows { starts, items } = &*self.base;
        match (starts.get(number as usize), starts.get(number as usize + 1)) {
            (Some(start), Some(end)) => &items[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The row that stands in place of another one, if any does.
    pub(super) fn replaced(&self, number: u32) -> Option<&[u32]> {
        let patch = self.patch.as_ref().filter(|patch| patch.is_replaced.contains(number as usize))?;
        Some(patch.rows.get(&number).map_or(&[], |row| row))
    }

    /// Whether others have the same rows behind them.
    pub(super) fn shares_base(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.base, &other.base)
    }

    /// Tells the numbers of the rows that others stand in place of.
    pub(super) fn each_replaced(&self, met: &mut dyn FnMut(u32)) {
        self.patch.iter().flat_map(|patch| patch.is_replaced.ones()).for_each(|number| met(index(number)));
    }

    /// Puts another row in place of one.
    pub(super) fn replace(&mut self, number: u32, row: Vec<u32>) {
        let patch = self.patch.get_or_insert_default();
        patch.is_replaced.grow_and_insert(number as usize);
        if row.is_empty() {
            patch.rows.remove(&number);
        } else {
            patch.rows.insert(number, row.into());
        }
    }

    /// How many rows differ from those of the array.
    pub(super) fn patched_len(&self) -> usize {
        self.patch.as_ref().map_or(0, |patch| patch.rows.len())
    }
}
