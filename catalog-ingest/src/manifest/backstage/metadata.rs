//! The shape of `metadata`: names, labels, annotations, tags and links.

use catalog_core::model::{DiagnosticCode, Severity};

use super::{
    absolute_url::is_absolute_url,
    document::{expect_shape, judge_text},
    field_format::{
        KEY_RULE, NAME_RULE, NAMESPACE_RULE, TAG_RULE, as_name, as_tag, is_key, is_label_value, is_name,
        is_namespace, is_tag,
    },
    placeholder::is_placeholder,
};
use crate::manifest::{
    reading::{Remark, Remarks, quoted},
    yaml::{Node, Shape},
};

/// Judges the fields of `metadata` that have rules; others may hold anything.
pub(super) fn judge_metadata(metadata: Node<'_>, remarks: &mut Remarks<'_>) {
    match metadata.get("name") {
        Some(name) => judge_name(name, "name", is_name, NAME_RULE, remarks),
        None => {
            let remark = Remark::missing(metadata, "metadata.name");
            remarks.push(remark.suggest("add `name: …`"));
        }
    }
    if let Some(namespace) = metadata.get("namespace") {
        judge_name(namespace, "namespace", is_namespace, NAMESPACE_RULE, remarks);
    }
    for (field, chars_min) in [("uid", 1), ("etag", 1), ("title", 1), ("description", 0)] {
        if let Some(node) = metadata.get(field) {
            judge_text(node, &format!("metadata.{field}"), chars_min, remarks);
        }
    }
    if let Some(labels) = metadata.get("labels") {
        judge_map(labels, "labels", true, remarks);
    }
    if let Some(annotations) = metadata.get("annotations") {
        judge_map(annotations, "annotations", false, remarks);
    }
    if let Some(tags) = metadata.get("tags")
        && expect_shape(tags, Shape::Sequence, "metadata.tags", remarks)
    {
        tags.items().for_each(|tag| judge_tag(tag, remarks));
    }
    if let Some(links) = metadata.get("links")
        && expect_shape(links, Shape::Sequence, "metadata.links", remarks)
    {
        links.items().for_each(|link| judge_link(link, remarks));
    }
}

fn judge_name(
    node: Node<'_>,
    field: &str,
    is_valid: fn(&str) -> bool,
    rule: &str,
    remarks: &mut Remarks<'_>,
) {
    let remark = match node.text() {
        Some(text) if is_valid(text) => return,
        Some(text) => {
            let message = format!("`metadata.{field}` is {}, expected {rule}", quoted(text));
            let near =
                as_name(text).map(|name| if field == "namespace" { name.to_ascii_lowercase() } else { name });
            Remark::new(DiagnosticCode::FieldFormat, node, message).suggest_maybe(
                near.filter(|near| is_valid(near)).map(|near| format!("write `{field}: {near}`")),
            )
        }
        None => {
            let message = format!("`metadata.{field}` is {}, expected a text", node.described());
            Remark::new(DiagnosticCode::WrongType, node, message).suggest_maybe(
                node.scalar()
                    .filter(|text| !node.is_null() && is_valid(text))
                    .map(|text| format!("put it in quotes: `{field}: \"{text}\"`")),
            )
        }
    };
    remarks.push(remark.problem(format!("metadata.{field} is not valid")));
}

/// Judges `labels`, whose values have a format, or `annotations`, whose values are any text.
fn judge_map(node: Node<'_>, field: &str, is_labels: bool, remarks: &mut Remarks<'_>) {
    if !expect_shape(node, Shape::Mapping, &format!("metadata.{field}"), remarks) {
        return;
    }
    let what = if is_labels { "label" } else { "annotation" };
    for entry in node.entries() {
        let key = entry.key.scalar().unwrap_or("?");
        let problem = format!("metadata.{field} {key} is not valid");
        if !is_key(key) {
            let message = format!("the key {} of this {what} is none, expected {KEY_RULE}", quoted(key));
            let remark = Remark::new(DiagnosticCode::FieldFormat, entry.key, message);
            remarks.push(remark.problem(problem.clone()));
        }
        let remark = match entry.value.text() {
            Some(text) if !is_labels || is_label_value(text) => continue,
            None if is_placeholder(entry.value) => continue,
            Some(text) => {
                let message = format!(
                    "the {what} {} is {}, expected nothing or {NAME_RULE}",
                    quoted(key),
                    quoted(text)
                );
                Remark::new(DiagnosticCode::FieldFormat, entry.value, message).suggest_maybe(
                    as_name(text).map(|near| format!("write `{key}: {near}`, or make it an annotation")),
                )
            }
            None => {
                let message =
                    format!("the {what} {} is {}, expected a text", quoted(key), entry.value.described());
                let scalar = entry.value.scalar().filter(|_| !entry.value.is_null());
                Remark::new(DiagnosticCode::WrongType, entry.value, message)
                    .suggest_maybe(scalar.map(|text| format!("put it in quotes: `{key}: \"{text}\"`")))
            }
        };
        remarks.push(remark.problem(problem));
    }
}

fn judge_tag(tag: Node<'_>, remarks: &mut Remarks<'_>) {
    let remark = match tag.text() {
        Some(text) if is_tag(text) => return,
        None if is_placeholder(tag) => return,
        Some(text) => {
            let message = format!("the tag is {}, expected {TAG_RULE}", quoted(text));
            Remark::new(DiagnosticCode::FieldFormat, tag, message)
                .suggest_maybe(as_tag(text).map(|near| format!("write `{near}`")))
        }
        None => {
            let message = format!("the tag is {}, expected a text", tag.described());
            Remark::new(DiagnosticCode::WrongType, tag, message)
        }
    };
    remarks.push(remark.problem("metadata.tags is not valid"));
}

fn judge_link(link: Node<'_>, remarks: &mut Remarks<'_>) {
    let mut fault = |node: Node<'_>, message: String, suggestion: Option<&str>| {
        let remark = Remark::new(DiagnosticCode::LinkFormat, node, message)
            .problem("metadata.links is not valid")
            .suggest_maybe(suggestion.map(Into::into));
        remarks.push(remark.severity(Severity::Warning));
    };
    if !link.is_mapping() || is_placeholder(link) {
        return fault(
            link,
            format!("the link is {}, expected a mapping with a `url`", link.described()),
            None,
        );
    }
    match link.get("url") {
        None => fault(link, "the link has no `url`".to_owned(), Some("add `url: https://…`")),
        Some(url) => match url.text() {
            Some(text) if is_absolute_url(text) => {}
            None if is_placeholder(url) => {}
            Some(text) => fault(
                url,
                format!("the link leads to {}, expected an absolute URL", quoted(text)),
                Some("write it with its scheme, as in `https://example.com`"),
            ),
            None => {
                fault(url, format!("the `url` of the link is {}, expected a text", url.described()), None);
            }
        },
    }
    for (part, may_be_blank) in [("title", false), ("icon", false), ("type", true)] {
        let Some(node) = link.get(part) else { continue };
        match node.text() {
            Some(text) if !text.is_empty() && (may_be_blank || !text.trim().is_empty()) => {}
            None if is_placeholder(node) => {}
            Some(_) => {
                fault(node, format!("the `{part}` of the link is empty"), Some("remove it, or fill it"));
            }
            None => fault(
                node,
                format!("the `{part}` of the link is {}, expected a text", node.described()),
                None,
            ),
        }
    }
}
