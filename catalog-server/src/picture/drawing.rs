//! A picture: nodes in columns, edges between them, and what is only counted.

use std::collections::BTreeMap;

use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::Strength,
    needs::Direction,
};

use super::{
    State,
    choose::{Column, columns},
    order::{Order, in_order},
};

/// How many edges a picture has at most, for each entity that it may show.
const EDGES_PER_NODE: usize = 5;

/// An entity to draw.
#[derive(Clone, Copy, Debug)]
pub struct Pictured<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// How far it is from what was asked about; 0 for that itself.
    pub distance: u32,
    /// Its state.
    pub state: State,
}

/// What stands above a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// What it shows.
    pub title: String,
    /// What else is to be said, a sentence each.
    pub remarks: Vec<String>,
}

/// Entities and their needs, laid out: a column for each distance, in it a box for each system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What stands above it.
    pub caption: Caption,
    /// What is drawn, by column and then from top to bottom.
    pub nodes: Vec<Node>,
    /// The needs between those, sorted by the positions of their ends.
    pub edges: Vec<Edge>,
    /// How many entities are counted, and not drawn.
    pub hidden_entities: usize,
    /// How many needs between drawn nodes are left out, so that the others can be seen.
    pub hidden_needs: usize,
    pub(super) order: Order,
}

/// One box of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The entity as briefly as it can be named, or how many are not drawn.
    pub label: String,
    /// What is told of it in small letters.
    pub detail: String,
    /// The column, from 0, which is what was asked about.
    pub column: usize,
    /// The system that it belongs to.
    pub system: Option<String>,
    /// Its state; `None` for those that are only counted.
    pub state: Option<State>,
    /// Whether it is critical (tier 0 or 1).
    pub is_critical: bool,
    /// Whether it is only named, and declared nowhere.
    pub is_placeholder: bool,
}

/// A need, or several where an end is a node that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The position of the node that needs.
    pub from: usize,
    /// The position of the node that is needed.
    pub to: usize,
    /// The strongest kind of need between them.
    pub kind: EdgeKind,
}

/// How one entity needs another, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// It works in part without it.
    Soft,
    /// One of several that stand in for each other is enough.
    AnyOf,
    /// It does not work without it.
    Hard,
}

impl EdgeKind {
    /// All kinds, the strongest first.
    pub const ALL: [Self; 3] = [Self::Hard, Self::AnyOf, Self::Soft];

    /// What the legend says.
    pub fn words(self) -> &'static str {
        match self {
            Self::Soft => "soft need",
            Self::AnyOf => "one of several is enough",
            Self::Hard => "hard need",
        }
    }
}

impl Picture {
    /// Draws entities of a graph, of each the nearest mention, and the needs between them.
    /// O(entities + their needs).
    pub fn new(
        graph: &CatalogGraph,
        mut caption: Caption,
        mut pictured: Vec<Pictured<'_>>,
        nodes_max: usize,
    ) -> Self {
        pictured.sort_by_key(|one| (one.entity.index(), one.distance));
        pictured.dedup_by_key(|one| one.entity.index());
        pictured.sort_by_key(|one| (one.distance, one.entity.index()));
        let columns = columns(&pictured, nodes_max);
        let mut nodes = Vec::new();
        let mut node_of: Vec<Option<u32>> = vec![None; graph.entities().len()];
        let mut first = 0;
        for (number, column) in columns.iter().enumerate() {
            let positions = first..first + column.shown.len() + column.hidden;
            let rest = nodes.len() + column.shown.len();
            for position in positions.clone() {
                node_of[pictured[position].entity.index() as usize] = Some(node_number(rest));
            }
            for position in &column.shown {
                let one = &pictured[*position];
                node_of[one.entity.index() as usize] = Some(node_number(nodes.len()));
                nodes.push(Node::of_entity(one, number));
            }
            if column.hidden > 0 {
                nodes.push(Node::of_rest(column, number));
            }
            first = positions.end;
        }
        let edges = needs_between(graph, &pictured, &node_of);
        let edges_max = nodes_max.saturating_mul(EDGES_PER_NODE);
        let all = edges.len();
        let edges = clearest(edges, &nodes, edges_max);
        let hidden_needs = all - edges.len();
        let hidden_entities = columns.iter().map(|column| column.hidden).sum();
        if hidden_needs > 0 {
            caption.remarks.push(format!("{hidden_needs} of the needs between these are not drawn"));
        }
        let (order, nodes, edges) = in_order(nodes, &edges);
        Self { caption, nodes, edges, hidden_entities, hidden_needs, order }
    }

