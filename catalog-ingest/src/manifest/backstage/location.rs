//! The targets of a `Location` document, as written.

use catalog_core::model::Position;

use crate::manifest::{
    LocationTarget,
    reading::without_secrets,
    yaml::{Node, Shape},
};

/// Reads `spec.target` and `spec.targets`; what is no text was said before and is passed over.
///
/// Gives at most `targets_max` targets.
pub(super) fn read_targets(spec: Node<'_>, document: u32, targets_max: usize) -> Vec<LocationTarget> {
    let location_type = spec.get("type").and_then(Node::text).filter(|text| !text.is_empty());
    let required = spec.get("presence").and_then(Node::text) != Some("optional");
    let one = spec.get("target").into_iter();
    let many = spec.get("targets").into_iter().flat_map(|targets| {
        let is_value = matches!(targets.shape(), Shape::Scalar(_));
        is_value.then_some(targets).into_iter().chain(targets.items())
    });
    one.chain(many)
        .filter_map(|node| Some((node.position(), node.text().filter(|text| !text.is_empty())?)))
        .take(targets_max)
        .map(|(position, target): (Position, &str)| LocationTarget {
            document,
            position,
            location_type: location_type.map(Into::into),
            target: without_secrets(target).into(),
            required,
        })
        .collect()
}
