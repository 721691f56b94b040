//! The published schemas of formats, as tables: which fields a mapping may have, and what each holds.
//!
//! What breaks a table is a problem, so that the document is not strict; nothing is read here. The
//! recursion goes as deep as a table, whatever the input is.

use catalog_core::model::{DiagnosticCode, Severity};

use super::{Remark, Remarks, quoted};
use crate::manifest::yaml::{Node, ScalarType, Shape};

/// What a value has to be.
pub(crate) enum Rule {
    /// Anything at all.
    Any,
    /// A text of at least so many characters.
    Text(usize),
    /// A text that follows a rule of its own.
    Formatted(&'static Format),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number.
    Number,
    /// A number, or a text that stands for one.
    NumberOrText,
    /// A truth value.
    Boolean,
    /// A list whose items follow one rule.
    List(&'static Rule),
    /// A list of at least so many items that follow one rule.
    ListOf(usize, &'static Rule),
    /// A mapping with these fields and no others.
    Closed(&'static [FieldRule]),
    /// A mapping with these fields, and any others.
    Open(&'static [FieldRule]),
}

/// A rule about texts.
pub(crate) struct Format {
    /// Whether a text follows it.
    pub(crate) is_valid: fn(&str) -> bool,
    /// What is expected, in words.
    pub(crate) expected: &'static str,
    /// What is said of a text that does not.
    pub(crate) code: DiagnosticCode,
}

/// A field of a mapping.
pub(crate) struct FieldRule {
    name: &'static str,
    rule: &'static Rule,
    is_required: bool,
}

/// A field that may be left out.
pub(crate) const fn may(name: &'static str, rule: &'static Rule) -> FieldRule {
    FieldRule { name, rule, is_required: false }
}

/// A field that has to be there.
pub(crate) const fn must(name: &'static str, rule: &'static Rule) -> FieldRule {
    FieldRule { name, rule, is_required: true }
}

/// Any text.
pub(crate) static TEXT: Rule = Rule::Text(0);
/// A text that is not empty.
pub(crate) static FILLED_TEXT: Rule = Rule::Text(1);
/// A list of texts.
pub(crate) static TEXTS: Rule = Rule::List(&TEXT);
/// A mapping of anything.
pub(crate) static MAPPING: Rule = Rule::Open(&[]);
/// An absolute URI.
pub(crate) static URI: Rule = Rule::Formatted(&Format {
    is_valid: is_uri,
    expected: "an absolute URL, as in `https://example.com`",
    code: DiagnosticCode::LinkFormat,
});

/// Holds documents against tables.
pub(crate) struct Judge<'r, 'f> {
    pub(crate) remarks: &'r mut Remarks<'f>,
    /// Whether null stands for a field that is left out, and not for a value of another type.
    pub(crate) null_is_absent: bool,
}

impl Judge<'_, '_> {
    /// Judges a value that diagnostics call `name`; the root of a document has an empty name.
    pub(crate) fn judge(&mut self, node: Node<'_>, rule: &Rule, name: &str) {
        if node.is_null() && self.null_is_absent {
            return;
        }
        match rule {
            Rule::Any => {}
            Rule::Text(chars_min) => {
                let expected = match chars_min {
                    0 | 1 => "a text that is not empty".to_owned(),
                    _ => format!("a text of {chars_min} characters or more"),
                };
                self.expect_text(node, name, |text| text.chars().count() >= *chars_min, &expected);
            }
            Rule::Formatted(format) => self.judge_format(node, format, name),
            Rule::Word(words) => self.judge_word(node, words, name),
            Rule::Number => {
                self.expect_type(node, name, "a number", &[ScalarType::Integer, ScalarType::Float]);
            }

            Rule::NumberOrText => self.expect_type(
                node,
                name,
                "a number",
                &[ScalarType::Integer, ScalarType::Float, ScalarType::Text],
            ),
            Rule::Boolean => self.expect_type(node, name, "`true` or `false`", &[ScalarType::Boolean]),
            Rule::List(item) => self.judge_list(node, 0, item, name),
            Rule::ListOf(items_min, item) => self.judge_list(node, *items_min, item, name),
            Rule::Closed(fields) => self.judge_fields(node, fields, true, name, &[]),
            Rule::Open(fields) => self.judge_fields(node, fields, false, name, &[]),
        }
    }

    /// Judges a mapping, but passes over the values of some of its fields, which were judged already.
    pub(crate) fn judge_but(&mut self, node: Node<'_>, rule: &Rule, name: &str, judged: &[&str]) {
        match rule {
            Rule::Closed(fields) => self.judge_fields(node, fields, true, name, judged),
            _ => self.judge(node, rule, name),
        }
    }

    fn judge_fields(
        &mut self,
        node: Node<'_>,
        fields: &[FieldRule],
        is_closed: bool,
        name: &str,
        judged: &[&str],
    ) {
        if !node.is_mapping() {
            return self.wrong_type(node, name, "a mapping");
        }
        if is_closed {
            for entry in node.entries() {
                let key = entry.key.scalar().unwrap_or("?");
                if fields.iter().all(|field| field.name != key) {
                    self.unknown_field(entry.key, key, fields, name);
                }
            }
        }
        for field in fields.iter().filter(|field| !judged.contains(&field.name)) {
            let field_name = joined(name, field.name);
            let value = node.get(field.name).filter(|value| !(self.null_is_absent && value.is_null()));
            match value {
                Some(value) => self.judge(value, field.rule, &field_name),
                None if field.is_required => {
                    let remark =
                        Remark::missing(node, &field_name).suggest(format!("add `{}: …`", field.name));
                    self.remarks.push(remark);
                }
                None => {}
            }
        }
    }

    fn unknown_field(&mut self, node: Node<'_>, key: &str, fields: &[FieldRule], name: &str) {
        let folded = |text: &str| {
            text.to_ascii_lowercase().replace(['-', '_', ' '], "").trim_end_matches('s').to_owned()
        };
        let near = fields.iter().find(|field| folded(field.name) == folded(key));
        let (code, message) = if name.is_empty() {
            let message = format!("the root field {} is none that the format knows", quoted(key));
            (DiagnosticCode::UnknownRootField, message)
        } else {
            let message = format!("{} is not a field of `{name}`", quoted(key));
            (DiagnosticCode::UnknownField, message)
        };
        let remark = Remark::new(code, node, message)
            .problem(format!("unknown field {}", joined(name, key)))
            .suggest(match near {
                Some(field) => format!("write `{}`", field.name),
                None => "remove it, or move it into the extension place of the format".to_owned(),
            });
        self.remarks.push(remark);
    }

    fn judge_list(&mut self, node: Node<'_>, items_min: usize, item: &Rule, name: &str) {
        if node.shape() != Shape::Sequence {
            return self.wrong_type(node, name, "a list");
        }
        if node.items().len() < items_min {
            let message = format!("`{name}` has {} items, expected {items_min} or more", node.items().len());
            let remark = Remark::new(DiagnosticCode::FieldFormat, node, message);
            self.remarks.push(remark.problem(format!("{name} is not valid")));
        }
        for (index, node) in node.items().enumerate() {
            self.judge(node, item, &format!("{name}[{index}]"));
        }
    }

    fn judge_format(&mut self, node: Node<'_>, format: &Format, name: &str) {
        let Some(text) = node.text() else { return self.wrong_type(node, name, "a text") };
        if !(format.is_valid)(text) {
            let message = format!("`{name}` is {}, expected {}", quoted(text), format.expected);
            let remark = Remark::new(format.code, node, message).severity(Severity::Warning);
            self.remarks.push(remark.problem(format!("{name} is not valid")));
        }
    }

    fn judge_word(&mut self, node: Node<'_>, words: &[&str], name: &str) {
        if node.text().is_some_and(|text| words.contains(&text)) {
            return;
        }
        let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        let (code, found) = match node.text() {
            Some(text) => (DiagnosticCode::ValueUnknown, quoted(text)),
            None => (DiagnosticCode::WrongType, node.described().to_owned()),
        };
        let message = format!("`{name}` is {found}, expected {}", listed.join(", "));
        let near =
            words.iter().find(|word| node.scalar().is_some_and(|text| word.eq_ignore_ascii_case(text)));
        let remark = Remark::new(code, node, message)
            .problem(format!("{name} is not valid"))
            .suggest_maybe(near.map(|word| format!("write `{word}`")));
        self.remarks.push(if node.is_null() { remark.severity(Severity::Warning) } else { remark });
    }

    fn expect_text(&mut self, node: Node<'_>, name: &str, is_valid: impl Fn(&str) -> bool, expected: &str) {
        match node.text() {
            Some(text) if is_valid(text) => {}
            Some(text) => {
                let message = format!("`{name}` is {}, expected {expected}", quoted(text));
                let remark = Remark::new(DiagnosticCode::FieldFormat, node, message);
                self.remarks.push(remark.problem(format!("{name} is not valid")));
            }
            None => self.wrong_type(node, name, "a text"),
        }
    }

    fn expect_type(&mut self, node: Node<'_>, name: &str, expected: &str, types: &[ScalarType]) {
        if !matches!(node.shape(), Shape::Scalar(scalar_type) if types.contains(&scalar_type)) {
            self.wrong_type(node, name, expected);
        }
    }

    /// Says that a value is of another type than its format wants.
    pub(crate) fn wrong_type(&mut self, node: Node<'_>, name: &str, expected: &str) {
        let shown = if name.is_empty() { "the document".to_owned() } else { format!("`{name}`") };
        let message = format!("{shown} is {}, expected {expected}", node.described());
        let remark = Remark::new(DiagnosticCode::WrongType, node, message)
            .problem(format!("{} is not valid", if name.is_empty() { "the document" } else { name }));
        self.remarks.push(match (node.scalar(), expected) {
            (Some(_), _) if node.is_null() => {
                remark.severity(Severity::Warning).suggest("give it a value, or remove it")
            }
            (Some(text), "a text") => remark.suggest(format!("put it in quotes: `\"{text}\"`")),
            (Some(text), "a list") => {
                remark.suggest(format!("write `{}: [{text}]`", name.rsplit('.').next().unwrap_or(name)))
            }
            _ => remark,
        });
    }
}

fn joined(name: &str, field: &str) -> String {
    if name.is_empty() { field.to_owned() } else { format!("{name}.{field}") }
}

/// Whether a text is an absolute URI as RFC 3986 writes one, as far as its characters tell.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !rest.trim_start_matches('/').is_empty()
        && !rest.contains(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_absolute() {
        for text in ["https://example.com/a?b=c#d", "mailto:a@example.com", "ws-1+x.y:z"] {
            assert!(is_uri(text), "{text}");
        }
        for text in ["", "example.com", "https://", "1a:b", "a b:c", "https://a b", "https://{{ host }}"] {
            assert!(!is_uri(text), "{text}");
        }
    }
}
