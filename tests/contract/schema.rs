//! Every file of `schema/` is what the code prints: `UPDATE_EXPECT=1 cargo test` writes them anew.

use catalog_server::{
    report::{
        AllPathsReport, BlastRadiusReport, CrawlPreviewReport, CrawlSummaryReport, DiagnosticsReport,
        EntitiesReport, EntityReport, GapsReport, NeedPathReport, OwnershipReport, PathOwnershipReport,
        SearchReport, StatusReport,
    },
    settings::Settings,
};
use expect_test::expect_file;
use schemars::{JsonSchema, generate::SchemaSettings};

fn check<T: JsonSchema>(file: &str, id: &str) {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".into(), id.into());
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    expect_file![super::workspace().join("schema").join(file)].assert_eq(&text);
}

#[test]
fn every_report_has_its_json_schema() {
    check::<AllPathsReport>("reports/owner-all-paths.schema.json", "catalog owner --all-paths");
    check::<BlastRadiusReport>("reports/blast-radius.schema.json", "catalog blast-radius");
    check::<CrawlPreviewReport>("reports/crawl-dry-run.schema.json", "catalog crawl --dry-run");
    check::<CrawlSummaryReport>("reports/crawl.schema.json", "catalog crawl");
    check::<DiagnosticsReport>("reports/diagnostics.schema.json", "catalog diagnostics");
    check::<EntitiesReport>("reports/list.schema.json", "catalog list");
    check::<EntityReport>("reports/show.schema.json", "catalog show");
    check::<GapsReport>("reports/gaps.schema.json", "catalog gaps");
    check::<NeedPathReport>("reports/need-path.schema.json", "catalog blast-radius --path-to");
    check::<OwnershipReport>("reports/owner.schema.json", "catalog owner, of an entity");
    check::<PathOwnershipReport>("reports/owner-path.schema.json", "catalog owner, of a path");
    check::<SearchReport>("reports/search.schema.json", "catalog search");
    check::<StatusReport>("reports/status.schema.json", "catalog status");
}

#[test]
fn settings_have_their_json_schema() {
    check::<Settings>("settings.schema.json", "catalog.toml");
}

#[test]
fn the_graphql_schema_is_committed() {
    let file = super::workspace().join("schema/catalog.graphql");
    expect_file![file].assert_eq(&catalog_server::graphql::schema_sdl());
}
