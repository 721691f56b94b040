//! Numbers in the order of names, over items that lie where they were put first.
//!
//! Entities and repositories go by their number outside of this room: 0 to how many there are, in the order
//! of their names, without gaps. Inside they go by their slot, which a change leaves as it is: what comes lies
//! behind everything else, and what goes leaves its slot empty.

use std::sync::Arc;

use crate::needs::Renumbering;

use super::{entity::NONE, symbols::index};

/// Which slot has which number.
#[derive(Clone, Debug)]
pub(super) struct Numbering {
    len: u32,
    /// Nothing where number and slot are one.
    moved: Option<Arc<Moved>>,
}

#[derive(Debug)]
struct Moved {
    slot_of: Vec<u32>,
    /// By slot; [`NONE`] for those that are empty.
    number_of: Vec<u32>,
}

impl Numbering {
    /// So many slots, none of them empty, in order.
    pub(super) fn in_order(len: usize) -> Self {
        Self { len: index(len), moved: None }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// The number of a slot; [`NONE`] where it is empty.
    pub(super) fn number_of(&self, slot: u32) -> u32 {
        match &self.moved {
            Some(moved) => moved.number_of.get(slot as usize).copied().unwrap_or(NONE),
            None if slot < self.len => slot,
            None => NONE,
        }
    }

    /// The slot of a number below the length.
    pub(super) fn slot_of(&self, number: u32) -> u32 {
        self.moved.as_ref().map_or(number, |moved| moved.slot_of[number as usize])
    }

    /// The slots in the order of their numbers.
    pub(super) fn slots(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        (0..self.len).map(|number| self.slot_of(number))
    }

    /// The numbering after some came and went; `came` are the slots of what came, in order.
    /// O(items) unless nothing came or went.
    pub(super) fn changed(&self, renumbering: &Renumbering, came: &[u32], slot_count: u32) -> Self {
        if renumbering.is_empty() {
            return self.clone();
        }
        let former: Vec<u32>;
        let former = match &self.moved {
            Some(moved) => &moved.slot_of,
            None => {
                former = (0..self.len).collect();
                &former
            }
        };
        let slot_of = renumbering.splice(former, came);
        let mut number_of = vec![NONE; slot_count as usize];
        for (number, slot) in (0..).zip(&slot_of) {
            number_of[*slot as usize] = number;
        }
        Self { len: index(slot_of.len()), moved: Some(Arc::new(Moved { slot_of, number_of })) }
    }
}
