//! `schema/codes.md`: every diagnostic, gap and exit code, listed once.

use std::{collections::BTreeSet, fmt::Write};

use catalog_core::{
    check::CHECK_RULES, gaps::RULES, model::DiagnosticCode, query::AVAILABILITY_RULES, readiness::BUILT_INS,
};
use catalog_ingest::api_change::ApiRule;
use catalog_server::{cli::ExitStatus, graphql::ErrorCode};
use expect_test::expect_file;

fn codes() -> String {
    let mut text = String::from(
        "# Codes\n\nStable names that other programs may rely on. This page is printed from the code.\n\n\
         ## Diagnostics\n\nRemarks on what was read; `catalog diagnostics` lists them.\n\n\
         | code | severity | meaning |\n| --- | --- | --- |\n",
    );
    for code in DiagnosticCode::ALL {
        writeln!(text, "| `{}` | {} | {} |", code.name(), code.severity().name(), code.summary())
            .expect("a text");
    }
    text.push_str("\n## Gaps\n\nHoles in ownership; `catalog gaps` lists them. Single gaps may be more or less severe.\n");
    for rule in RULES {
        write!(
            text,
            "\n### `{}` ({})\n\n{}\n\nWhy it matters: {}\n\nWhat to do: {}\n",
            rule.code,
            rule.severity.name(),
            rule.summary,
            rule.why,
            rule.remedy
        )
        .expect("a text");
    }
    text.push_str(
        "\n## Findings on availability\n\nWhat does not fit in what entities promise and expect; `catalog slo` lists them.\n\n\
         | code | severity | meaning | what to do |\n| --- | --- | --- | --- |\n",
    );
    for rule in AVAILABILITY_RULES {
        writeln!(text, "| `{}` | {} | {} | {} |", rule.code, rule.severity.name(), rule.summary, rule.remedy)
            .expect("a text");
    }
    text.push_str(
        "\n## Findings of the check\n\nWhat a change of a repository brings about; `catalog check` lists them, those of `[[check.rule]]` as `policy:NAME`.\n\n\
         | code | effect | meaning | what to do |\n| --- | --- | --- | --- |\n",
    );
    for rule in CHECK_RULES {
        writeln!(text, "| `{}` | {} | {} | {} |", rule.code, rule.effect.name(), rule.summary, rule.remedy)
            .expect("a text");
    }
    text.push_str(
        "\n## Differences between API definitions\n\nWhat `operation-changed` and `operation-removed` rest on.\n\n\
         | code | meaning |\n| --- | --- |\n",
    );
    for rule in ApiRule::ALL {
        writeln!(text, "| `{}` | {} |", rule.name(), rule.summary()).expect("a text");
    }
    text.push_str(
        "\n## Demands\n\nWhat a check of a policy can demand without an expression; `catalog gate` holds entities against policies.\n\n\
         | demand | what is asked | why it matters | what to do |\n| --- | --- | --- | --- |\n",
    );
    for built_in in BUILT_INS {
        writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            built_in.code, built_in.title, built_in.why, built_in.remedy
        )
        .expect("a text");
    }
    text.push_str(
        "\n## GraphQL errors\n\nTop-level errors, by `extensions.code`. A name that is not in the catalog is data, not an error.\n\n\
         | code | HTTP status | meaning |\n| --- | --- | --- |\n",
    );
    for code in ErrorCode::ALL {
        writeln!(text, "| `{}` | {} | {} |", code.name(), code.http_status(), code.summary())
            .expect("a text");
    }
    text.push_str("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n");
    for status in ExitStatus::ALL {
        writeln!(text, "| {} | {} |", status as u8, status.summary()).expect("a text");
    }
    text
}

#[test]
fn codes_are_listed() {
    expect_file![super::workspace().join("schema/codes.md")].assert_eq(&codes());
}

#[test]
fn codes_are_distinct() {
    let diagnostics = DiagnosticCode::ALL.iter().map(|code| code.name());
    let findings = AVAILABILITY_RULES.iter().map(|rule| rule.code);
    let names: Vec<&str> = diagnostics.chain(RULES.iter().map(|rule| rule.code)).chain(findings).collect();
    let distinct: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
}
