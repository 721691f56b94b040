//! The one model that all formats are read into: operations, what is sent and received, and its shapes.

use std::collections::{BTreeMap, BTreeSet};

use catalog_core::model::{Diagnostic, Position};

use super::DefinitionFormat;

/// A description of an interface, as far as a comparison needs it.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The format of the text.
    pub format: DefinitionFormat,
    /// The files it was read from, its own first, then those that it refers to.
    pub files: Vec<Box<str>>,
    /// What is to be said about the text, in the order in which it was met.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the text could not be taken apart, or is over a limit: too little is known of it to compare it.
    pub is_broken: bool,
    /// Whether there may be operations that could not be read, since they stand elsewhere.
    pub(super) is_incomplete: bool,
    /// The operations by what identifies them, names of path parameters left out.
    pub(super) operations: BTreeMap<Box<str>, Operation>,
    pub(super) shapes: Vec<Shape>,
    /// Where the interface is served.
    pub(super) addresses: BTreeSet<Box<str>>,
}

impl Definition {
    /// The description that is not there, before its file was added or after it was deleted.
    pub fn absent(path: &str, format: DefinitionFormat) -> Self {
        Self {
            format,
            files: vec![path.into()],
            diagnostics: Vec::new(),
            is_broken: false,
            is_incomplete: false,
            operations: BTreeMap::new(),
            shapes: Vec::new(),
            addresses: BTreeSet::new(),
        }
    }

    /// The path of its own file.
    pub fn path(&self) -> &str {
        self.files.first().map_or("", |path| path)
    }

    /// The operations that it describes, as in `GET /orders/{id}`, sorted by what identifies them.
    pub fn operations(&self) -> impl ExactSizeIterator<Item = &str> {
        self.operations.values().map(|operation| &*operation.id)
    }

    pub(super) fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0]
    }
}

/// A place in one of the files of a definition, by the file's index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) position: Position,
}

/// The number of a shape in its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ShapeId(pub(super) usize);

/// What a consumer does with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    /// It sends it.
    Sent,
    /// It receives it.
    Received,
    /// It is not known which, or both.
    Either,
}

/// Something that a consumer can call, send to or listen to.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// As it is shown: `GET /orders/{id}`, `Query.order`, `orders.v1.Orders/GetOrder`.
    pub(super) id: Box<str>,
    pub(super) place: Place,
    pub(super) is_deprecated: bool,
    /// Whether there may be parts that could not be read, since they stand elsewhere.
    pub(super) is_incomplete: bool,
    pub(super) parts: Vec<Part>,
}

/// Something that goes to an operation or comes from it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What identifies it in its operation.
    pub(super) key: Box<str>,
    /// As it is shown: ``query parameter `limit` ``.
    pub(super) words: Box<str>,
    pub(super) direction: Direction,
    /// Whether it must be sent; of what is received, whether it is missed when it is gone.
    pub(super) is_required: bool,
    /// Whether many are sent or received one after another.
    pub(super) is_stream: bool,
    pub(super) slot: Option<Slot>,
    pub(super) place: Place,
}

/// A place for a value of a shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) shape: ShapeId,
    pub(super) is_nullable: bool,
}

/// What values look like.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// The name by which the text speaks of it.
    pub(super) name: Option<Box<str>>,
    pub(super) place: Place,
    pub(super) kind: Kind,
}

/// The kinds of shapes.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Anything at all.
    Any,
    /// What stands elsewhere or could not be read: nothing is known of it but its name.
    Unread,
    /// A single value of one of these types, sorted.
    Scalar { types: Vec<Box<str>>, format: Option<Box<str>> },
    /// One of a list of values.
    Enum(Vec<EnumValue>),
    /// Named fields.
    Object(Vec<Field>),
    /// Numbered fields.
    Message(Vec<Field>),
    /// Many of one kind.
    List(Slot),
    /// Many of one kind, by keys of a type that is named.
    Map(Box<str>, Slot),
    /// One of several.
    Union(Vec<Member>),
    /// Fields that all of several have.
    Interface(Vec<Field>, Vec<Member>),
}

#[derive(Clone, Debug)]
pub(super) struct EnumValue {
    pub(super) name: Box<str>,
    /// Its number, where values go by numbers.
    pub(super) number: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Box<str>,
    /// Its number, where fields go by numbers.
    pub(super) number: Option<u32>,
    pub(super) slot: Slot,
    pub(super) is_required: bool,
    /// Who never meets it: what is read-only is not sent, what is write-only not received.
    pub(super) never: Option<Direction>,
    pub(super) arguments: Vec<Field>,
    pub(super) place: Place,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    /// What identifies it among the others.
    pub(super) label: Box<str>,
    pub(super) shape: ShapeId,
}
