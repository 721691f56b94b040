//! When an entity works, as a formula over what may fail: something required, and groups of which one choice
//! has to work, each choice with entities of its own and possibly with groups in turn.

use rustc_hash::FxHashMap;

use super::{Counts, Own, closure::Closure, either};

/// When one entity works.
#[derive(Debug)]
pub(super) struct Formula {
    /// The share in which something fails that is required in any case.
    pub(super) required: f64,
    /// For each class of entities that occur in the same choices, the share in which one of them fails.
    pub(super) classes: Vec<f64>,
    pub(super) choices: Vec<FormulaChoice>,
    /// The choices of each group.
    pub(super) groups: Vec<Vec<u32>>,
    /// The groups of which one choice has to work in any case.
    pub(super) roots: Vec<u32>,
    counts: Counts,
}

/// What has to work for a choice to work.
#[derive(Debug, Default)]
pub(super) struct FormulaChoice {
    pub(super) classes: Vec<u32>,
    pub(super) groups: Vec<u32>,
}

impl Formula {
    pub(super) fn new(closure: &Closure, own: &Own) -> Self {
        let mut choices: Vec<FormulaChoice> = closure
            .choices
            .iter()
            .map(|choice| FormulaChoice { classes: Vec::new(), groups: choice.groups.clone() })
            .collect();
        // What fails, with the choices that it occurs in, which come ascending.
        let mut occurrences: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (number, choice) in (0..).zip(&closure.choices) {
            for place in choice.places.iter().filter(|place| own.of(**place) > 0.0) {
                occurrences.entry(*place).or_default().push(number);
            }
        }
        // Worst first, so that sums do not depend on how entities are numbered.
        let mut failing: Vec<(Vec<u32>, f64, u32)> =
            occurrences.into_iter().map(|(place, occurs_in)| (occurs_in, own.of(place), place)).collect();
        failing.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        let mut classes = Vec::new();
        for together in failing.chunk_by(|a, b| a.0 == b.0) {
            let class = u32::try_from(classes.len()).expect("there are no more classes than entities");
            classes.push(together.iter().fold(0.0, |fails, (_, of_one, _)| either(fails, *of_one)));
            for choice in &together[0].0 {
                choices[*choice as usize].classes.push(class);
            }
        }
        let mut required: Vec<f64> = closure.required.iter().map(|place| own.of(*place)).collect();
        required.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut formula = Self {
            required: required.into_iter().fold(0.0, either),
            classes,
            choices,
            groups: closure.groups.iter().map(|group| group.members.clone()).collect(),
            roots: closure.roots.clone(),
            counts: closure.counts,
        };
        formula.drop_certain();
        formula.drop_implied();
        formula
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Leaves out groups with a choice that cannot fail.
    fn drop_certain(&mut self) {
        let mut is_certain = vec![false; self.groups.len()];
        // What a choice waits for, and who waits for a group; a choice that waits for nothing cannot fail.
        let mut waits: Vec<usize> = self.choices.iter().map(|choice| choice.groups.len()).collect();
        let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); self.groups.len()];
        let mut groups_with: Vec<Vec<u32>> = vec![Vec::new(); self.choices.len()];
        for (number, choice) in (0..).zip(&self.choices) {
            choice.groups.iter().for_each(|group| waiting[*group as usize].push(number));
        }
        for (number, group) in (0..).zip(&self.groups) {
            group.iter().for_each(|choice| groups_with[*choice as usize].push(number));
        }
        let cannot_fail = |waits: &[usize], choice: u32| {
            waits[choice as usize] == 0 && self.choices[choice as usize].classes.is_empty()
        };
        let numbers = 0..u32::try_from(self.choices.len()).expect("there are fewer choices than entities");
        let mut open: Vec<u32> = numbers.filter(|choice| cannot_fail(&waits, *choice)).collect();
        while let Some(choice) = open.pop() {
            for group in &groups_with[choice as usize] {
                if std::mem::replace(&mut is_certain[*group as usize], true) {
                    continue;
                }
                for needy in &waiting[*group as usize] {
                    waits[*needy as usize] -= 1;
                    if cannot_fail(&waits, *needy) {
                        open.push(*needy);
                    }
                }
            }
        }
        let may_fail = |group: &u32| !is_certain[*group as usize];
        self.roots.retain(may_fail);
        self.choices.iter_mut().for_each(|choice| choice.groups.retain(may_fail));
    }

    /// Leaves out groups of which a smaller one beside them has all they need: who has one of two has one
    /// of three. Long lists of groups are left as they are.
    fn drop_implied(&mut self) {
        const GROUPS_MAX: usize = 64;
        let mut sorted = self.groups.clone();
        sorted.iter_mut().for_each(|group| group.sort_unstable());
        let lists = self.choices.iter_mut().map(|choice| &mut choice.groups).chain([&mut self.roots]);
        for list in lists {
            list.sort_unstable();
            list.dedup();
            if list.len() > GROUPS_MAX {
                continue;
            }
            let all = list.clone();
            list.retain(|group| {
                !all.iter().any(|other| {
                    let (large, small) = (&sorted[*group as usize], &sorted[*other as usize]);
                    small.len() < large.len()
                        && small.iter().all(|choice| large.binary_search(choice).is_ok())
                })
            });
        }
    }
}
