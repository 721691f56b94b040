//! A declaration that is being read out of a document, whatever its format.
//!
//! It holds what every format shares: texts without credentials, lists within their limits, references,
//! and the rule that a field which is there but cannot be read is *unread*, so that its last good value stays.

use std::{borrow::Cow, collections::HashSet};

use catalog_core::model::{
    Declaration, DiagnosticCode, EntityRef, Field, Located, RelationClass, RelationEnd, RelationKind,
    Severity, grouped,
};

use super::{Place, Remark, Remarks, quoted, without_secrets};
use crate::{limits::ManifestLimits, manifest::yaml::Node};

/// The name of the limit on labels, annotations, tags, links and the like.
pub(crate) const LABELS_MAX: &str = "entity.labels_max";
/// The name of the limit on relations.
pub(crate) const RELATIONS_MAX: &str = "entity.relations_max";

/// What stands for a text in a document without being one.
pub(crate) trait Includes {
    /// Whether a node stands for the content of a file.
    fn is_placeholder(&self, node: Node<'_>) -> bool;
    /// The text that it stands for, where that can be read.
    fn text(&self, node: Node<'_>) -> Option<String>;
}

/// A format in which nothing stands for anything else.
struct NoIncludes;

impl Includes for NoIncludes {
    fn is_placeholder(&self, _: Node<'_>) -> bool {
        false
    }

    fn text(&self, _: Node<'_>) -> Option<String> {
        None
    }
}

/// A declaration that is being read.
pub(crate) struct Reader<'r, 'f> {
    pub(crate) declaration: Declaration,
    pub(crate) remarks: &'r mut Remarks<'f>,
    pub(crate) includes: &'r dyn Includes,
    pub(crate) limits: &'r ManifestLimits,
    /// Whether a schema judged the shape of every field before, so that nothing more is to be said of it.
    pub(crate) is_judged: bool,
    /// The class of the relations that are stated.
    pub(crate) relation_class: RelationClass,
    /// The relations that were stated so far, whatever their terms.
    pub(super) related: HashSet<(RelationKind, RelationEnd, EntityRef)>,
    /// The namespace of references that name none.
    pub(crate) ref_namespace: Box<str>,
}

impl<'r, 'f> Reader<'r, 'f> {
    /// Begins with a declaration that says nothing but the entity's name.
    pub(crate) fn new(
        declaration: Declaration,
        remarks: &'r mut Remarks<'f>,
        limits: &'r ManifestLimits,
    ) -> Self {
        let ref_namespace = declaration.entity.namespace().into();
        Self {
            declaration,
            remarks,
            includes: &NoIncludes,
            limits,
            is_judged: false,
            relation_class: RelationClass::Declared,
            related: HashSet::new(),
            ref_namespace,
        }
    }

    /// Reads fields whose shape a schema judged before.
    pub(crate) fn judged(mut self) -> Self {
        self.is_judged = true;
        self
    }

    /// Lets nodes stand for the content of files.
    pub(crate) fn with_includes(mut self, includes: &'r dyn Includes) -> Self {
        self.includes = includes;
        self
    }

    /// What was read.
    pub(crate) fn finish(mut self) -> Declaration {
        self.declaration.unread.sort_unstable();
        self.declaration.unread.dedup();
        self.declaration
    }

    /// Cuts a description that is over its limit, and says so.
    pub(crate) fn cut_description(&mut self) {
        let limit = self.limits.entity_description_bytes_max;
        let Some(description) = &mut self.declaration.description else { return };
        let length = description.value.len();
        if length <= limit {
            return;
        }
        description.value = description.value[..description.value.floor_char_boundary(limit)].into();
        let message = format!(
            "the description is {} bytes, over the limit `entity.description_bytes_max` of {}, and was cut",
            grouped(length),
            grouped(limit)
        );
        let place = Place { position: description.position, length: 0 };
        self.remarks
            .push(Remark::new(DiagnosticCode::ListTooLong, place, message).severity(Severity::Warning));
    }

    /// A field of one text; a field that holds something else is unread.
    pub(crate) fn one_text(
        &mut self,
        parent: Node<'_>,
        name: &str,
        field: Field,
    ) -> Option<Located<Box<str>>> {
        let node = parent.stated(name)?;
        let text = self.text(node);
        if text.is_none() {
            self.declaration.unread.push(field);
        }
        text.filter(|text| !text.value.is_empty())
    }

    /// The text of a scalar of any type as written, or of the file that it includes, without credentials.
    pub(crate) fn text(&mut self, node: Node<'_>) -> Option<Located<Box<str>>> {
        if node.is_null() {
            return None;
        }
        let text: Cow<'_, str> = match node.scalar() {
            Some(text) => text.into(),
            None => {
                let included = self.includes.text(node);
                if included.is_none() && self.includes.is_placeholder(node) {
                    let message = "the file that stands for this value is not read, so the value is unknown";
                    let remark = Remark::new(DiagnosticCode::PlaceholderUnresolved, node, message);
                    self.remarks.push(remark.severity(Severity::Note));
                }
                included?.into()
            }
        };
        Some(Located::new(self.without_secret(node, &text), node.position()))
    }

    /// The text without credentials, whose presence is said.
    pub(crate) fn without_secret(&mut self, node: Node<'_>, text: &str) -> Box<str> {
        let kept = without_secrets(text);
        if let Cow::Owned(kept) = &kept {
            let message = format!("{} held credentials, which were left out", quoted(kept));
            let remark = Remark::new(DiagnosticCode::Secret, node, message);
            self.remarks.push(remark.suggest("remove them from the file, and revoke them"));
        }
        kept.into()
    }

    /// The items of a list field; one scalar counts as a list of itself. Any other value is unread, and
    /// so is a list that is longer than its limit.
    pub(crate) fn list<'d>(
        &mut self,
        parent: Node<'d>,
        name: &str,
        field: Field,
        limit: usize,
        limit_name: &str,
    ) -> Vec<Node<'d>> {
        let Some(node) = parent.stated(name) else { return Vec::new() };
        if node.scalar().is_some() || self.includes.is_placeholder(node) {
            return vec![node];
        }
        if node.is_mapping() {
            self.declaration.unread.push(field);
            return Vec::new();
        }
        let count = node.items().len();
        if self.is_within(node, count, limit, limit_name, name, field) {
            node.items().collect()
        } else {
            Vec::new()
        }
    }

    /// Whether a count is within its limit; a field over it is unread.
    pub(crate) fn is_within(
        &mut self,
        node: Node<'_>,
        count: usize,
        limit: usize,
        limit_name: &str,
        name: &str,
        field: Field,
    ) -> bool {
        if count <= limit {
            return true;
        }
        let message = format!(
            "with `{name}` the document has {} {}, over the limit `{limit_name}` of {}; `{name}` is not read",
            grouped(count),
            if limit_name == LABELS_MAX { name } else { "relations" },
            grouped(limit)
        );
        self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, node, message));
        self.declaration.unread.push(field);
        false
    }

    /// The items of a list field of ours, about which no schema has said anything yet.
    pub(crate) fn list_of_ours<'d>(
        &mut self,
        parent: Node<'d>,
        at: &str,
        name: &str,
        field: Field,
        limit: usize,
        limit_name: &str,
    ) -> Vec<Node<'d>> {
        if let Some(node) =
            parent.get(name).filter(|node| node.is_mapping() && !self.includes.is_placeholder(*node))
        {
            let message = format!("`{at}.{name}` is a mapping, expected a list");
            self.remarks.push(Remark::new(DiagnosticCode::WrongType, node, message));
        }
        self.list(parent, name, field, limit, limit_name)
    }

    /// Says that a value is none that the catalog understands.
    pub(crate) fn value_unknown(&mut self, node: Node<'_>, name: &str, expected: &str) {
        let found = node.scalar().map_or_else(|| node.described().to_owned(), quoted);
        let message = format!("`{name}` is {found}, expected {expected}");
        self.remarks.push(Remark::new(DiagnosticCode::ValueUnknown, node, message));
    }

    /// Whether one more item of a field fits beside `count` others; says once for a field that it does not.
    pub(crate) fn has_room(
        &mut self,
        place: impl Into<Place>,
        count: usize,
        name: &str,
        field: Field,
    ) -> bool {
        let (limit, limit_name) = self.limit_of(field);
        if count >= limit && !self.declaration.unread.contains(&field) {
            let what = if limit_name == LABELS_MAX { "items" } else { "relations" };
            let limit = grouped(limit);
            let message = format!(
                "with `{name}` the document has more {what} than the limit `{limit_name}` of {limit}; the rest is not read"
            );
            self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, place, message));
            self.declaration.unread.push(field);
        }
        count < limit
    }

    /// The limit on a field's items, with its name.
    pub(crate) fn limit_of(&self, field: Field) -> (usize, &'static str) {
        match field {
            Field::Labels
            | Field::Annotations
            | Field::Tags
            | Field::Links
            | Field::Slo
            | Field::DataClass
            | Field::Aliases
            | Field::CodeLocations => (self.limits.entity_labels_max, LABELS_MAX),
            _ => (self.limits.entity_relations_max, RELATIONS_MAX),
        }
    }
}
