//! From text to documents, one at a time: a broken one is a fault, and the next one is read.

use catalog_core::model::{DiagnosticCode, Position, grouped};
use serde_saphyr::granit_parser::{self, Event, Parser, StrInput};

use super::{
    YamlDocument, YamlVersion,
    build::{Builder, position_of, written_out_size},
    node::Content,
};
use crate::limits::ManifestLimits;

/// Why one document could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlFault {
    /// The document's index in the file, from 0.
    pub document: u32,
    /// [`DiagnosticCode::YamlSyntax`] or [`DiagnosticCode::YamlLimit`].
    pub code: DiagnosticCode,
    /// The place that shows it.
    pub position: Position,
    /// What was found.
    pub message: String,
    /// What to write instead.
    pub suggestion: Option<&'static str>,
}

/// Takes the documents of a file apart; documents that are null are counted but left out.
///
/// Follows YAML 1.2 with the core schema, without merge keys; a repeated key is a fault, as are an
/// unknown alias and one that stands inside the node it names. Time and memory are linear in the
/// text; what aliases would add is counted, never built.
pub fn read_yaml<'t>(text: &'t str, limits: &ManifestLimits) -> Vec<Result<YamlDocument<'t>, YamlFault>> {
    let options = granit_parser::options! {
        emit_comments: false,
        block_nesting_limit: limits.yaml_depth_max,
        flow_nesting_limit: limits.yaml_depth_max,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = Vec::new();
    let mut index = 0;
    let mut version = YamlVersion::default();
    loop {
        let outcome = read_document(&mut parser, index, &mut version, limits);
        let broken = match outcome {
            Ok(None) => return documents,
            Ok(Some(document)) => {
                if !document.root().is_null() {
                    documents.push(Ok(document));
                }
                false
            }
            Err(fault) => {
                documents.push(Err(fault));
                true
            }
        };
        if broken && !matches!(parser.proceed_next_document(), Ok(true)) {
            return documents;
        }
        index += 1;
        if usize::try_from(index).is_ok_and(|count| count >= limits.yaml_documents_max) {
            documents.extend(over_documents_max(&mut parser, index, limits).map(Err));
            return documents;
        }
    }
}

/// The fault of the first document beyond the limit, where there is one.
fn over_documents_max<'t>(
    parser: &mut Parser<'t, StrInput<'t>>,
    index: u32,
    limits: &ManifestLimits,
) -> Option<YamlFault> {
    for event in parser.by_ref() {
        let mark = match event {
            Ok((Event::DocumentStart(..), span)) => span.start,
            Err(error) => *error.marker(),
            Ok(_) => continue,
        };
        let limit = grouped(limits.yaml_documents_max);
        return Some(YamlFault {
            document: index,
            code: DiagnosticCode::YamlLimit,
            position: position_of(mark),
            message: format!(
                "the file has more documents than the limit `yaml.documents_max` of {limit}; the rest is not read"
            ),
            suggestion: Some("split the file"),
        });
    }
    None
}

