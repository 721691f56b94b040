//! Dominators: through which one entity every way of hard needs to another leads.
//!
//! Lengauer and Tarjan 1979 ("A fast algorithm for finding dominators in a flowgraph"), the variant with
//! path compression alone: O(needs · log entities) whatever the graph, where the simpler algorithms are
//! quadratic on a long chain with short cuts. Flat arrays in the order of the depth-first search, without
//! recursion. Only hard needs that nothing stands in for are ways.

use super::{Direction, Needs, components::Components};

/// The dominator tree of what hard needs lead to from some roots, by number.
///
/// `a` *dominates* `b` where every way of hard needs from any of the roots to `b` goes through `a`. What
/// several roots lead to on ways that share nothing is dominated by none.
#[derive(Clone, Debug)]
pub struct Dominators {
    /// The entities that were reached, in the order of a depth-first search; position 0 stands for the
    /// place above all roots.
    entities: Vec<u32>,
    /// By position: the position of the nearest dominator, which is always lower.
    dominators: Vec<u32>,
}

/// An entity that dominates others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dominator {
    /// The entity.
    pub entity: u32,
    /// How many others it dominates.
    pub dominated: u32,
    /// The sum of what was asked to be counted, over those.
    pub weight: u64,
    position: u32,
}

impl Dominators {
    /// How many entities the roots lead to, themselves included.
    pub fn reached(&self) -> usize {
        self.entities.len() - 1
    }

    /// Every entity that was reached with its nearest dominator; `None` where no entity dominates it.
    /// In the order of the search.
    pub fn nearest(&self) -> impl Iterator<Item = (u32, Option<u32>)> {
        (1..self.entities.len()).map(|position| {
            let dominator = self.dominators[position] as usize;
            (self.entities[position], (dominator != 0).then(|| self.entities[dominator]))
        })
    }

    /// Every entity that dominates another one, with how many, and the sum of a weight over those; in the
    /// order of their numbers. O(reached · log reached).
    pub fn ranked(&self, weight_of: impl Fn(u32) -> u64) -> Vec<Dominator> {
        let mut below = vec![(0_u32, 0_u64); self.entities.len()];
        for position in (1..self.entities.len()).rev() {
            let (count, weight) = below[position];
            let above = &mut below[self.dominators[position] as usize];
            above.0 += count + 1;
            above.1 += weight + weight_of(self.entities[position]);
        }
        let mut found: Vec<Dominator> = (1..)
            .zip(&self.entities[1..])
            .zip(&below[1..])
            .filter(|(_, (count, _))| *count > 0)
            .map(|((position, entity), (dominated, weight))| Dominator {
                entity: *entity,
                dominated: *dominated,
                weight: *weight,
                position,
            })
            .collect();
        found.sort_unstable_by_key(|of| of.entity);
        found
    }

    /// The entities that one of [`Dominators::ranked`] dominates, ascending. O(what the search found
    /// behind it).
    ///
    /// # Panics
    ///
    /// Where it is of other dominators.
    pub fn dominated_by(&self, of: &Dominator) -> Vec<u32> {
        let first = of.position as usize;
        let mut is_below = vec![true];
        let mut found = Vec::with_capacity(of.dominated as usize);
        for position in first + 1..self.entities.len() {
            if found.len() == of.dominated as usize {
                break;
            }
            let above = (self.dominators[position] as usize).checked_sub(first);
            let is_dominated = above.is_some_and(|above| is_below[above]);
            is_below.push(is_dominated);
            if is_dominated {
                found.push(self.entities[position]);
            }
        }
        found.sort_unstable();
        found
    }
}

impl Needs {
    /// The dominator tree of what lies behind `roots` along hard needs in one direction. Repeated roots
    /// do no harm.
    ///
    /// # Panics
    ///
    /// Where a root is not the number of an entity of this graph.
    pub fn dominators(&self, roots: &[u32], direction: Direction) -> Dominators {
        let roots = self.places_of(roots);
        let tree = SearchTree::new(self, &roots, direction);
        let dominators = Flowgraph::new(&tree).dominators(self, direction);
        let entities = tree.places.iter().map(|place| match place {
            &NO_PLACE => u32::MAX,
            place => self.entity_at(*place),
        });
        Dominators { entities: entities.collect(), dominators }
    }

    /// Where chains of hard needs begin in a direction, ascending: with `Dependencies` the *entry points*
    /// that nobody hard-needs, with `Dependents` the *foundations* that hard-need nothing. Of a cycle that
    /// nothing outside leads into, every entity counts, so that everything is reached from these.
    /// O(entities + needs).
    pub fn first_in(&self, direction: Direction) -> Vec<u32> {
        let Components { component_of, count } = self.hard_components();
        let back = match direction {
            Direction::Dependencies => Direction::Dependents,
            Direction::Dependents => Direction::Dependencies,
        };
        let mut is_led_into = vec![false; count as usize];
        for (place, component) in (0..).zip(&component_of) {
            let mut row = self.rows(back).of(place).iter();
            is_led_into[*component as usize] |= row.any(|neighbour| {
                neighbour.is_hard() && component_of[neighbour.place() as usize] != *component
            });
        }
        let places = (0..).zip(&component_of).filter(|(_, component)| !is_led_into[**component as usize]);
        let mut first: Vec<u32> = places.map(|(place, _)| self.entity_at(place)).collect();
        first.sort_unstable();
        first
    }
}

const NO_PLACE: u32 = u32::MAX;

