//! What is rarely asked for: at hand, or as bytes that are read when somebody asks.
//!
//! A graph that was built has everything at hand. One that was read from a file keeps its many small
//! texts as they lie in the file: opening it would else be mostly making of what nobody looks at.

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock},
};

use fixedbitset::FixedBitSet;

/// Something that is shared between graphs, and may not have been read yet. Reading never waits for long.
pub(super) enum Kept<T> {
    /// It is at hand.
    Here(Arc<T>),
    /// It is one of many, by its number.
    Shelved(Arc<Shelf<T>>, u32),
}

/// Many stored things of one kind, read in runs of [`per_run`](Self::new) when one of a run is asked for.
pub(super) struct Shelf<T> {
    bytes: Vec<u8>,
    /// Where each thing ends in the bytes.
    ends: Vec<u64>,
    per_run: usize,
    read: Box<[OnceLock<Box<[T]>>]>,
    read_one: fn(&[u8]) -> Option<T>,
}

impl<T> Shelf<T> {
    /// Takes the bytes of all things, and where each ends; `None` where those are no ends of such bytes.
    ///
    /// `read_one` reads what was written. Of other bytes it makes nothing, and then an empty thing is there.
    pub(super) fn new(
        bytes: Vec<u8>,
        ends: Vec<u64>,
        per_run: usize,
        read_one: fn(&[u8]) -> Option<T>,
    ) -> Option<Arc<Self>> {
        let is_whole = ends.last().copied().unwrap_or(0) == bytes.len() as u64 && ends.is_sorted();
        let read = (0..ends.len().div_ceil(per_run)).map(|_| OnceLock::new()).collect();
        is_whole.then(|| Arc::new(Self { bytes, ends, per_run, read, read_one }))
    }

    /// The numbers of the things whose bytes hold one of some texts, as far as these lie there as they are.
    pub(super) fn holding(&self, texts: &[String]) -> FixedBitSet {
        let mut numbers = FixedBitSet::with_capacity(self.len());
        for text in texts {
            for place in memchr::memmem::find_iter(&self.bytes, text.as_bytes()) {
                let number = self.ends.partition_point(|end| *end <= place as u64);
                if number < self.len() {
                    numbers.insert(number);
                }
            }
        }
        numbers
    }

    /// How many things there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

impl<T: Default> Shelf<T> {
    fn get(&self, number: u32) -> &T {
        let (run, place) = (number as usize / self.per_run, number as usize % self.per_run);
        let things = self.read[run].get_or_init(|| {
            let first = run * self.per_run;
            (first..(first + self.per_run).min(self.len())).map(|number| self.read(number)).collect()
        });
        &things[place]
    }

    fn read(&self, number: usize) -> T {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        // Both lie within the bytes, which have a length of this type.
        let (start, end) = (start as usize, self.ends[number] as usize);
        (self.read_one)(&self.bytes[start..end]).unwrap_or_else(|| {
            tracing::warn!(number, "a part of the graph file makes no sense and is left out");
            T::default()
        })
    }
}

impl<T: Default> Kept<T> {
    /// The only thing in some bytes.
    pub(super) fn alone(bytes: Vec<u8>, read: fn(&[u8]) -> Option<T>) -> Self {
        let ends = vec![bytes.len() as u64];
        Shelf::new(bytes, ends, 1, read).map_or_else(Self::default, |shelf| Self::Shelved(shelf, 0))
    }
}

impl<T: Default> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Here(thing) => thing,
            Self::Shelved(shelf, number) => shelf.get(*number),
        }
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Here(thing) => Self::Here(Arc::clone(thing)),
            Self::Shelved(shelf, number) => Self::Shelved(Arc::clone(shelf), *number),
        }
    }
}

impl<T> From<T> for Kept<T> {
    fn from(thing: T) -> Self {
        Self::Here(Arc::new(thing))
    }
}

impl<T: Default> Default for Kept<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Default + PartialEq> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Default + Eq> Eq for Kept<T> {}

impl<T: Default + fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Option<String> {
        String::from_utf8(bytes.to_vec()).ok()
    }

    #[test]
    fn things_are_read_when_they_are_asked_for() {
        let shelf = Shelf::new(b"onetwothree".to_vec(), vec![3, 6, 6, 11], 2, text).expect("it is whole");
        let kept: Vec<Kept<String>> =
            (0..4).map(|number| Kept::Shelved(Arc::clone(&shelf), number)).collect();
        assert!(shelf.read.iter().all(|run| run.get().is_none()));
        assert_eq!(kept.iter().map(|kept| kept.as_str()).collect::<Vec<_>>(), ["one", "two", "", "three"]);
        assert_eq!(kept[1], Kept::from("two".to_owned()));
    }

    #[test]
    fn a_text_is_found_without_reading() {
        let shelf = Shelf::new(b"onetwothree".to_vec(), vec![3, 6, 6, 11], 2, text).expect("it is whole");
        let holding = |word: &str| shelf.holding(&[word.to_owned()]).ones().collect::<Vec<_>>();
        assert_eq!((holding("two"), holding("e"), holding("x")), (vec![1], vec![0, 3], vec![]));
        assert!(shelf.read.iter().all(|run| run.get().is_none()));
    }

    #[test]
    fn what_makes_no_sense_is_empty() {
        assert_eq!(*Kept::alone(vec![0xFF], text), "");
        assert_eq!(*Kept::alone(b"a".to_vec(), text), "a");
        for ends in [vec![2, 1, 3], vec![1], vec![4], vec![]] {
            assert!(Shelf::new(b"abc".to_vec(), ends, 1, text).is_none());
        }
    }
}
