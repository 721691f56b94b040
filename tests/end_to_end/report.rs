//! Reports that are handed on: what they say, that they can be made again, and that they harm nobody.

use std::fs;

use expect_test::{Expect, expect};

use crate::{
    acme::{self, WORLD},
    support::{World, rows, schema, text},
};

const AT: &str = "2026-11-22T00:00:00Z";

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check_markdown(report: &str, expected: Expect) {
    let page = WORLD.run(&format!("report {report} --at {AT} --format markdown")).ends_with(0);
    let mut shown = page.stdout;
    for row in rows(&WORLD.json("status"), "repositories") {
        shown = shown.replace(text(row, "observedAt"), "<now>");
    }
    let version = format!("catalog {}", env!("CARGO_PKG_VERSION"));
    expected.assert_eq(&shown.replace(&version, "catalog <version>"));
}

#[test]
fn ownership_as_a_lead_and_an_auditor_read_it() {
    check_markdown(
        "ownership",
        expect![[r#"
            ## Ownership

            4 entities must have an owner: 3 owned, 0 whose owner is not declared, 1 unowned, 0 unknown; 1 of them are critical: 1 owned, 0 whose owner is not declared, 0 unowned, 0 unknown

            ## Coverage

            repositories by what could be read of them

            | repositories | read, with a catalog manifest | read, without one | unreadable, known from before | unreadable, nothing known |
            | --- | --- | --- | --- | --- |
            | all | 3 | 1 | 0 | 0 |

            entities that must have an owner, by whether they have one

            | entities | owned | owner not declared | unowned | unknown |
            | --- | --- | --- | --- | --- |
            | all | 3 | 0 | 1 | 0 |
            | critical | 1 | 0 | 0 | 0 |

            - every repository could be read the last time
            - 1 entity is named and declared nowhere

            ## Teams

            | team | declared | entities | critical | errors | warnings | notes | reached |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            | group:payments | yes | 3 | 1 | 0 | 0 | 0 | contact through group:payments |

            ## Systems and domains

            | system or domain | owner | owned | owner not declared | unowned | unknown | critical | errors | warnings | notes |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            | system:money | group:payments | 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 |

            - 2 entities are a part of no system and no domain

            ## Resting on one person

            owners that are one person, and groups in which there is only one: nobody else answers when that person is away

            | person | behind | entities | critical |
            | --- | --- | --- | --- |
            | user:ada | group:payments | 3 | 1 |

            ## Unowned, by how much needs it

            the first 1 of 1 entity

            | entity | type | tier | needed by | place |
            | --- | --- | --- | --- | --- |
            | component:shop | website | – | 0 | acme/shop:catalog-info.yaml:4 |

            ## Entities

            | entity | type | tier | system | standing | owner | ground | place | commit | reached | needed by | errors | warnings | notes | stale since |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            | component:ledger | service | – | – | owned | group:payments | declared | acme/ledger:catalog-info.yaml:8 | 469d14364264 | contact through group:payments | 2 | 0 | 0 | 0 | – |
            | component:payments | service | 1 | system:money | owned | group:payments | declared | acme/payments:catalog-info.yaml:14 | 5e60de1f24af | on-call through component:payments | 1 | 0 | 0 | 0 | – |
            | component:shop | website | – | – | unowned | – | – | acme/shop:catalog-info.yaml:4 | 7a5c19227f25 | nobody | 0 | 0 | 1 | 0 | – |
            | system:money | – | – | – | owned | group:payments | declared | acme/payments:catalog-info.yaml:41 | 5e60de1f24af | contact through group:payments | 0 | 0 | 0 | 0 | – |

            ## Evidence

            made of these repositories as they were read, and of nothing else; the same inputs give the same bytes

            - **program**: catalog <version>
            - **revision**: 1
            - **made for**: 2026-11-22T00:00:00Z
            - **newest knowledge**: <now>
            - **oldest knowledge**: <now>
            - **setting identity**: 0
            - **setting gaps.shared_teams_min**: 3
            - **setting gaps.departed_days**: 180
            - **setting gaps.review_days**: 365
            - **setting gaps.severity**: –
            - **setting gaps.exemption**: 0
            - **setting journey**: 0

            | repository | commit | committed | observed | status | manifests |
            | --- | --- | --- | --- | --- | --- |
            | acme/ledger | 469d143642649262eb287f4ed84a7feee6463fa3 | 2026-11-01T09:00:00Z | <now> | read | 1 |
            | acme/payments | 5e60de1f24afbc1d2dd6219a2b82e6f5c842060a | 2026-11-01T09:00:00Z | <now> | read | 2 |
            | acme/scratch | 35c7649670df1f2b6c4710eab76711363a75f118 | 2026-11-01T09:00:00Z | <now> | read | 0 |
            | acme/shop | 7a5c19227f255e7521f609bf3d893ce48197cb28 | 2026-11-01T09:00:00Z | <now> | read | 1 |
        "#]],
    );
}

#[test]
fn gaps_as_a_lead_and_an_auditor_read_them() {
    check_markdown(
        "gaps",
        expect![[r#"
            ## Gaps in ownership

            2 gaps: 0 errors, 2 warnings, 0 notes

            ## Coverage

            repositories by what could be read of them

            | repositories | read, with a catalog manifest | read, without one | unreadable, known from before | unreadable, nothing known |
            | --- | --- | --- | --- | --- |
            | all | 3 | 1 | 0 | 0 |

            entities that must have an owner, by whether they have one

            | entities | owned | owner not declared | unowned | unknown |
            | --- | --- | --- | --- | --- |
            | all | 3 | 0 | 1 | 0 |

            - every repository could be read the last time
            - 1 entity is named and declared nowhere

            ## By code

            | code | errors | warnings | notes | entities | meaning |
            | --- | --- | --- | --- | --- | --- |
            | repository-uncatalogued | 0 | 1 | 0 | 1 | A repository was read and holds neither a manifest that declares entities nor an ownership file. |
            | unowned | 0 | 1 | 0 | 1 | An entity declares no owner, and no ownership file names one for its manifest. |
            | depends-on-unowned | 0 | 0 | 0 | 0 | A critical entity (tier 0 or 1) needs an entity that nobody owns. |
            | exemption-expired | 0 | 0 | 0 | 0 | The settings leave gaps open until a day that has passed. The gaps themselves are listed again. |
            | exemption-unused | 0 | 0 | 0 | 0 | The settings leave gaps open that are not there: no entity is the one that is meant, or it has no such gap. |
            | journey-unowned | 0 | 0 | 0 | 0 | A declared journey leads through several teams, and nobody answers for the whole of it. |
            | no-escalation | 0 | 0 | 0 | 0 | A critical entity (tier 0 or 1) has nobody to call: no on-call, no chat and no e-mail address, neither its own nor at any step of its escalation. |
            | owner-conflict | 0 | 0 | 0 | 0 | Two places name different owners of an entity: two manifests, or a manifest and the ownership file that covers it. |
            | owner-departed | 0 | 0 | 0 | 0 | None of the known members of a group that owns something, or not the person who owns it, made a commit for a long time in any repository that was read. |
            | owner-empty | 0 | 0 | 0 | 0 | A group owns something, and neither it nor any group below it has a member. |
            | owner-is-person | 0 | 0 | 0 | 0 | An entity is owned by a person instead of a group. |
            | owner-unknown | 0 | 0 | 0 | 0 | An entity names an owner that no manifest declares. |
            | path-unowned | 0 | 0 | 0 | 0 | Some paths of a repository belong to nobody: no rule of its ownership file covers them or the one that does names no owner, and no entity lies above them. One gap a repository. |
            | review-stale | 0 | 0 | 0 | 0 | An owner has not confirmed an entity for long, or not answered about it in a review that is due. |
            | shared-unowned | 0 | 0 | 0 | 0 | Entities of several teams (three, where the settings say nothing else) need an entity that nobody owns. |

            ## By team

            | team | errors | warnings | notes |
            | --- | --- | --- | --- |
            | (nobody) | 0 | 2 | 0 |

            ## Gaps

            | severity | code | entity | team | message | place | commit | stale | remedy | suggested owner |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            | warning | repository-uncatalogued | resource:repository/acme/scratch | (nobody) | repository \`acme/scratch\` declares no entity and has no ownership file | acme/scratch | – |  | Add a \`catalog-info.yaml\` that declares what the repository holds, or at least a \`CODEOWNERS\` file. |  |
            | warning | unowned | component:shop | (nobody) | \`component:shop\` declares no owner, and its repository has no ownership file | acme/shop:catalog-info.yaml:4 | 7a5c19227f25 |  | Name the team that answers for it in \`spec.owner\`. |  |

            ## What the codes mean

            | code | what it means | why it matters | what to do |
            | --- | --- | --- | --- |
            | repository-uncatalogued | A repository was read and holds neither a manifest that declares entities nor an ownership file. | Nothing is known of what runs from it, what that needs, and who needs it. | Add a \`catalog-info.yaml\` that declares what the repository holds, or at least a \`CODEOWNERS\` file. |
            | unowned | An entity declares no owner, and no ownership file names one for its manifest. | Nobody is called when it fails, and nobody is asked when it has to change. | Name the team that answers for it in \`spec.owner\`. |
            | depends-on-unowned | A critical entity (tier 0 or 1) needs an entity that nobody owns. | An outage of the one becomes an outage of the organisation, and there is nobody to call. | Give the needed entity an owner, or make the critical one work without it. |
            | exemption-expired | The settings leave gaps open until a day that has passed. The gaps themselves are listed again. | What was to be left open for a while has been left open for good, and nobody decided that. | Mend the gap and take the \`\[\[gaps.exemption\]\]\` out of \`catalog.toml\`, or give it a new day with a reason that still holds. |
            | exemption-unused | The settings leave gaps open that are not there: no entity is the one that is meant, or it has no such gap. | An exemption that is left behind hides the gap when it comes back, and one that is misspelled hides nothing. | Take the \`\[\[gaps.exemption\]\]\` out of \`catalog.toml\`, or correct the name in it. |
            | journey-unowned | A declared journey leads through several teams, and nobody answers for the whole of it. | Each part may have an owner and the whole has none, as with the loan gateway of a bank: infrastructure owns the gateway, application teams own the services, security owns the rules, and nobody answers when no loan gets through. | Name who answers for the whole: \`spec.owner\` of the entity that declares the journey, \`owner\` of the \`\[\[journey\]\]\` in \`catalog.toml\`, or the owner of a system or domain that holds every hop. |
            | no-escalation | A critical entity (tier 0 or 1) has nobody to call: no on-call, no chat and no e-mail address, neither its own nor at any step of its escalation. | When it fails at night, whoever notices first looks for a name instead of a cause, while everything that needs it is down. | Name the on-call service of the owning group in an annotation, as in \`pagerduty.com/service-id\`, or give the group at least an address in \`spec.profile.email\`. |
            | owner-conflict | Two places name different owners of an entity: two manifests, or a manifest and the ownership file that covers it. | Whoever is called may say that it is the other's, and changes are reviewed by somebody else. | Bring the two places into agreement, or say in the settings that both names mean one team. |
            | owner-departed | None of the known members of a group that owns something, or not the person who owns it, made a commit for a long time in any repository that was read. | The people behind the name have left or moved on: whoever is called knows nothing of it, or never answers. | Ask the group whether it still answers for what it owns, correct its members, or hand over what it owns. |
            | owner-empty | A group owns something, and neither it nor any group below it has a member. | What an empty group owns is owned by nobody, and looks as if it were not so. | Add the members, or hand over what the group owns. |
            | owner-is-person | An entity is owned by a person instead of a group. | A person sleeps, goes on leave and changes teams, and the ownership goes with them. | Name the person's group as the owner. |
            | owner-unknown | An entity names an owner that no manifest declares. | A name without a declaration has no members and no way to be reached, and may be misspelled. | Declare the group or person, or name one that is declared. |
            | path-unowned | Some paths of a repository belong to nobody: no rule of its ownership file covers them or the one that does names no owner, and no entity lies above them. One gap a repository. | A change there is reviewed by nobody in particular, and whoever finds a fault in it has nobody to tell. | Begin the ownership file with a rule about everything, as in \`\* @organisation/team\`, name an owner in the rules that have none, or put a manifest at the root; \`catalog owner --repository ID --all-paths\` lists the paths. |
            | review-stale | An owner has not confirmed an entity for long, or not answered about it in a review that is due. | Ownership that nobody looks at drifts: teams change, services are switched off, and the list stays. | Answer with \`catalog review confirm\`, \`correct\`, \`hand-over\` or \`reject\`, or begin a new review with \`catalog review start\`. |
            | shared-unowned | Entities of several teams (three, where the settings say nothing else) need an entity that nobody owns. | Everybody counts on somebody else to keep it alive, so that nobody does, and all of them are down with it. | Agree on one team that answers for it, usually the one that changed it last, and name it in \`spec.owner\`. |

            ## Evidence

            made of these repositories as they were read, and of nothing else; the same inputs give the same bytes

            - **program**: catalog <version>
            - **revision**: 1
            - **made for**: 2026-11-22T00:00:00Z
            - **newest knowledge**: <now>
            - **oldest knowledge**: <now>
            - **setting identity**: 0
            - **setting gaps.shared_teams_min**: 3
            - **setting gaps.departed_days**: 180
            - **setting gaps.review_days**: 365
            - **setting gaps.severity**: –
            - **setting gaps.exemption**: 0
            - **setting journey**: 0

            | repository | commit | committed | observed | status | manifests |
            | --- | --- | --- | --- | --- | --- |
            | acme/ledger | 469d143642649262eb287f4ed84a7feee6463fa3 | 2026-11-01T09:00:00Z | <now> | read | 1 |
            | acme/payments | 5e60de1f24afbc1d2dd6219a2b82e6f5c842060a | 2026-11-01T09:00:00Z | <now> | read | 2 |
            | acme/scratch | 35c7649670df1f2b6c4710eab76711363a75f118 | 2026-11-01T09:00:00Z | <now> | read | 0 |
            | acme/shop | 7a5c19227f255e7521f609bf3d893ce48197cb28 | 2026-11-01T09:00:00Z | <now> | read | 1 |
        "#]],
    );
}

#[test]
fn the_json_is_as_its_schema_says() {
    for report in ["ownership", "gaps"] {
        let document = WORLD.json(&format!("report {report} --at {AT}"));
        assert_eq!(schema::breaches(&format!("report-{report}"), &document), [""; 0], "{report}");
        assert_eq!(document["schemaVersion"], 1);
        assert_eq!(document["evidence"]["at"], AT);
        let lines = WORLD.run(&format!("report {report} --format ndjson")).ends_with(0).json_lines();
        let list = if report == "gaps" { "gaps" } else { "entities" };
        assert_eq!(&lines, document[list].as_array().expect("a list"), "{report}");
    }
}

#[test]
fn a_report_counts_what_the_other_commands_list() {
    let gaps = WORLD.json("gaps");
    let report = WORLD.json(&format!("report gaps --at {AT}"));
    assert_eq!(report["total"], gaps["total"]);
    assert_eq!(report["coverage"], gaps["coverage"]);
    let counts = |of: &serde_json::Value| {
        ["errors", "warnings", "notes"]
            .map(|severity| of[severity].as_u64().expect("a count"))
            .iter()
            .sum::<u64>()
    };
    for list in ["codes", "teams"] {
        assert_eq!(rows(&report, list).iter().map(counts).sum::<u64>(), gaps["total"], "{list}");
    }
    let ownership = WORLD.json(&format!("report ownership --at {AT}"));
    let entities = rows(&ownership, "entities");
    assert_eq!(entities.len() as u64, gaps["coverage"]["entitiesOwnable"]);
    let owned: u64 = rows(&ownership, "teams").iter().filter_map(|team| team["entities"].as_u64()).sum();
    assert_eq!(owned, gaps["coverage"]["entitiesOwned"]);
}

#[test]
fn the_same_question_gives_the_same_bytes_in_every_format() {
    let world = acme::world();
    for report in ["ownership", "gaps"] {
        for ending in ["html", "xlsx", "md", "csv", "json", "ndjson"] {
            let made = |name: &str| {
                let file = format!("{name}.{ending}");
                let run = world.run(&format!("report {report} --at {AT} --output {file}")).ends_with(0);
                assert!(run.stdout.is_empty(), "{run}");
                fs::read(world.path(&file)).expect("the file is written")
            };
            let first = made("first");
            assert!(!first.is_empty(), "{report}.{ending}");
            assert_eq!(first, made("second"), "{report}.{ending}");
        }
    }
}

#[test]
fn the_ending_of_a_file_tells_the_format_and_an_option_overrules_it() {
    let world = acme::world();
    world.run("report gaps --output a.HTML").ends_with(0);
    assert!(fs::read_to_string(world.path("a.HTML")).expect("text").starts_with("<!DOCTYPE html>"));
    world.run("report gaps --format csv --output a.html").ends_with(0);
    assert!(fs::read_to_string(world.path("a.html")).expect("text").starts_with("severity,code,"));
    world.run("report gaps --output a.txt --color always").ends_with(0);
    let page = fs::read_to_string(world.path("a.txt")).expect("text");
    assert!(page.starts_with("Gaps in ownership\n") && !page.contains('\u{1b}'), "{page}");
    let html = world.run("report gaps --format html").ends_with(0).stdout;
    assert!(html.ends_with("</html>\n"), "{html}");
}

#[test]
fn wrong_questions_are_answered_with_what_to_do() {
    world_free("report gaps --at yesterday", 64, "2026-11-22T00:00:00Z");
    world_free("gaps --format html", 64, "which only `catalog report` writes");
    world_free("report gaps --format svg", 64, "is a picture");
    world_free("report gaps --output no/such/folder.html", 2, "could not be written");
    world_free("report gaps --before missing.redb", 2, "missing.redb");
}

fn world_free(words: &str, code: i32, said: &str) {
    WORLD.run(words).ends_with(code).says(&[said]);
}

#[test]
fn a_trend_tells_what_opened_and_closed() {
    let world = acme::world();
    fs::copy(world.path("catalog.redb"), world.path("before.redb")).expect("the store is copied");
    let shop = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\nspec:\n  type: website\n  \
                lifecycle: production\n  owner: group:payments\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\n\
                metadata:\n  name: till\nspec:\n  type: app\n  lifecycle: production\n";
    world.commit("acme/shop.git", [("catalog-info.yaml", shop)]);
    world.run("crawl acme").ends_with(0);
    let report = world.json(&format!("report gaps --at {AT} --before before.redb"));
    assert_eq!(schema::breaches("report-gaps", &report), [""; 0]);
    let trend = &report["trend"];
    let unowned = rows(trend, "codes").iter().find(|row| row["code"] == "unowned").expect("the code");
    let counts = ["before", "opened", "closed", "after"].map(|field| unowned[field].as_u64());
    assert_eq!(counts, [Some(1), Some(1), Some(1), Some(1)]);
    assert_eq!(trend["opened"][0]["ref"], "component:default/till");
    assert_eq!(trend["closed"][0]["ref"], "component:default/shop");
    let html = world.run("report gaps --before before.redb --format html").ends_with(0).stdout;
    assert!(html.contains("what remained, opened and closed since before, by code"));
    assert_eq!(world.json("report gaps")["trend"], serde_json::Value::Null);
}

#[test]
fn a_review_is_a_report_with_every_answer() {
    let world = acme::world();
    world.run("review start --all --due 2026-12-31 --id q4 --title Q4 --as ada").ends_with(0);
    world.run("review confirm payments --as ada").ends_with(0);
    let words = "review reject ledger --as ada --reason";
    world.run_with(words.split(' ').chain(["=1+1 <script>"])).ends_with(0);
    let late = world.json("report review q4 --at 2027-01-02T00:00:00Z");
    assert_eq!(schema::breaches("report-review", &late), [""; 0]);
    assert_eq!(late["review"]["id"], "q4");
    assert!(late["review"]["daysOverdue"].as_u64().is_some_and(|days| days > 0), "{late}");
    let page = world.run("report review --at 2027-01-02T00:00:00Z --format markdown").ends_with(0).stdout;
    for part in ["## Q4", "## By team", "## Entities", "## Answers", "## Evidence", "overdue"] {
        assert!(page.contains(part), "`{part}` is missing: {page}");
    }
    let html = world.run("report review q4 --format html").ends_with(0).stdout;
    assert!(
        html.contains("entities of the review by what became of them") && !html.contains("<script"),
        "{html}"
    );
    let csv = world.run("report review q4 --format csv").ends_with(0).stdout;
    assert!(csv.starts_with("entity,state,asked,"), "{csv}");
    world.run("report review q5 --format html").ends_with(2);
}

/// Names that a page, a spreadsheet or a picture would obey. What Backstage takes for no name is kept as a
/// title, type or owner.
const HOSTILE: &str = r#"apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: hostile
  title: "=1+1"
spec:
  type: "=HYPERLINK(\"http://x\")</script><script>alert(1)</script>\t\r\e[31m\u202e"
  lifecycle: production
  owner: "group:\"><img src=x>"
  system: "@sum|<b>"
"#;

#[test]
fn names_of_strangers_are_harmless_in_every_report() {
    let world = World::new();
    world.commit("acme/=cmd.git", [("catalog-info.yaml", HOSTILE), ("CODEOWNERS", "* @acme/<b>\n")]);
    world.commit("acme/hostile.git", [("catalog-info.yaml", HOSTILE)]);
    world.run("crawl acme").ends_with(0);
    let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    for report in ["ownership", "gaps"] {
        for format in ["table", "json", "ndjson", "csv", "markdown", "html"] {
            let run = world.run(&format!("report {report} --format {format}")).ends_with(0);
            assert!(!run.to_string().contains(obeyed), "{report} as {format}: {run}");
            if format == "csv" {
                let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
                for cell in reader
                    .records()
                    .flatten()
                    .flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>())
                {
                    assert!(
                        !cell.trim_start().starts_with(['=', '+', '-', '@', '|', '%']),
                        "the cell `{cell}`"
                    );
                }
            }
            if ["html", "markdown"].contains(&format) {
                // Markdown shows what stands behind a backslash as it is.
                let markup = run.stdout.replace("\\<", "");
                let tags = ["<script", "<img", "<b>"];
                assert!(!tags.into_iter().any(|tag| markup.contains(tag)), "{run}");
            }
            if format == "html" {
                let linked = run.stdout.contains("href=\"http") || run.stdout.contains("src=\"");
                assert!(!linked, "{run}");
            }
        }
        world.run(&format!("report {report} --output report.xlsx")).ends_with(0);
        let bytes = fs::read(world.path("report.xlsx")).expect("the file is written");
        assert!(bytes.starts_with(b"PK"), "a workbook is an archive");
    }
}

#[test]
fn what_could_not_be_read_is_said_first_and_is_no_gap() {
    let world = acme::world();
    fs::rename(world.path("acme/shop.git"), world.path("gone.git")).expect("the repository is moved");
    fs::create_dir_all(world.path("acme/shop.git")).expect("a folder");
    fs::write(world.path("acme/shop.git/HEAD"), "nonsense").expect("a file");
    world.run("crawl acme/shop.git --id acme/shop");
    let report = world.json(&format!("report ownership --at {AT}"));
    let unreadable = report["coverage"]["unreadable"].as_u64();
    let page = world.run(&format!("report ownership --at {AT} --format markdown")).ends_with(0).stdout;
    assert_eq!(
        unreadable == Some(1),
        page.contains("1 repository could not be read the last time"),
        "{page}"
    );
    assert_eq!(unreadable, Some(1), "{page}");
}

#[test]
fn an_empty_catalog_has_its_reports() {
    let world = World::new();
    world.commit("acme/empty.git", [("README.md", "nothing")]);
    world.run("crawl acme").ends_with(0);
    for report in ["ownership", "gaps"] {
        for format in ["table", "json", "csv", "markdown", "html"] {
            let run = world.run(&format!("report {report} --format {format}")).ends_with(0);
            assert!(!run.stdout.is_empty(), "{report} as {format}");
        }
        world.run(&format!("report {report} --output report.xlsx")).ends_with(0);
    }
}
