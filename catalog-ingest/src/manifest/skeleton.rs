//! Template markup: files that become manifests when a template is filled in, and are none yet.

use crate::manifest::yaml::Node;

/// Whether a text holds the markup of Nunjucks, Jinja, Handlebars or Go templates.
pub(super) fn has_markup(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Whether a text that is no YAML is a skeleton: it has markup and does not declare a Template,
/// whose steps hold markup by nature.
pub(super) fn is_skeleton_text(text: &str) -> bool {
    has_markup(text) && !text.lines().any(|line| line.trim_end() == "kind: Template")
}

/// Whether kind or name of a document are to be filled in.
pub(super) fn is_skeleton(root: Node<'_>, text: &str) -> bool {
    let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
    name.into_iter().chain(root.get("kind")).any(|node| match node.scalar() {
        Some(scalar) => has_markup(scalar),
        // Without quotes, `{{ name }}` is a mapping whose key is a mapping.
        None => begins_with_markup(node, text),
    })
}

fn begins_with_markup(node: Node<'_>, text: &str) -> bool {
    let position = node.position();
    let (Ok(line), Ok(column)) = (usize::try_from(position.line), usize::try_from(position.column)) else {
        return false;
    };
    let rest: Option<String> = text
        .lines()
        .nth(line.saturating_sub(1))
        .map(|line| line.chars().skip(column.saturating_sub(1)).take(2).collect());
    matches!(rest.as_deref(), Some("{{" | "{%"))
}
