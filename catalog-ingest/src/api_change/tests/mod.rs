//! What a change to a definition does, format by format, and what hostile texts do not.

mod asyncapi;
mod graphql;
mod hostile;
mod names;
mod openapi;
mod protobuf;
mod random;

use std::{collections::BTreeMap, fmt::Write};

use catalog_core::model::ContentId;
use expect_test::Expect;

use super::{ApiChange, Definition, DefinitionPlace, compare, read_definition};
use crate::{limits::DefinitionLimits, manifest::Siblings};

/// The other files of a commit.
#[derive(Default)]
struct Files(BTreeMap<&'static str, &'static str>);

impl Siblings for Files {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        self.0.get(path).map(|text| (ContentId([1; 20]), text.as_bytes().to_vec()))
    }
}

fn read(path: &str, text: &str) -> Definition {
    read_definition(path, text.as_bytes(), &Files::default(), &DefinitionLimits::default())
        .expect("the text is a definition")
}

fn change(path: &str, before: &str, after: &str) -> ApiChange {
    compare(&read(path, before), &read(path, after), &DefinitionLimits::default())
}

/// Compares two texts and shows the outcome; also that each of them does not differ from itself.
fn check(path: &str, before: &str, after: &str, expected: &Expect) {
    for text in [before, after] {
        let same = change(path, text, text);
        assert!(same.operations.is_empty() && same.changes.is_empty(), "{same:?}");
    }
    expected.assert_eq(&shown(&change(path, before, after)));
}

/// A change as lines: differences with their number, then the operations with those that they meet.
fn shown(change: &ApiChange) -> String {
    let place = |place: &DefinitionPlace| format!("{}:{}", place.position.line, place.position.column);
    let mut text = String::new();
    for (index, it) in change.changes.iter().enumerate() {
        let at = it.place.as_ref().map_or("-".to_owned(), place);
        let (compatibility, rule) = (it.compatibility.name(), it.rule.name());
        writeln!(text, "{index} {compatibility} {rule} {at} {}", it.message)
            .expect("a string takes everything");
    }
    for it in &change.operations {
        let (fate, compatibility, at) = (it.fate.name(), it.compatibility.name(), place(&it.place));
        writeln!(text, "{fate} {} {compatibility} {at} {:?}", it.operation, it.changes)
            .expect("a string takes everything");
    }
    for it in &change.unknowns {
        let path = it.path.as_deref().unwrap_or_default();
        writeln!(text, "unknown {} {path}:{} {}", it.code.name(), it.position.line, it.message)
            .expect("a string takes everything");
    }
    text
}
