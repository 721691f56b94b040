//! The worth of a formula: how often the entity that it is about is failed by what it needs.
//!
//! A formula falls into parts that share nothing, which are a product. Where entities of a part occur in
//! several choices, or in one to which several ways lead, the part is taken apart: into one formula for each
//! state of these entities, weighed by how often that state is (pivotal decomposition). What is left is read
//! once, so that products are exact. 2^shared · size of the part; nothing here subtracts, so that small
//! unavailabilities keep their digits.

use super::{AvailabilityLimits, BoundMethod, either, formula::Formula};

/// Between which shares something fails.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Interval {
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Interval {
    pub(super) fn exactly(fails: f64) -> Self {
        Self { least: fails, most: fails }
    }

    fn either(self, other: Self) -> Self {
        Self { least: either(self.least, other.least), most: either(self.most, other.most) }
    }
}

/// What came of evaluating a formula.
pub(super) struct Worth {
    /// `None` where it takes more visits than are allowed, or is shared in a circle.
    pub(super) fails: Option<(Interval, BoundMethod)>,
    pub(super) visits: u64,
}

impl Formula {
    /// How often what the formula asks for fails.
    pub(super) fn evaluate(&self, factoring_entities_max: u32, visits_max: u64) -> Worth {
        let mut worth =
            Worth { fails: Some((Interval::exactly(self.required), BoundMethod::Product)), visits: 0 };
        if self.roots.is_empty() {
            return worth;
        }
        for roots in self.parts() {
            let part = Part::new(self, roots);
            let factoring_max = factoring_entities_max.min(AvailabilityLimits::FACTORING_ENTITIES_MOST);
            let factored = part.shared.len().min(factoring_max as usize);
            let states = 1_u64 << factored;
            worth.visits = worth.visits.saturating_add(states.saturating_mul(part.size()));
            if worth.visits > visits_max || (factored < part.shared.len() && part.has_circle()) {
                worth.fails = None;
                return worth;
            }
            let method = match part.shared.len() {
                0 => BoundMethod::Product,
                shared if shared == factored => BoundMethod::Factoring,
                _ => BoundMethod::Association,
            };
            let of_part = part.evaluate(factored);
            worth.fails = worth.fails.map(|(fails, worst)| (fails.either(of_part), worst.max(method)));
        }
        worth
    }

    /// The root groups, parted so that groups of different parts share nothing.
    fn parts(&self) -> Vec<Vec<u32>> {
        // Choices, then groups, then classes.
        let group_at = self.choices.len();
        let class_at = group_at + self.groups.len();
        let mut sets = Sets((0..class_at + self.classes.len()).collect());
        for (number, choice) in self.choices.iter().enumerate() {
            choice.classes.iter().for_each(|class| sets.join(number, class_at + *class as usize));
            choice.groups.iter().for_each(|group| sets.join(number, group_at + *group as usize));
        }
        for (number, group) in self.groups.iter().enumerate() {
            group.iter().for_each(|choice| sets.join(group_at + number, *choice as usize));
        }
        let mut roots: Vec<(usize, u32)> =
            self.roots.iter().map(|root| (sets.first(group_at + *root as usize), *root)).collect();
        roots.sort_unstable();
        roots.chunk_by(|a, b| a.0 == b.0).map(|part| part.iter().map(|(_, root)| *root).collect()).collect()
    }
}

/// Disjoint sets of numbers (Tarjan 1975), with halved paths.
struct Sets(Vec<usize>);

impl Sets {
    fn first(&mut self, mut of: usize) -> usize {
        while self.0[of] != of {
            self.0[of] = self.0[self.0[of]];
            of = self.0[of];
        }
        of
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }
}

/// A part of a formula that shares nothing with the rest of it.
struct Part<'f> {
    formula: &'f Formula,
    roots: Vec<u32>,
    /// The choices that belong to it and lie in or behind no circle, each behind all that it needs.
    ordered: Vec<u32>,
    /// The choices in circles, or behind them.
    circling: Vec<u32>,
    /// Classes that occur more than once when the formula is written out, the most frequent first.
    shared: Vec<u32>,
}

