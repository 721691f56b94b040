//! Every case in `test_data/asyncapi`, as a person reads it.

use std::fmt::Write;

use catalog_core::model::{FoundBy, ManifestFormat};

use crate::manifest::reading::trials::{check_cases, read_as};

#[test]
fn every_case_reads_as_expected() {
    check_cases(ManifestFormat::Asyncapi);
}

#[test]
fn many_servers_times_many_channels_end_at_the_limit() {
    let (mut servers, mut channels) = (String::new(), String::new());
    for number in 0..3_000 {
        writeln!(servers, "  s{number}: {{url: h{number}.example}}").expect("a string takes everything");
        writeln!(channels, "  c{number}: {{publish: {{}}}}").expect("a string takes everything");
    }
    let text = format!("asyncapi: 2.0.0\ninfo: {{title: a}}\nservers:\n{servers}channels:\n{channels}");
    let reading = read_as(ManifestFormat::Asyncapi, "asyncapi.yaml", text.as_bytes(), FoundBy::Name);
    let relations = reading.documents[0].declaration.as_ref().map(|it| it.relations.len());
    assert_eq!(relations, Some(1_000));
    let messages: Vec<&str> = reading.diagnostics.iter().map(|diagnostic| &*diagnostic.message).collect();
    assert_eq!(
        messages,
        [
            "with `dependsOn` the document has more relations than the limit `entity.relations_max` of 1,000; the rest is not read"
        ]
    );
}
