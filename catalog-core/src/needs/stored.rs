//! Needs as plain arrays of numbers, as a graph file holds them, and needs made of such arrays.

use super::{Needs, alternatives::Alternatives, layout::Layout, need_rows::NeedRows};

/// How many arrays [`Needs`] come to.
pub(crate) const ARRAYS: usize = 10;

impl Needs {
    /// All that they are as numbers, laid out anew where a change has put rows beside the arrays.
    pub(crate) fn to_arrays(&self) -> [Vec<u32>; ARRAYS] {
        let [dependency_starts, dependencies] = self.dependencies.to_arrays();
        let [dependent_starts, dependents] = self.dependents.to_arrays();
        let [needy, strengths, member_starts, members] = self.alternatives.to_arrays();
        [
            self.layout.place_of().to_vec(),
            self.layout.entity_at().to_vec(),
            dependency_starts,
            dependencies,
            dependent_starts,
            dependents,
            needy,
            strengths,
            member_starts,
            members,
        ]
    }

    /// The needs that came to these arrays; `None` where a number in them leads nowhere.
    ///
    /// Looked at is what the algorithms rest on: that numbers lead to places, that both directions say the
    /// same, and that groups are those that needs say they are. O(numbers), mostly once through each.
    pub(crate) fn of_arrays(arrays: [Vec<u32>; ARRAYS]) -> Option<Self> {
        let [place_of, entity_at, dependency_starts, dependencies, dependent_starts, dependents, groups @ ..] =
            arrays;
        let layout = Layout::of_arrays(place_of, entity_at)?;
        let count = layout.place_of().len();
        let needs = Self {
            dependencies: NeedRows::of_arrays(count, dependency_starts, dependencies)?,
            dependents: NeedRows::of_arrays(count, dependent_starts, dependents)?,
            alternatives: Alternatives::of_arrays(count, groups)?,
            layout,
        };
        needs.agree().then_some(needs)
    }

    /// Whether both directions say the same, and the groups are those of which needs are members.
    fn agree(&self) -> bool {
        let mut members: Vec<(u32, u32)> = Vec::new();
        for group in (0..).take(self.alternatives.len()).map(|number| self.alternatives.group(number)) {
            members.extend(group.members.iter().map(|member| (group.needy, *member)));
        }
        members.sort_unstable();
        members.dedup();
        let is_marked = |(needy, member): &(u32, u32)| {
            let row = self.dependencies.of(*needy);
            let place = row.binary_search_by_key(member, |neighbour| neighbour.place());
            place.is_ok_and(|place| row[place].is_member())
        };
        let dependencies = self.dependencies.digest(|needy, needed| (needy, needed));
        let dependents = self.dependents.digest(|needed, needy| (needy, needed));
        dependencies == dependents
            && dependencies.is_some_and(|digest| digest.members == members.len())
            && members.iter().all(is_marked)
    }
}

/// Whether these are the beginnings of so many rows of so many items, one after the other.
pub(crate) fn are_starts(starts: &[u32], row_count: usize, item_count: usize) -> bool {
    starts.len() == row_count + 1
        && starts.first() == Some(&0)
        && starts.last().is_some_and(|end| *end as usize == item_count)
        && ascend(starts)
}

/// Whether no number is below the one before it.
fn ascend(numbers: &[u32]) -> bool {
    // Without a way out, so that several are compared at a time.
    let descents = numbers.iter().zip(numbers.iter().skip(1)).filter(|(number, next)| next < number);
    descents.count() == 0
}

/// Whether all numbers are below an end.
pub(crate) fn are_below(numbers: &[u32], end: usize) -> bool {
    numbers.iter().fold(0, |most: u32, number| most.max(*number)) < u32::try_from(end).unwrap_or(u32::MAX)
        || numbers.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_told_from_other_numbers() {
        assert!(are_starts(&[0], 0, 0));
        assert!(are_starts(&[0, 2, 2, 5], 3, 5));
        for (starts, rows) in
            [(&[][..], 0), (&[1][..], 0), (&[0, 3, 2, 5][..], 3), (&[0, 4][..], 1), (&[0, 5][..], 2)]
        {
            assert!(!are_starts(starts, rows, 5), "{starts:?}");
        }
        assert!(are_below(&[], 0) && are_below(&[0, 3], 4) && !are_below(&[4, 0], 4));
    }
}
