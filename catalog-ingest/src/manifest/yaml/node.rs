//! A document of a YAML file as a flat list of nodes, and the handle that walks it.

use std::borrow::Cow;

use catalog_core::model::Position;

use super::ScalarType;

/// One document of a YAML file whose root is not null.
///
/// Nodes lie in one list, aliases point into it: a document with aliases is as large as its text,
/// however large it would be written out.
#[derive(Debug)]
pub struct YamlDocument<'t> {
    /// Its index in the file, from 0; documents between two markers count even where they are empty.
    pub index: u32,
    pub(super) nodes: Vec<NodeRecord<'t>>,
    pub(super) root: u32,
}

#[derive(Debug)]
pub(super) struct NodeRecord<'t> {
    pub(super) position: Position,
    pub(super) length: u32,
    pub(super) content: Content<'t>,
}

#[derive(Debug)]
pub(super) enum Content<'t> {
    Scalar(Cow<'t, str>, ScalarType),
    Sequence(Vec<u32>),
    Mapping(Vec<(u32, u32)>),
}

/// A node of a document. Copying is free.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d YamlDocument<'d>,
    index: u32,
}

/// What kind of node a [`Node`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A single value.
    Scalar(ScalarType),
    /// A list.
    Sequence,
    /// A mapping.
    Mapping,
}

/// A key of a mapping with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: Node<'d>,
    /// The value.
    pub value: Node<'d>,
}

impl<'t> YamlDocument<'t> {
    /// The root node.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, index: self.root }
    }

    /// Every node of the text once, in the order in which the nodes begin.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..).zip(&self.nodes).map(|(index, _)| Node { document: self, index })
    }
}

impl<'d> Node<'d> {
    /// Where the node begins; for what an alias names, where that stands.
    pub fn position(self) -> Position {
        self.record().position
    }

    /// How many characters it takes; 0 where it takes more than one line.
    pub fn length(self) -> u32 {
        self.record().length
    }

    /// What kind of node it is.
    pub fn shape(self) -> Shape {
        match &self.record().content {
            Content::Scalar(_, scalar_type) => Shape::Scalar(*scalar_type),
            Content::Sequence(_) => Shape::Sequence,
            Content::Mapping(_) => Shape::Mapping,
        }
    }

    /// The text of a scalar of any type, as written; `None` for collections.
    pub fn scalar(self) -> Option<&'d str> {
        match &self.record().content {
            Content::Scalar(text, _) => Some(text),
            Content::Sequence(_) | Content::Mapping(_) => None,
        }
    }

    /// The text of a scalar that is text; `None` for numbers, truth values, null and collections.
    pub fn text(self) -> Option<&'d str> {
        match &self.record().content {
            Content::Scalar(text, ScalarType::Text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.shape() == Shape::Scalar(ScalarType::Null)
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        self.shape() == Shape::Mapping
    }

    /// The items of a list; none for other nodes.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'d>> {
        let items: &[u32] = match &self.record().content {
            Content::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |index| Node { document: self.document, index: *index })
    }

    /// The entries of a mapping in the order of the file; none for other nodes.
    pub fn entries(self) -> impl ExactSizeIterator<Item = Entry<'d>> {
        let entries: &[(u32, u32)] = match &self.record().content {
            Content::Mapping(entries) => entries,
            _ => &[],
        };
        entries.iter().map(move |(key, value)| Entry {
            key: Node { document: self.document, index: *key },
            value: Node { document: self.document, index: *value },
        })
    }

    /// The entry of a mapping under a key, in time linear in the mapping.
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        self.entries().find(|entry| entry.key.scalar() == Some(key))
    }

    /// The value of a mapping under a key.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The value of a mapping under a key, where something is stated: null is not.
    pub fn stated(self, key: &str) -> Option<Node<'d>> {
        self.get(key).filter(|value| !value.is_null())
    }

    /// What it is in words, as diagnostics name it.
    pub fn described(self) -> &'static str {
        match self.shape() {
            Shape::Scalar(scalar_type) => scalar_type.described(),
            Shape::Sequence => "a list",
            Shape::Mapping => "a mapping",
        }
    }

    fn record(self) -> &'d NodeRecord<'d> {
        usize::try_from(self.index)
            .ok()
            .and_then(|index| self.document.nodes.get(index))
            .expect("every index in a document is of one of its nodes")
    }
}
