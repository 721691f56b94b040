//! A text as YAML: every document has its places within the text, and stays within the limits.
#![no_main]

use catalog_fuzz::{Lines, small_limits};
use catalog_ingest::manifest::yaml::read_yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = small_limits();
    let lines = Lines::of(text.as_bytes());
    let pieces = read_yaml(text, &limits);
    assert_eq!(format!("{pieces:?}"), format!("{:?}", read_yaml(text, &limits)));
    assert!(pieces.len() <= limits.yaml_documents_max + 1, "{} documents", pieces.len());
    let mut last = None;
    for piece in &pieces {
        let index = match piece {
            Ok(document) => {
                assert!(document.nodes().count() <= limits.yaml_nodes_max);
                for node in document.nodes() {
                    lines.check(node.position(), "a node");
                    assert!(node.items().len() + node.entries().len() <= limits.yaml_nodes_max);
                }
                document.index
            }
            Err(fault) => {
                lines.check(fault.position, "a fault");
                assert!(!fault.message.is_empty());
                fault.document
            }
        };
        assert!(last.is_none_or(|last| last < index), "documents are out of order");
        last = Some(index);
    }
});
