//! The catalog's own additions, in the place that a format of evidence leaves for others.

use catalog_core::model::Field;

use crate::manifest::{
    reading::{Reader, read_additions},
    yaml::Node,
};

/// The additions by the keys that state them.
const ADDITIONS: [(&str, Field); 5] = [
    ("tier", Field::Tier),
    ("slo", Field::Slo),
    ("needs", Field::Needs),
    ("deployedTo", Field::DeployedTo),
    ("dataClass", Field::DataClass),
];

/// Reads the additions out of a mapping, which diagnostics call `at`, and lists what they state.
pub(crate) fn read_own_additions(reader: &mut Reader<'_, '_>, mapping: Node<'_>, at: &str) {
    read_additions(reader, mapping, at);
    for (key, field) in ADDITIONS {
        let is_stated = mapping.stated(key).is_some();
        if is_stated && !reader.declaration.additions.contains(&field) {
            reader.declaration.additions.push(field);
        }
    }
}
