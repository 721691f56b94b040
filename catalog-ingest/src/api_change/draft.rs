//! A definition that is being read: shapes are numbered before they are filled in, and all under limits.

use std::collections::BTreeSet;

use catalog_core::model::{Diagnostic, DiagnosticCode, grouped};

use super::{
    Definition, DefinitionFormat,
    definition::{Kind, Operation, Place, Shape, ShapeId, Slot},
};
use crate::limits::DefinitionLimits;

/// A definition that is being read.
pub(super) struct Draft<'l> {
    pub(super) definition: Definition,
    pub(super) limits: &'l DefinitionLimits,
    said: BTreeSet<String>,
    /// How many fields, values and parts were counted.
    counted: usize,
}

impl<'l> Draft<'l> {
    pub(super) fn new(path: &str, format: DefinitionFormat, limits: &'l DefinitionLimits) -> Self {
        Self { definition: Definition::absent(path, format), limits, said: BTreeSet::new(), counted: 0 }
    }

    /// A shape whose kind is still to be said; beyond the limit, one of which nothing is known.
    pub(super) fn reserve(&mut self, name: Option<&str>, place: Place) -> ShapeId {
        let shapes = &mut self.definition.shapes;
        if shapes.len() >= self.limits.shapes_max {
            // The limit is at least one, and the last shape stays one of which nothing is known.
            let last = ShapeId(shapes.len() - 1);
            shapes[last.0].kind = Kind::Unread;
            self.say_limit(
                place,
                "has more types and fields",
                "definition.shapes_max",
                self.limits.shapes_max,
            );
            return last;
        }
        shapes.push(Shape { name: name.map(Into::into), place, kind: Kind::Unread });
        ShapeId(shapes.len() - 1)
    }

    /// Says what a reserved shape is.
    pub(super) fn fill(&mut self, id: ShapeId, kind: Kind) {
        if id.0 + 1 < self.limits.shapes_max {
            self.definition.shapes[id.0].kind = kind;
        }
    }

    /// A shape whose kind is known.
    pub(super) fn shape(&mut self, name: Option<&str>, place: Place, kind: Kind) -> ShapeId {
        let id = self.reserve(name, place);
        self.fill(id, kind);
        id
    }

    /// Counts one more field, value or part of an operation; `false` beyond the limit. What is referred to
    /// many times is written out each time, and could be made to cost much more than its text.
    pub(super) fn counts(&mut self, place: Place) -> bool {
        self.counted += 1;
        let is_within = self.counted <= self.limits.shapes_max;
        if !is_within {
            self.say_limit(
                place,
                "has more types and fields",
                "definition.shapes_max",
                self.limits.shapes_max,
            );
        }
        is_within
    }

    /// A place for a list of what `slot` holds.
    pub(super) fn list_of(&mut self, slot: Slot, place: Place) -> Slot {
        Slot { shape: self.shape(None, place, Kind::List(slot)), is_nullable: false }
    }

    /// Adds an operation under what identifies it; the first of two stays.
    pub(super) fn operation(&mut self, key: &str, operation: Operation) {
        self.definition.operations.entry(key.into()).or_insert(operation);
    }

    /// Says something that could not be read, once.
    pub(super) fn say(&mut self, code: DiagnosticCode, place: Place, message: impl Into<String>) {
        // What is cut off would look as if it had been removed.
        self.definition.is_broken |= code == DiagnosticCode::DefinitionLimit;
        let message = message.into();
        if self.definition.diagnostics.len() < self.limits.diagnostics_max
            && self.said.insert(message.clone())
        {
            let path = self.definition.files.get(place.file).map_or("", |path| path);
            let diagnostic = Diagnostic::new(code, message).at(path, place.position);
            self.definition.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn say_limit(&mut self, place: Place, what: &str, name: &str, limit: usize) {
        let message = format!(
            "the definition {what} than the limit `{name}` of {}; the rest is not read",
            grouped(limit)
        );
        self.say(DiagnosticCode::DefinitionLimit, place, message);
    }

    /// Gives the text up: nothing is known of what it describes.
    pub(super) fn refuse(mut self, diagnostic: Diagnostic) -> Definition {
        let (path, format) = (self.definition.path().to_owned(), self.definition.format);
        self.definition.diagnostics.push(diagnostic);
        Definition {
            diagnostics: self.definition.diagnostics,
            is_broken: true,
            ..Definition::absent(&path, format)
        }
    }
}
