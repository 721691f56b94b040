//! Template markup: files that become manifests when a template is filled in, and are none yet.

use catalog_core::model::DiagnosticCode;

use super::{Place, Remark};
use crate::manifest::yaml::Node;

/// Whether a text holds the markup of Nunjucks, Jinja, Handlebars or Go templates.
pub(crate) fn has_markup(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Whether a text that is no YAML is a skeleton: it has markup and does not declare a Template of
/// Backstage, whose steps hold markup by nature.
pub(crate) fn is_skeleton_text(text: &str) -> bool {
    has_markup(text) && !text.lines().any(|line| line.trim_end() == "kind: Template")
}

/// Whether any of the nodes that name what a document declares is to be filled in.
pub(crate) fn is_skeleton<'d>(names: impl IntoIterator<Item = Node<'d>>) -> bool {
    names.into_iter().any(|node| match node.scalar() {
        Some(scalar) => has_markup(scalar),
        // Without quotes, `{{ name }}` is a mapping whose key is a mapping.
        None => node.entries().next().is_some_and(|entry| entry.key.is_mapping()),
    })
}

/// The note that stands for everything that could be said about a skeleton.
pub(crate) fn skeleton_note() -> Remark {
    let message = "the file holds template markup, and is a skeleton of manifests";
    Remark::new(DiagnosticCode::TemplateSkeleton, Place::default(), message)
}
