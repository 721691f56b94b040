//! Who stands above whom in a column, so that few lines cross.
//!
//! Barycentre sweeps over the columns, forth and back (Sugiyama, Tagawa, Toda: "Methods for Visual
//! Understanding of Hierarchical System Structures", IEEE Transactions on Systems, Man and Cybernetics 11,
//! 1981), with a bend in every column that a long line passes, and the nodes of one box kept together; the
//! best order met is kept, by crossings counted (Barth, Mutzel, Jünger 2004).
//! O(sweeps · (nodes + bends + lines) · log of those).

use std::collections::BTreeMap;

use super::{Edge, Node};

const SWEEPS: usize = 12;
/// How many bends there may be; lines beyond that go straight.
const BENDS_MAX: usize = 4_000;

/// Columns with what stands in them, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) columns: Vec<Vec<Slot>>,
}

/// A place in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The node of this position.
    Node(usize),
    /// Where the line of this position passes.
    Bend(usize),
}

/// Orders nodes, and gives them back in that order with the edges between their new positions.
pub(super) fn in_order(nodes: Vec<Node>, edges: &[Edge]) -> (Order, Vec<Node>, Vec<Edge>) {
    let mut sweeper = Sweeper::new(&nodes, edges);
    sweeper.run();
    let best = sweeper.best;
    let mut position_of = vec![0; nodes.len()];
    let mut next = 0;
    for slot in best.iter().flatten() {
        if let Slot::Node(node) = sweeper.slots[*slot] {
            position_of[node] = next;
            next += 1;
        }
    }
    let mut placed: Vec<Option<Node>> = vec![None; nodes.len()];
    for (node, position) in nodes.into_iter().zip(&position_of) {
        placed[*position] = Some(node);
    }
    let mut moved: Vec<(Edge, usize)> = (edges.iter().enumerate())
        .map(|(number, edge)| {
            (Edge { from: position_of[edge.from], to: position_of[edge.to], kind: edge.kind }, number)
        })
        .collect();
    moved.sort_unstable();
    let mut edge_of = vec![0; edges.len()];
    for (position, (_, number)) in moved.iter().enumerate() {
        edge_of[*number] = position;
    }
    let renumbered = |slot: &usize| match sweeper.slots[*slot] {
        Slot::Node(node) => Slot::Node(position_of[node]),
        Slot::Bend(edge) => Slot::Bend(edge_of[edge]),
    };
    let columns = best.iter().map(|column| column.iter().map(renumbered).collect()).collect();
    (
        Order { columns },
        placed.into_iter().flatten().collect(),
        moved.into_iter().map(|(edge, _)| edge).collect(),
    )
}

struct Sweeper {
    slots: Vec<Slot>,
    /// By slot, which box of its column it belongs to.
    box_of: Vec<usize>,
    /// By slot, its neighbours in the column before and in the column after.
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
    columns: Vec<Vec<usize>>,
    /// By slot, its place in its column.
    place: Vec<usize>,
    best: Vec<Vec<usize>>,
}

impl Sweeper {
    fn new(nodes: &[Node], edges: &[Edge]) -> Self {
        let column_count = nodes.iter().map(|node| node.column + 1).max().unwrap_or(0);
        let mut sweeper = Self {
            slots: Vec::new(),
            box_of: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            columns: vec![Vec::new(); column_count],
            place: Vec::new(),
            best: Vec::new(),
        };
        let mut boxes: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for (number, node) in nodes.iter().enumerate() {
            let own = sweeper.slots.len();
            let of_system = node.system.as_deref();
            let in_box = of_system.map_or(own, |system| *boxes.entry((node.column, system)).or_insert(own));
            sweeper.add(Slot::Node(number), node.column, in_box);
        }
        for (number, edge) in edges.iter().enumerate() {
            sweeper.connect(number, edge, nodes);
        }
        // A box begins together.
        for column in &mut sweeper.columns {
            column.sort_by_key(|slot| (sweeper.box_of[*slot], *slot));
        }
        sweeper.note_places();
        sweeper
    }

    fn add(&mut self, slot: Slot, column: usize, in_box: usize) -> usize {
        let number = self.slots.len();
        self.slots.push(slot);
        self.box_of.push(in_box);
        self.before.push(Vec::new());
        self.after.push(Vec::new());
        self.place.push(0);
        self.columns[column].push(number);
        number
    }

