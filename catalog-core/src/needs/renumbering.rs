//! How numbers move when entities come and go: what is numbered stays in its order.

/// Entities that leave a numbering, and entities that come in between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Renumbering {
    /// The numbers that leave, ascending.
    removed: Vec<u32>,
    /// For each entity that comes, in their order, the former number that it comes before.
    inserted_before: Vec<u32>,
}

impl Renumbering {
    /// Takes former numbers, ascending: those that leave, and for each entity that comes the number of
    /// the one that it comes before.
    pub(crate) fn new(removed: Vec<u32>, inserted_before: Vec<u32>) -> Self {
        debug_assert!(removed.is_sorted_by(|a, b| a < b), "each leaves once");
        debug_assert!(inserted_before.is_sorted(), "what comes is in order");
        Self { removed, inserted_before }
    }

    /// Whether every entity keeps its number.
    pub(crate) fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.inserted_before.is_empty()
    }

    /// The numbers that leave, ascending.
    pub(crate) fn removed(&self) -> &[u32] {
        &self.removed
    }

    /// How many come.
    pub(crate) fn inserted_count(&self) -> usize {
        self.inserted_before.len()
    }

    /// The number of what had a former one and stays.
    pub(crate) fn number_of(&self, former: u32) -> u32 {
        let gone = self.removed.partition_point(|number| *number < former);
        let come = self.inserted_before.partition_point(|before| *before <= former);
        former - number(gone) + number(come)
    }

    /// Moves what is kept by number: the items of those that leave go, `inserted` come in between.
    /// O(items), in long copies.
    pub(crate) fn splice(&self, former: &[u32], inserted: &[u32]) -> Vec<u32> {
        let mut items = Vec::with_capacity(former.len() - self.removed.len() + inserted.len());
        let (mut next, mut removed, mut coming) = (
            0,
            self.removed.iter().copied().peekable(),
            self.inserted_before.iter().zip(inserted).peekable(),
        );
        loop {
            let place = coming.peek().map(|(before, _)| **before);
            let gap = removed.peek().copied();
            match (place, gap) {
                (Some(place), gap) if gap.is_none_or(|gap| place <= gap) => {
                    items.extend_from_slice(&former[next..place as usize]);
                    next = place as usize;
                    items.extend(coming.next().map(|(_, item)| *item));
                }
                (_, Some(gap)) => {
                    items.extend_from_slice(&former[next..gap as usize]);
                    next = gap as usize + 1;
                    removed.next();
                }
                _ => break,
            }
        }
        items.extend_from_slice(&former[next..]);
        items
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("entities have numbers of 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_keeps_its_order() {
        let check = |removed: &[u32], inserted_before: &[u32], expected: &[u32]| {
            let renumbering = Renumbering::new(removed.to_vec(), inserted_before.to_vec());
            let former = [10, 11, 12, 13];
            let inserted: Vec<u32> = (90..).take(inserted_before.len()).collect();
            let items = renumbering.splice(&former, &inserted);
            assert_eq!(items, expected);
            for (number, item) in (0..).zip(&former).filter(|(number, _)| !removed.contains(number)) {
                assert_eq!(items[renumbering.number_of(number) as usize], *item);
            }
        };
        check(&[], &[], &[10, 11, 12, 13]);
        check(&[1], &[], &[10, 12, 13]);
        check(&[], &[0, 2, 2, 4], &[90, 10, 11, 91, 92, 12, 13, 93]);
        check(&[0, 1, 3], &[0, 1, 3, 4], &[90, 91, 12, 92, 93]);
        check(&[0, 1, 2, 3], &[], &[]);
    }
}