    /// The states that occur, each once.
    pub(super) fn states(&self) -> Vec<State> {
        let mut states: Vec<State> = self.nodes.iter().filter_map(|node| node.state).collect();
        states.sort_unstable();
        states.dedup();
        states
    }

    /// The kinds of edges that occur, the strongest first.
    pub(super) fn edge_kinds(&self) -> impl Iterator<Item = EdgeKind> {
        EdgeKind::ALL.into_iter().filter(|kind| self.edges.iter().any(|edge| edge.kind == *kind))
    }

    /// The nodes of each box, which lie next to each other in a column, with the name of its system.
    pub(super) fn boxes(&self) -> Vec<(Option<&str>, std::ops::Range<usize>)> {
        let mut start = 0;
        let is_together = |a: &Node, b: &Node| a.column == b.column && a.system == b.system;
        let chunks = self.nodes.chunk_by(is_together).map(|chunk| {
            let range = start..start + chunk.len();
            start = range.end;
            (chunk[0].system.as_deref(), range)
        });
        chunks.collect()
    }
}

impl Node {
    fn of_entity(one: &Pictured<'_>, column: usize) -> Self {
        let entity = one.entity;
        let mut detail: Vec<String> = Vec::new();
        detail.extend(entity.entity_type().map(str::to_owned));
        detail.extend(entity.tier().map(|tier| format!("tier {}", tier.number())));
        detail.push(entity.owner().map_or("no owner".into(), |owner| owner.name().short()));
        Self {
            label: entity.name().short(),
            detail: if entity.is_placeholder() { "declared nowhere".into() } else { detail.join(" · ") },
            column,
            system: entity.system().map(|system| system.name().short()),
            state: Some(one.state),
            is_critical: entity.is_critical(),
            is_placeholder: entity.is_placeholder(),
        }
    }

    fn of_rest(column: &Column, number: usize) -> Self {
        let what = if column.shown.is_empty() {
            format!("{} {}", column.hidden, if column.hidden == 1 { "entity" } else { "entities" })
        } else {
            format!("… and {} more", column.hidden)
        };
        let detail = match column.distances {
            (0, 0) => "asked about".into(),
            (1, 1) => "1 need away".into(),
            (least, greatest) if least == greatest => format!("{least} needs away"),
            (least, greatest) => format!("{least} to {greatest} needs away"),
        };
        Self {
            label: what,
            detail,
            column: number,
            system: None,
            state: None,
            is_critical: false,
            is_placeholder: false,
        }
    }
}

fn node_number(position: usize) -> u32 {
    u32::try_from(position).expect("a picture has fewer nodes than a graph has entities")
}

/// The needs between nodes, each pair once with its strongest kind.
fn needs_between(graph: &CatalogGraph, pictured: &[Pictured<'_>], node_of: &[Option<u32>]) -> Vec<Edge> {
    let needs = graph.needs();
    let mut kinds: BTreeMap<(u32, u32), EdgeKind> = BTreeMap::new();
    for one in pictured {
        let entity = one.entity.index();
        let Some(from) = node_of[entity as usize] else { continue };
        let mut note = |needed: u32, kind: EdgeKind| {
            if let Some(to) = node_of[needed as usize].filter(|to| *to != from) {
                let present = kinds.entry((from, to)).or_insert(kind);
                *present = kind.max(*present);
            }
        };
        for (needed, strength) in needs.next_to(entity, Direction::Dependencies) {
            note(needed, if strength == Strength::Hard { EdgeKind::Hard } else { EdgeKind::Soft });
        }
        for (_, members) in needs.alternatives_of(entity) {
            members.into_iter().for_each(|member| note(member, EdgeKind::AnyOf));
        }
    }
    let edges = kinds.into_iter();
    edges.map(|((from, to), kind)| Edge { from: from as usize, to: to as usize, kind }).collect()
}

/// At most so many edges: those between near columns first, there the strongest.
fn clearest(mut edges: Vec<Edge>, nodes: &[Node], edges_max: usize) -> Vec<Edge> {
    if edges.len() > edges_max {
        let span = |edge: &Edge| nodes[edge.from].column.abs_diff(nodes[edge.to].column);
        edges.sort_by_key(|edge| {
            let in_one = usize::MAX * usize::from(span(edge) == 0);
            (span(edge).max(in_one), std::cmp::Reverse(edge.kind))
        });
        edges.truncate(edges_max);
        edges.sort_unstable();
    }
    edges
}