/// Reads the next document; `None` at the end of the file.
fn read_document<'t>(
    parser: &mut Parser<'t, StrInput<'t>>,
    index: u32,
    version: &mut YamlVersion,
    limits: &ManifestLimits,
) -> Result<Option<YamlDocument<'t>>, YamlFault> {
    let mut builder = Builder::new(index, limits);
    loop {
        let Some(event) = parser.next_event() else { return Ok(None) };
        let (event, span) = event.map_err(|error| builder.scan_fault(&error))?;
        match event {
            Event::StreamEnd => return Ok(None),
            Event::DocumentStart(_, declared) => {
                // A version stays in force until another one is declared, as in YAML 1.1.
                match declared.map(|version| (version.major, version.minor)) {
                    Some((1, 1)) => *version = YamlVersion::V1_1,
                    Some(_) => *version = YamlVersion::V1_2,
                    None => {}
                }
                builder.version = *version;
            }
            Event::DocumentEnd => return Ok(Some(builder.finish())),
            Event::Scalar(text, style, anchor, tag) => {
                let scalar_type = builder.scalar_type(&text, style, tag.as_deref());
                let size = written_out_size(&text);
                let node = builder.push(Content::Scalar(text, scalar_type), span)?;
                builder.anchor(anchor, node, size);
                builder.attach(node, size)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                builder.open(Content::Sequence(Vec::new()), anchor, span)?;
            }
            Event::MappingStart(_, anchor, _) => builder.open(Content::Mapping(Vec::new()), anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            Event::Alias(anchor) => builder.alias(anchor, span)?,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::manifest::yaml::{Node, Shape};

    fn check(text: &str, expected: &Expect) {
        let mut lines = String::new();
        for document in read_yaml(text, &ManifestLimits::default()) {
            match document {
                Ok(document) => {
                    lines += &format!("{} {}\n", document.index, written(document.root()));
                }
                Err(fault) => {
                    let Position { line, column } = fault.position;
                    lines += &format!("{} {line}:{column} {}\n", fault.document, fault.message);
                }
            }
        }
        expected.assert_eq(&lines);
    }

    /// A node with its places; tests are not deep.
    fn written(node: Node<'_>) -> String {
        let Position { line, column } = node.position();
        let content = match node.shape() {
            Shape::Scalar(scalar_type) => format!("{scalar_type:?} {:?}", node.scalar().unwrap_or_default()),
            Shape::Sequence => format!("[{}]", node.items().map(written).collect::<Vec<_>>().join(", ")),
            Shape::Mapping => {
                let entry = |entry: crate::manifest::yaml::Entry<'_>| {
                    format!("{}: {}", written(entry.key), written(entry.value))
                };
                format!("{{{}}}", node.entries().map(entry).collect::<Vec<_>>().join(", "))
            }
        };
        format!("{line}:{column} {content}")
    }

    #[test]
    fn nodes_know_their_type_and_place() {
        check(
            "a: [yes, 5, \"5\"]\nü: ~\n",
            &expect![[r#"
            0 1:1 {1:1 Text "a": 1:4 [1:5 Text "yes", 1:10 Integer "5", 1:13 Text "5"], 2:1 Text "ü": 2:4 Null "~"}
        "#]],
        );
    }

    #[test]
    fn literal_text_keeps_what_looks_like_a_marker() {
        check(
            "a: |\n  ---\n  b\n---\nc\n",
            &expect![[r#"
            0 1:1 {1:1 Text "a": 2:3 Text "---\nb\n"}
            1 5:1 Text "c"
        "#]],
        );
    }

    #[test]
    fn a_broken_document_takes_no_neighbour() {
        check(
            "a: 1\n---\nb: [\n---\nc: \"open\n---\nd: 1\n...\n%YAML 1.9.9\n---\ne: 1\n--- f\n",
            &expect![[r#"
                0 1:1 {1:1 Text "a": 1:4 Integer "1"}
                1 3:4 unclosed bracket '['
                2 6:1 invalid indentation in multiline quoted scalar
                3 7:1 {7:1 Text "d": 7:4 Integer "1"}
                4 9:1 while scanning a directive, did not find expected comment or line break
                5 12:5 Text "f"
            "#]],
        );
    }

    #[test]
    fn empty_documents_are_counted_but_left_out() {
        check(
            "# nothing\n---\n---\n~\n--- a\n---\n",
            &expect![[r#"
            2 5:5 Text "a"
        "#]],
        );
        check("", &expect![[""]]);
        check("# nothing\n", &expect![[""]]);
    }

    #[test]
    fn keys_are_compared_by_value() {
        check(
            "{1: a, \"1\": b, ~: c}\n---\n{true: a, True: b}\n---\n{~: a, null: b}\n",
            &expect![[r#"
            0 1:1 {1:2 Integer "1": 1:5 Text "a", 1:8 Text "1": 1:13 Text "b", 1:16 Null "~": 1:19 Text "c"}
            1 3:11 the key `True` stands twice in one mapping, on lines 3 and 3
            2 5:8 the key `null` stands twice in one mapping, on lines 5 and 5
        "#]],
        );
    }

    #[test]
    fn tags_make_text_unless_the_core_schema_knows_them() {
        check(
            "[!x 5, !!str 5, !!int \"5\", !!binary 5, ! 5]\n",
            &expect![[r#"
            0 1:1 [1:5 Text "5", 1:14 Text "5", 1:23 Integer "5", 1:37 Text "5", 1:42 Text "5"]
        "#]],
        );
    }

    #[test]
    fn merge_keys_are_ordinary_keys() {
        check(
            "a: &a {b: 1}\nc: {<<: *a}\n",
            &expect![[r#"
            0 1:1 {1:1 Text "a": 1:7 {1:8 Text "b": 1:11 Integer "1"}, 2:1 Text "c": 2:4 {2:5 Text "<<": 1:7 {1:8 Text "b": 1:11 Integer "1"}}}
        "#]],
        );
    }
}
