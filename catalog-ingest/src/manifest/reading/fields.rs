//! Fields of the formats of other catalogs, which are judged as they are read: what a schema would
//! refuse is said and makes its document not strict, and what can be read in spite of it is read.

use catalog_core::model::{DiagnosticCode, Field, Located};

use super::{Reader, Remark, quoted};
use crate::manifest::yaml::{Node, Shape};

impl Reader<'_, '_> {
    /// Says that a field holds another type of value than its format wants, unless a schema said it before.
    pub(crate) fn say_wrong_type(&mut self, node: Node<'_>, name: &str, expected: &str) {
        if self.is_judged {
            return;
        }
        let remark = Remark::wrong_type(node, name, expected);
        self.remarks.push(remark);
    }

    /// Whether a value is a mapping; says so where it is none, and leaves `field` unread.
    pub(crate) fn expect_mapping(
        &mut self,
        node: Node<'_>,
        name: &str,
        expected: &str,
        field: Field,
    ) -> bool {
        if !node.is_mapping() {
            self.say_wrong_type(node, name, expected);
            self.declaration.unread.push(field);
        }
        node.is_mapping()
    }

    /// Says that a field is missing without which the format refuses the document.
    pub(crate) fn say_missing(&mut self, parent: Node<'_>, name: &str, suggestion: &str) {
        let remark = Remark::missing(parent, name);
        self.remarks.push(remark.suggest(suggestion));
    }

    /// The text of a field; what is no text is said, and leaves `field` unread.
    pub(crate) fn field_text(
        &mut self,
        parent: Node<'_>,
        at: &str,
        name: &str,
        field: Option<Field>,
    ) -> Option<Located<Box<str>>> {
        let node = parent.stated(name)?;
        self.node_text(node, &format!("{at}.{name}"), field)
    }

    /// The text of a node, likewise.
    pub(crate) fn node_text(
        &mut self,
        node: Node<'_>,
        name: &str,
        field: Option<Field>,
    ) -> Option<Located<Box<str>>> {
        let Some(text) = self.text(node) else {
            if !node.is_null() {
                self.say_wrong_type(node, name, "a text");
                self.declaration.unread.extend(field);
            }
            return None;
        };
        let trimmed = text.value.trim();
        (!trimmed.is_empty()).then(|| Located::new(trimmed.into(), text.position))
    }

    /// The items of a list field, without those that are null. What is no list is said; a single value
    /// is read in spite of it, a mapping leaves `field` unread.
    pub(crate) fn field_items<'d>(
        &mut self,
        parent: Node<'d>,
        at: &str,
        name: &str,
        field: Field,
    ) -> Vec<Node<'d>> {
        let Some(node) = parent.stated(name) else { return Vec::new() };
        if node.shape() != Shape::Sequence {
            self.say_wrong_type(node, &format!("{at}.{name}"), "a list");
        }
        let (limit, limit_name) = self.limit_of(field);
        let items = self.list(parent, name, field, limit, limit_name);
        items.into_iter().filter(|item| !item.is_null()).collect()
    }

    /// The same for items that are mappings with `key`: one that stands without its list is read, too.
    pub(crate) fn field_items_or_one<'d>(
        &mut self,
        parent: Node<'d>,
        at: &str,
        name: &str,
        field: Field,
        key: &str,
    ) -> Vec<Node<'d>> {
        match parent.stated(name).filter(|node| node.get(key).is_some()) {
            Some(alone) => {
                self.say_wrong_type(alone, &format!("{at}.{name}"), "a list");
                vec![alone]
            }
            None => self.field_items(parent, at, name, field),
        }
    }

    /// Notes fields that the format does not know, up to the limit on diagnostics.
    pub(crate) fn note_unknown_fields(&mut self, parent: Node<'_>, at: &str, known: &[&str], who: &str) {
        for entry in parent.entries().take(self.limits.diagnostics_max) {
            let key = entry.key.scalar().unwrap_or("?");
            if !known.contains(&key) {
                let message = format!("{} is not a field of `{at}` that {who} knows", quoted(key));
                let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message);
                self.remarks.push(remark.suggest("remove it, or correct its name"));
            }
        }
    }
}