impl<'f> Part<'f> {
    fn new(formula: &'f Formula, roots: Vec<u32>) -> Self {
        let order = Order::new(formula, &roots);
        let mut occurrences: Vec<u32> = vec![0; formula.classes.len()];
        for (choice, ways) in order.ordered.iter().zip(&order.ways) {
            for class in &formula.choices[*choice as usize].classes {
                occurrences[*class as usize] = occurrences[*class as usize].saturating_add(*ways);
            }
        }
        for choice in &order.circling {
            for class in &formula.choices[*choice as usize].classes {
                occurrences[*class as usize] = u32::MAX;
            }
        }
        let mut shared: Vec<u32> = (0..)
            .zip(&occurrences)
            .filter(|(_, occurrences)| **occurrences > 1)
            .map(|(class, _)| class)
            .collect();
        shared.sort_by_key(|class| std::cmp::Reverse(occurrences[*class as usize]));
        let mut ordered = order.ordered;
        ordered.reverse();
        Self { formula, roots, ordered, circling: order.circling, shared }
    }

    fn has_circle(&self) -> bool {
        !self.circling.is_empty()
    }

    /// About how many steps it takes to evaluate it once.
    fn size(&self) -> u64 {
        let choices = self.ordered.iter().chain(&self.circling).map(|choice| {
            let choice = &self.formula.choices[*choice as usize];
            let members = choice.groups.iter().map(|group| self.formula.groups[*group as usize].len());
            1 + choice.classes.len() + members.sum::<usize>()
        });
        let once = choices.sum::<usize>() as u64;
        // What is in circles is looked at again until nothing changes.
        once * (1 + self.circling.len() as u64)
    }

    /// How often it fails, where the first `factored` of what is shared are taken in each of their states.
    fn evaluate(&self, factored: usize) -> Interval {
        let mut state = State::new(self, factored);
        let mut fails = Interval::default();
        for states in 0..1_u32 << factored {
            let mut weight = 1.0;
            for (bit, class) in self.shared[..factored].iter().enumerate() {
                let is_down = states & (1 << bit) != 0;
                let down = self.formula.classes[*class as usize];
                weight *= if is_down { down } else { 1.0 - down };
                state.class[*class as usize] = Interval::exactly(if is_down { 1.0 } else { 0.0 });
            }
            if weight > 0.0 {
                let in_state = state.evaluate(self);
                fails.least += weight * in_state.least;
                fails.most += weight * in_state.most;
            }
        }
        fails
    }
}

/// The choices behind root groups in an order in which each comes before what it needs.
struct Order {
    ordered: Vec<u32>,
    /// For each of those, how many ways lead to it.
    ways: Vec<u32>,
    circling: Vec<u32>,
}

impl Order {
    fn new(formula: &Formula, roots: &[u32]) -> Self {
        let is_root = |group: u32| roots.contains(&group);
        // What there is, with how often it is asked for.
        let mut asked_groups: Vec<u32> = vec![0; formula.groups.len()];
        let mut asked_choices: Vec<u32> = vec![0; formula.choices.len()];
        let mut met_groups: Vec<u32> = roots.to_vec();
        roots.iter().for_each(|root| asked_groups[*root as usize] = 1);
        let mut met_choices: Vec<u32> = Vec::new();
        let (mut next_group, mut next_choice) = (0, 0);
        while next_group < met_groups.len() || next_choice < met_choices.len() {
            if let Some(group) = met_groups.get(next_group) {
                next_group += 1;
                for choice in &formula.groups[*group as usize] {
                    asked_choices[*choice as usize] += 1;
                    if asked_choices[*choice as usize] == 1 {
                        met_choices.push(*choice);
                    }
                }
            } else {
                let choice = met_choices[next_choice];
                next_choice += 1;
                for group in &formula.choices[choice as usize].groups {
                    asked_groups[*group as usize] += 1;
                    if asked_groups[*group as usize] == 1 {
                        met_groups.push(*group);
                    }
                }
            }
        }
        // Roots are asked for from outside, which is over; then whatever nobody asks for any more.
        let mut ways_groups: Vec<u32> = vec![0; formula.groups.len()];
        let mut ways_choices: Vec<u32> = vec![0; formula.choices.len()];
        let mut open_groups: Vec<u32> = Vec::new();
        for root in roots {
            ways_groups[*root as usize] = 1;
            asked_groups[*root as usize] -= 1;
        }
        open_groups.extend(
            met_groups.iter().filter(|group| is_root(**group) && asked_groups[**group as usize] == 0),
        );
        let mut order = Self { ordered: Vec::new(), ways: Vec::new(), circling: Vec::new() };
        while let Some(group) = open_groups.pop() {
            for choice in &formula.groups[group as usize] {
                let at = *choice as usize;
                ways_choices[at] = ways_choices[at].saturating_add(ways_groups[group as usize]);
                asked_choices[at] -= 1;
                if asked_choices[at] > 0 {
                    continue;
                }
                order.ordered.push(*choice);
                order.ways.push(ways_choices[at]);
                for next in &formula.choices[at].groups {
                    let to = *next as usize;
                    ways_groups[to] = ways_groups[to].saturating_add(ways_choices[at]);
                    asked_groups[to] -= 1;
                    if asked_groups[to] == 0 {
                        open_groups.push(*next);
                    }
                }
            }
        }
        order.circling =
            met_choices.into_iter().filter(|choice| asked_choices[*choice as usize] > 0).collect();
        order
    }
}

