//! Every file of `schema/` is what the code prints: `UPDATE_EXPECT=1 cargo test` writes them anew.

use catalog_server::{
    additions::AdditionsDocument,
    report::{
        AllPathsReport, AuditReport, AuditVerdictReport, AvailabilityReport, BlastRadiusReport,
        BridgesReport, CallLimitsReport, ChangeCheckReport, CommentReport, ConcentrationReport,
        CrawlPreviewReport, CrawlSummaryReport, CyclesReport, DataClassesReport, DataReachReport,
        DiagnosticsReport, DifferenceReport, EntitiesReport, EntityReport, GapCensusReport, GapRuleReport,
        GapsReport, ImpactReport, JourneyReport, JourneysReport, LintReport, LongestChainsReport,
        NeedPathReport, OwnershipCensusReport, OwnershipReport, PathOwnershipReport, PoliciesReport,
        ProposalReport, RankReport, ReadinessReport, ResponsibilitiesReport, ReviewAnswersReport,
        ReviewCensusReport, ReviewReport, ReviewsReport, RolloutReport, SearchReport, SettingsReport,
        SharedFateReport, SinglePointsReport, StatusReport, StructureReport, TierInversionsReport,
        TokensReport,
    },
    settings::{PolicyDocument, Settings},
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
    check::<SettingsReport>("reports/config-show.schema.json", "catalog config show");
    check::<AuditReport>("reports/audit-show.schema.json", "catalog audit show");
    check::<AuditVerdictReport>("reports/audit-verify.schema.json", "catalog audit verify");
    check::<AvailabilityReport>("reports/slo.schema.json", "catalog slo");
    check::<BlastRadiusReport>("reports/blast-radius.schema.json", "catalog blast-radius");
    check::<BridgesReport>("reports/structure-bridges.schema.json", "catalog structure bridges");
    check::<CallLimitsReport>("reports/structure-call-limits.schema.json", "catalog structure call-limits");
    check::<ChangeCheckReport>("reports/check.schema.json", "catalog check");
    check::<CommentReport>("reports/comment.schema.json", "catalog comment");
    check::<ConcentrationReport>(
        "reports/structure-concentration.schema.json",
        "catalog structure concentration",
    );
    check::<CrawlPreviewReport>("reports/crawl-dry-run.schema.json", "catalog crawl --dry-run");
    check::<CrawlSummaryReport>("reports/crawl.schema.json", "catalog crawl");
    check::<CyclesReport>("reports/structure-cycles.schema.json", "catalog structure cycles");
    check::<DataClassesReport>("reports/data-classes.schema.json", "catalog data-reach, of all classes");
    check::<DataReachReport>("reports/data-reach.schema.json", "catalog data-reach");
    check::<DiagnosticsReport>("reports/diagnostics.schema.json", "catalog diagnostics");
    check::<DifferenceReport>("reports/diff.schema.json", "catalog diff");
    check::<EntitiesReport>("reports/list.schema.json", "catalog list");
    check::<EntityReport>("reports/show.schema.json", "catalog show");
    check::<GapCensusReport>("reports/report-gaps.schema.json", "catalog report gaps");
    check::<GapRuleReport>("reports/gap-rule.schema.json", "catalog gaps --explain");
    check::<GapsReport>("reports/gaps.schema.json", "catalog gaps");
    check::<ImpactReport>("reports/simulate.schema.json", "catalog simulate");
    check::<JourneyReport>("reports/journey.schema.json", "catalog journey");
    check::<JourneysReport>("reports/journeys.schema.json", "catalog journey, of all that are declared");
    check::<LintReport>("reports/lint.schema.json", "catalog lint");
    check::<LongestChainsReport>("reports/structure-chains.schema.json", "catalog structure chains");
    check::<NeedPathReport>("reports/need-path.schema.json", "catalog blast-radius --path-to");
    check::<OwnershipCensusReport>("reports/report-ownership.schema.json", "catalog report ownership");
    check::<OwnershipReport>("reports/owner.schema.json", "catalog owner, of an entity");
    check::<PathOwnershipReport>("reports/owner-path.schema.json", "catalog owner, of a path");
    check::<PoliciesReport>("reports/gate-policies.schema.json", "catalog gate --policies");
    check::<ProposalReport>("reports/init.schema.json", "catalog init");
    check::<RankReport>("reports/rank.schema.json", "catalog rank");
    check::<ReadinessReport>("reports/gate.schema.json", "catalog gate");
    check::<ResponsibilitiesReport>("reports/owner-for.schema.json", "catalog owner --for");
    check::<ReviewAnswersReport>("reports/review-answers.schema.json", "catalog review confirm and the like");
    check::<ReviewCensusReport>("reports/report-review.schema.json", "catalog report review");
    check::<ReviewReport>("reports/review.schema.json", "catalog review show");
    check::<ReviewsReport>("reports/review-list.schema.json", "catalog review list");
    check::<RolloutReport>("reports/rollout.schema.json", "catalog rollout");
    check::<SearchReport>("reports/search.schema.json", "catalog search");
    check::<SharedFateReport>("reports/structure-shared-fate.schema.json", "catalog structure shared-fate");
    check::<SinglePointsReport>(
        "reports/structure-single-points.schema.json",
        "catalog structure single-points",
    );
    check::<TokensReport>("reports/token-list.schema.json", "catalog token list");
    check::<StatusReport>("reports/status.schema.json", "catalog status");
    check::<StructureReport>("reports/structure.schema.json", "catalog structure");
    check::<TierInversionsReport>("reports/structure-inversions.schema.json", "catalog structure inversions");
}

#[test]
fn settings_have_their_json_schema() {
    check::<Settings>("settings.schema.json", "catalog.toml");
}

#[test]
fn policies_have_their_json_schema() {
    check::<PolicyDocument>("policy.schema.json", "a policy of catalog gate");
}

#[test]
fn additions_have_their_json_schema() {
    check::<AdditionsDocument>("additions.schema.json", "additions of catalog to a Backstage descriptor");
}

#[test]
fn everything_that_people_write_is_described() {
    for file in ["settings.schema.json", "policy.schema.json", "additions.schema.json"] {
        let text =
            std::fs::read_to_string(super::workspace().join("schema").join(file)).expect("it is there");
        let schema: serde_json::Value = serde_json::from_str(&text).expect("a schema is JSON");
        let mut open = vec![(file.to_owned(), &schema)];
        while let Some((at, value)) = open.pop() {
            // A map of properties is no schema, though a property may go by the name of one.
            let is_schema = !at.ends_with("/properties");
            let properties = value["properties"].as_object().filter(|_| is_schema);
            for (name, property) in properties.into_iter().flatten() {
                assert!(property["description"].is_string(), "{at}: `{name}` is not described");
            }
            let parts = value.as_object().into_iter().flatten();
            open.extend(parts.map(|(name, part)| (format!("{at}/{name}"), part)));
        }
    }
}

#[test]
fn the_graphql_schema_is_committed() {
    let file = super::workspace().join("schema/catalog.graphql");
    expect_file![file].assert_eq(&catalog_server::graphql::schema_sdl());
}