    /// Draws a line from column to column; the slot of a node is its position.
    fn connect(&mut self, number: usize, edge: &Edge, nodes: &[Node]) {
        let by_column = |edge: &Edge| {
            let (a, b) = (edge.from, edge.to);
            if nodes[a].column <= nodes[b].column { (a, b) } else { (b, a) }
        };
        let (left, right) = by_column(edge);
        let (first, last) = (nodes[left].column, nodes[right].column);
        let bends = self.slots.len() - nodes.len();
        if first == last || bends + (last - first - 1) > BENDS_MAX {
            return;
        }
        let mut at = left;
        for column in first + 1..last {
            let bend = self.add(Slot::Bend(number), column, self.slots.len());
            self.after[at].push(bend);
            self.before[bend].push(at);
            at = bend;
        }
        self.after[at].push(right);
        self.before[right].push(at);
    }

    fn note_places(&mut self) {
        for column in &self.columns {
            for (place, slot) in column.iter().enumerate() {
                self.place[*slot] = place;
            }
        }
    }

    fn run(&mut self) {
        let mut fewest = self.crossings();
        self.best = self.columns.clone();
        for sweep in 0..SWEEPS {
            if fewest == 0 {
                return;
            }
            let forth = sweep % 2 == 0;
            let count = self.columns.len();
            for step in 1..count {
                self.sort_column(if forth { step } else { count - 1 - step }, forth);
            }
            let crossings = self.crossings();
            if crossings < fewest {
                fewest = crossings;
                self.best = self.columns.clone();
            }
        }
    }

    /// Sorts one column by the mean place of what its slots are connected with on one side.
    fn sort_column(&mut self, column: usize, forth: bool) {
        let neighbours = if forth { &self.before } else { &self.after };
        // Whole numbers, so that every machine draws the same.
        let mean = |places: &mut dyn Iterator<Item = usize>| {
            let (sum, count) = places.fold((0, 0), |(sum, count), place| (sum + place, count + 1));
            (count > 0).then(|| sum * 1024 / count)
        };
        let mut keyed: Vec<(usize, usize, usize)> = self.columns[column]
            .iter()
            .map(|slot| {
                let of_slot = mean(&mut neighbours[*slot].iter().map(|other| self.place[*other]));
                (of_slot.unwrap_or(self.place[*slot] * 1024), self.place[*slot], *slot)
            })
            .collect();
        let mut of_boxes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (key, _, slot) in &keyed {
            let (sum, count) = of_boxes.entry(self.box_of[*slot]).or_default();
            *sum += key;
            *count += 1;
        }
        let of_box = |slot: usize| {
            let (sum, count) = of_boxes[&self.box_of[slot]];
            sum / count
        };
        keyed.sort_by_key(|(key, place, slot)| (of_box(*slot), self.box_of[*slot], *key, *place));
        self.columns[column] = keyed.into_iter().map(|(.., slot)| slot).collect();
        for (place, slot) in self.columns[column].iter().enumerate() {
            self.place[*slot] = place;
        }
    }

    /// How many pairs of lines cross between neighbouring columns.
    fn crossings(&self) -> usize {
        let mut crossings = 0;
        for (column, next) in self.columns.iter().zip(self.columns.iter().skip(1)) {
            // The ends of lines from top to bottom; each end above one met earlier is a crossing. A
            // binary indexed tree counts those.
            let mut met = vec![0_usize; next.len() + 1];
            let mut met_count = 0;
            for slot in column {
                let mut ends: Vec<usize> = self.after[*slot].iter().map(|end| self.place[*end]).collect();
                ends.sort_unstable();
                for end in &ends {
                    let mut not_below = 0;
                    let mut at = end + 1;
                    while at > 0 {
                        not_below += met[at];
                        at &= at - 1;
                    }
                    crossings += met_count - not_below;
                }
                for end in ends {
                    let mut at = end + 1;
                    while at < met.len() {
                        met[at] += 1;
                        at += at & at.wrapping_neg();
                    }
                    met_count += 1;
                }
            }
        }
        crossings
    }
}