/// How each class and each choice fails in the state that is looked at.
struct State {
    class: Vec<Interval>,
    choice: Vec<Interval>,
    /// For each class that is shared and not factored, a bit; what has none is independent of all else.
    class_bit: Vec<u128>,
    choice_bits: Vec<u128>,
    /// Room for those that are put together.
    together: Vec<(u128, Interval)>,
}

impl State {
    fn new(part: &Part<'_>, factored: usize) -> Self {
        let formula = part.formula;
        let mut class_bit = vec![0; formula.classes.len()];
        for (number, class) in part.shared[factored..].iter().enumerate() {
            // Two classes of one bit look alike, which makes bounds wider and never wrong.
            class_bit[*class as usize] = 1 << (number % 128);
        }
        Self {
            class: formula.classes.iter().map(|fails| Interval::exactly(*fails)).collect(),
            choice: vec![Interval::default(); formula.choices.len()],
            class_bit,
            choice_bits: vec![0; formula.choices.len()],
            together: Vec::new(),
        }
    }

    fn evaluate(&mut self, part: &Part<'_>) -> Interval {
        // A circle does not fail by itself: at first all in it works, until nothing changes.
        part.circling.iter().for_each(|choice| self.choice[*choice as usize] = Interval::default());
        let mut is_stable = part.circling.is_empty();
        while !is_stable {
            is_stable = true;
            for choice in &part.circling {
                let before = self.choice[*choice as usize];
                self.evaluate_choice(part.formula, *choice);
                is_stable &= self.choice[*choice as usize] == before;
            }
        }
        for choice in &part.ordered {
            self.evaluate_choice(part.formula, *choice);
        }
        self.all(part.formula, &[], &part.roots).1
    }

    fn evaluate_choice(&mut self, formula: &Formula, choice: u32) {
        let parts = &formula.choices[choice as usize];
        let (bits, fails) = self.all(formula, &parts.classes, &parts.groups);
        self.choice_bits[choice as usize] = bits;
        self.choice[choice as usize] = fails;
    }

    /// How it fails that all of some classes and groups work.
    fn all(&mut self, formula: &Formula, classes: &[u32], groups: &[u32]) -> (u128, Interval) {
        let mut parts: Vec<(u128, Interval)> = classes
            .iter()
            .map(|class| (self.class_bit[*class as usize], self.class[*class as usize]))
            .collect();
        for group in groups {
            let any = self.any(&formula.groups[*group as usize]);
            parts.push(any);
        }
        let mut bits = 0;
        let mut all = Interval::default();
        for (of, part) in &parts {
            bits |= of;
            all.most = either(all.most, part.most);
        }
        // At best what shares something fails together.
        self.gather(&parts, |a, b| Interval { least: a.least.max(b.least), most: a.most });
        all.least = self.together.iter().fold(0.0, |fails, (_, part)| either(fails, part.least));
        (bits, all)
    }

    /// How it fails that any of some choices works.
    fn any(&mut self, choices: &[u32]) -> (u128, Interval) {
        let parts: Vec<(u128, Interval)> = choices
            .iter()
            .map(|choice| (self.choice_bits[*choice as usize], self.choice[*choice as usize]))
            .collect();
        let mut bits = 0;
        let mut none = Interval::exactly(1.0);
        for (of, part) in &parts {
            bits |= of;
            none.least *= part.least;
        }
        // At worst what shares something fails together.
        self.gather(&parts, |a, b| Interval { least: a.least, most: a.most.min(b.most) });
        none.most = self.together.iter().fold(1.0, |fails, (_, part)| fails * part.most);
        (bits, none)
    }

    /// Puts together what shares bits, so that what is left is independent.
    fn gather(&mut self, parts: &[(u128, Interval)], both: impl Fn(Interval, Interval) -> Interval) {
        self.together.clear();
        for (bits, part) in parts {
            let (mut bits, mut part) = (*bits, *part);
            let mut at = 0;
            while bits != 0 && at < self.together.len() {
                if self.together[at].0 & bits == 0 {
                    at += 1;
                    continue;
                }
                let (other_bits, other) = self.together.swap_remove(at);
                bits |= other_bits;
                part = both(part, other);
                // What did not share anything before may share something with both.
                at = 0;
            }
            self.together.push((bits, part));
        }
    }
}