/// A depth-first search from one place above all roots, which is position 0.
struct SearchTree {
    /// The place at each position, in the order of entering; [`NO_PLACE`] at 0.
    places: Vec<u32>,
    /// The position from which each was entered.
    parents: Vec<u32>,
    /// The position of each place; 0 where it was not met.
    position_of: Vec<u32>,
    is_root: Vec<bool>,
}

impl SearchTree {
    fn new(needs: &Needs, roots: &[u32], direction: Direction) -> Self {
        let rows = needs.rows(direction);
        let count = needs.entity_count();
        let mut tree = Self {
            places: vec![NO_PLACE],
            parents: vec![0],
            position_of: vec![0; count],
            is_root: vec![true],
        };
        // A position with how many of its needs are behind.
        let mut frames: Vec<(u32, u32)> = Vec::new();
        for root in roots {
            if tree.position_of[*root as usize] == 0 {
                frames.push((tree.enter(*root, 0), 0));
            }
            while let Some((position, next)) = frames.last_mut() {
                let rest = &rows.of(tree.places[*position as usize])[*next as usize..];
                let unmet = |neighbour: &super::need_rows::Neighbour| {
                    neighbour.is_hard() && tree.position_of[neighbour.place() as usize] == 0
                };
                let Some(found) = rest.iter().position(unmet) else {
                    frames.pop();
                    continue;
                };
                *next += u32::try_from(found + 1).expect("a row is short");
                let (place, parent) = (rest[found].place(), *position);
                let entered = tree.enter(place, parent);
                frames.push((entered, 0));
            }
        }
        for root in roots {
            tree.is_root[tree.position_of[*root as usize] as usize] = true;
        }
        tree
    }

    fn enter(&mut self, place: u32, parent: u32) -> u32 {
        let position = u32::try_from(self.places.len()).expect("places are numbers of 32 bits");
        self.position_of[place as usize] = position;
        self.places.push(place);
        self.parents.push(parent);
        self.is_root.push(false);
        position
    }
}

/// The forest of the algorithm, by position in the search. What lies together is looked at together.
struct Flowgraph<'t> {
    tree: &'t SearchTree,
    semi: Vec<u32>,
    links: Vec<Link>,
    path: Vec<u32>,
}

/// A position in the forest.
#[derive(Clone, Copy)]
struct Link {
    /// A position above it; [`NO_PLACE`] for the root of a tree.
    above: u32,
    /// The position with the lowest semidominator from here up to `above`, that one excepted.
    best: u32,
    /// The semidominator of `best`.
    best_semi: u32,
}

impl<'t> Flowgraph<'t> {
    fn new(tree: &'t SearchTree) -> Self {
        let count = u32::try_from(tree.places.len()).expect("places are numbers of 32 bits");
        Self {
            tree,
            semi: (0..count).collect(),
            links: (0..count).map(|own| Link { above: NO_PLACE, best: own, best_semi: own }).collect(),
            path: Vec::new(),
        }
    }

    fn dominators(mut self, needs: &Needs, direction: Direction) -> Vec<u32> {
        let back = match direction {
            Direction::Dependencies => needs.rows(Direction::Dependents),
            Direction::Dependents => needs.rows(Direction::Dependencies),
        };
        let count = self.semi.len();
        let mut dominators = vec![0_u32; count];
        // Positions by their semidominator, as lists that are linked through one array; 0 ends a list.
        let mut first_of = vec![0_u32; count];
        let mut next_of = vec![0_u32; count];
        for position in (1..count).rev() {
            let number = u32::try_from(position).expect("places are numbers of 32 bits");
            let place = self.tree.places[position];
            let mut semi = if self.tree.is_root[position] { 0 } else { number };
            for neighbour in back.of(place).iter().filter(|neighbour| neighbour.is_hard()) {
                let before = self.tree.position_of[neighbour.place() as usize];
                // What was entered earlier is not linked yet, and what was not met is no way.
                if before > number {
                    semi = semi.min(self.best_above(before).best_semi);
                } else if before != 0 {
                    semi = semi.min(before);
                }
            }
            self.semi[position] = semi;
            next_of[position] = first_of[semi as usize];
            first_of[semi as usize] = number;
            let parent = self.tree.parents[position];
            self.links[position] = Link { above: parent, best: number, best_semi: semi };
            let mut of_parent = std::mem::take(&mut first_of[parent as usize]);
            while of_parent != 0 {
                let Link { best, best_semi, .. } = self.best_above(of_parent);
                dominators[of_parent as usize] = if best_semi < parent { best } else { parent };
                of_parent = next_of[of_parent as usize];
            }
        }
        for position in 1..count {
            if dominators[position] != self.semi[position] {
                dominators[position] = dominators[dominators[position] as usize];
            }
        }
        dominators
    }

    /// The link of a position right below the root of its tree in the forest, which it is shortened to.
    fn best_above(&mut self, position: u32) -> Link {
        let mut at = position;
        let mut link = self.links[at as usize];
        loop {
            let above = self.links[link.above as usize];
            if above.above == NO_PLACE {
                break;
            }
            self.path.push(at);
            at = link.above;
            link = above;
        }
        // `link` is right below the root; what is on the path is put right below it too, top first.
        while let Some(lower) = self.path.pop() {
            let lower = &mut self.links[lower as usize];
            if link.best_semi < lower.best_semi {
                (lower.best, lower.best_semi) = (link.best, link.best_semi);
            }
            lower.above = link.above;
            link = *lower;
        }
        link
    }
}
