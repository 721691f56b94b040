//! Annotations: facts of a format that have no field of ours, under keys that name the format.

use catalog_core::model::{DiagnosticCode, Field, Located, Severity};

use super::{LABELS_MAX, Place, Reader, Remark};
use crate::manifest::yaml::{Node, Shape};

/// The annotation of a chat channel that an entity is talked about in.
const SLACK_CHANNEL: &str = "slack.com/channel";

impl Reader<'_, '_> {
    /// Keeps a fact. The first value of a key stays; what is over the limit is said and left out.
    pub(crate) fn annotate(&mut self, key: &str, value: Located<Box<str>>) {
        let annotations = &self.declaration.annotations;
        if annotations.iter().all(|(known, _)| **known != *key)
            && self.has_room(Place::from(value.position), annotations.len(), key, Field::Annotations)
        {
            self.declaration.annotations.push((key.into(), value));
        }
    }

    /// The same under the first of `key`, `key-2`, `key-3` … that is free; a value that is there
    /// already is kept once.
    pub(crate) fn annotate_too(&mut self, key: &str, value: Located<Box<str>>) {
        let mut number = 1_usize;
        for (known, present) in &self.declaration.annotations {
            let is_numbered = known.strip_prefix(key).is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('-').is_some_and(|of| of.parse::<usize>().is_ok())
            });
            if is_numbered {
                if present.value == value.value {
                    return;
                }
                number += 1;
            }
        }
        let key = if number == 1 { key.to_owned() } else { format!("{key}-{number}") };
        self.annotate(&key, value);
    }

    /// Keeps a chat channel, with or without its `#`.
    pub(crate) fn add_channel(&mut self, channel: &Located<Box<str>>) {
        let name = channel.value.trim_start_matches('#');
        if !name.is_empty() {
            self.annotate_too(SLACK_CHANNEL, Located::new(name.into(), channel.position));
        }
    }

    /// Keeps a field that is a text, or a list of texts, with `, ` between them; anything else is passed over.
    pub(crate) fn annotate_text(&mut self, parent: Node<'_>, name: &str, key: &str) {
        if let Some(text) = parent.get(name).and_then(|node| self.flat_text(node))
            && !text.value.trim().is_empty()
        {
            self.annotate(key, text);
        }
    }

    /// Keeps every entry of a mapping as an annotation `prefix` + key, but for those to `skip`.
    pub(crate) fn keep_facts(&mut self, node: Node<'_>, at: &str, prefix: &str, skip: &[&str]) {
        let (count, limit) = (node.entries().len(), self.limits.entity_labels_max);
        if !self.is_within(node, count, limit, LABELS_MAX, at, Field::Annotations) {
            return;
        }
        for entry in node.entries() {
            let Some(key) = entry.key.scalar().filter(|key| !key.is_empty() && !skip.contains(key)) else {
                continue;
            };
            let key = self.without_secret(entry.key, key);
            self.keep_fact(entry.value, &format!("{at}.{key}"), &format!("{prefix}{key}"));
        }
    }

    /// Keeps one value as an annotation; what is deeper than a list of texts is said and left out.
    pub(crate) fn keep_fact(&mut self, node: Node<'_>, name: &str, key: &str) {
        if node.is_null() {
            return;
        }
        let is_deep = node.items().any(|item| item.scalar().is_none());
        match self.flat_text(node).filter(|_| !is_deep) {
            Some(text) if !text.value.trim().is_empty() => self.annotate(key, text),
            Some(_) => {}
            None => {
                let message = format!("`{name}` is {}, which the catalog has no place for", node.described());
                let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message);
                self.remarks.push(remark.severity(Severity::Note));
            }
        }
    }

    /// A text, or the texts of a list in one.
    fn flat_text(&mut self, node: Node<'_>) -> Option<Located<Box<str>>> {
        if node.shape() != Shape::Sequence {
            return self.text(node);
        }
        let texts: Vec<Box<str>> = node.items().filter_map(|item| Some(self.text(item)?.value)).collect();
        Some(Located::new(texts.join(", ").into(), node.position()))
    }
}
