//! The check before a change, laid out for a terminal: what stands against it first, and nothing where there is
//! nothing.

use std::collections::HashSet;

use super::{ChangeCheckReport, people::contact_cell};
use crate::report::{
    Block, Page, Table,
    difference::said::DifferingRelationReport,
    page::count,
    place::{cell, ref_cell, short, tier_cell},
};

pub(super) fn page(report: &ChangeCheckReport) -> Page {
    if report.quiet {
        return said(report, Page::default().heading(quiet(report)));
    }
    let mut page = Page::default().heading(headline(report)).text(format!(
        "{}: {} against {}, {}",
        report.repository,
        report.head.short(),
        report.base.short(),
        count(report.counts.paths, "file", "files")
    ));
    let mut findings = Table::new(&["effect", "rule", "about", "what", "place"]);
    for finding in &report.findings {
        findings.push([
            finding.effect_cell(),
            finding.rule.clone(),
            finding.subject.as_deref().map_or_else(|| "the change".to_owned(), short),
            finding.message.clone(),
            finding.place_cell(),
        ]);
    }
    page = page.main_table(findings);
    let mut suggestions: Vec<String> = report
        .findings
        .iter()
        .filter_map(|of| Some(format!("{}: {}", of.rule, of.suggestion.as_ref()?)))
        .collect();
    suggestions.dedup();
    page = page.lines(suggestions);
    let mut agree = Table::new(&["must agree", "state", "why", "reached by"]);
    for agreement in &report.agree {
        let contacts = agreement.parties.first().map(|party| contact_cell(&party.contacts));
        agree.push([
            agreement.who(),
            agreement.state().to_owned(),
            agreement.why(),
            contacts.unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    page = page.table(agree);
    let mut changed = Table::new(&["changed entity", "type", "tier", "owner", "why"]);
    for entity in report.changed.iter().filter(|entity| !entity.is_repository_only()) {
        changed.push([
            short(&entity.entity),
            cell(entity.entity_type.as_deref()),
            tier_cell(entity.tier),
            ref_cell(entity.owner.as_deref()),
            entity.reasons.first().map_or_else(String::new, |reason| reason.reason.to_owned()),
        ]);
    }
    page = page.table(changed).table(said_otherwise(report));
    let mut affected = Table::new(&["distance", "needs it", "type", "tier", "owner", "need", "via"]);
    for row in &report.reach.affected {
        let stale = if row.stale { " (stale)" } else { "" };
        affected.push([
            row.distance.to_string(),
            format!("{}{stale}", short(&row.entity)),
            cell(row.entity_type.as_deref()),
            tier_cell(row.tier),
            ref_cell(row.owner.as_deref()),
            row.strength.into(),
            short(&row.via),
        ]);
    }
    let mut inform = Table::new(&["tell", "changes", "affected", "critical", "reached by"]);
    for owner in &report.inform {
        inform.push([
            short(&owner.owner),
            owner.changed.to_string(),
            owner.affected.to_string(),
            owner.critical.to_string(),
            contact_cell(&owner.contacts),
        ]);
    }
    let mut closed = Table::new(&["closed", "about", "what"]);
    for finding in &report.closed {
        closed.push([
            finding.rule.clone(),
            finding.subject.as_deref().map_or_else(|| "the change".to_owned(), short),
            finding.message.clone(),
        ]);
    }
    said(report, page.table(affected).table(inform).table(closed))
}

/// What is not known, and what is to be said about how the change was found, a sentence each.
pub(super) fn remarks(report: &ChangeCheckReport) -> Vec<String> {
    let text = |block: Block| match block {
        Block::Text(text) => Some(text),
        _ => None,
    };
    said(report, Page::default()).blocks.into_iter().filter_map(text).collect()
}

/// The one line of a change that nobody need look at.
pub(super) fn quiet(report: &ChangeCheckReport) -> String {
    if report.paths.is_empty() {
        return "nothing changes: no file differs".to_owned();
    }
    let files = count(report.counts.paths, "file", "files");
    let entities = match report.counts.changed {
        0 => "no entity".to_owned(),
        changed => count(changed, "entity", "entities"),
    };
    format!("nothing that anyone needs changes: {files}, {entities}")
}

pub(super) fn headline(report: &ChangeCheckReport) -> String {
    let counts = &report.counts;
    let verdict = match report.verdict {
        "needs-approval" => {
            format!("{} missing", count(counts.missing_approvals, "approval is", "approvals are"))
        }
        "block" => "blocked".to_owned(),
        "warn" => "passes with warnings".to_owned(),
        _ => "passes".to_owned(),
    };
    let needed = match counts.affected {
        0 => "nothing needs that".to_owned(),
        affected => format!(
            "{} that, {} critical, of {}",
            count(affected, "entity needs", "entities need"),
            counts.critical,
            count(counts.owners, "owner", "owners")
        ),
    };
    let found = match (report.findings.len(), counts.closed) {
        (0, 0) => "nothing is found".to_owned(),
        (opened, 0) => count(opened, "finding", "findings"),
        (opened, closed) => format!("{}, {closed} closed", count(opened, "finding", "findings")),
    };
    let changed = match counts.changed {
        0 => "no entity changes".to_owned(),
        changed => count(changed, "entity changes", "entities change"),
    };
    format!("{verdict}: {changed}; {needed}; {found}")
}

/// What manifests say otherwise, a line each, and nothing twice: of what comes or goes, whose it is and what it is
/// part of goes without saying, and a field tells as much as the relation that it makes.
fn said_otherwise(report: &ChangeCheckReport) -> Table {
    let mut table = Table::new(&["change", "of", "before", "after"]);
    let dash = || "–".to_owned();
    let mut row = |change: &str, of: String, before: Option<String>, after: Option<String>| {
        let cell = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(dash);
        table.push([change.to_owned(), of, cell(before), cell(after)]);
    };
    let facts = &report.facts;
    let mut whole: HashSet<&str> = HashSet::new();
    let mut fields: HashSet<(&str, &str)> = HashSet::new();
    for entity in &facts.entities.added {
        // What others name and nothing declares is not there because of that.
        let change = if entity.standing == "placeholder" { "entity named" } else { "entity added" };
        whole.insert(&entity.entity);
        row(change, short(&entity.entity), None, entity.owner.as_deref().map(short));
    }
    for entity in &facts.entities.removed {
        let change = if entity.standing == "placeholder" { "entity named no more" } else { "entity removed" };
        whole.insert(&entity.entity);
        row(change, short(&entity.entity), entity.owner.as_deref().map(short), None);
    }
    for entity in &facts.entities.changed {
        let owner = entity.fields.iter().find(|field| field.field == "owner");
        let stands = entity.fields.iter().find(|field| field.field == "standing");
        let change = stands.and_then(|field| match (field.before.as_deref(), field.after.as_deref()) {
            (_, Some("placeholder")) => Some("entity removed"),
            (Some("placeholder"), _) => Some("entity added"),
            _ => None,
        });
        if let Some(change) = change {
            whole.insert(&entity.entity);
            let (before, after) =
                owner.map_or((None, None), |of| (of.before.as_deref(), of.after.as_deref()));
            row(change, short(&entity.entity), before.map(short), after.map(short));
            continue;
        }
        for field in &entity.fields {
            fields.insert((&entity.entity, field.field));
            let is_ref = ["owner", "system", "domain"].contains(&field.field);
            let said = |text: &Option<String>| {
                text.as_deref().map(|text| if is_ref { short(text) } else { text.to_owned() })
            };
            row(field.field, short(&entity.entity), said(&field.before), said(&field.after));
        }
    }
    let is_told = |relation: &DifferingRelationReport| {
        let field = match relation.relation {
            "ownedBy" => "owner",
            "partOf" => "system",
            _ => return false,
        };
        let from = &*relation.from;
        let is_of_field = |field| fields.contains(&(from, field));
        whole.contains(from) || is_of_field(field) || field == "system" && is_of_field("domain")
    };
    let said = |relation: &DifferingRelationReport| {
        let said = relation.said();
        Some(if said.is_empty() { "stated".to_owned() } else { said })
    };
    for relation in facts.relations.gained.iter().filter(|relation| !is_told(relation)) {
        row("relation added", relation.named(), None, said(relation));
    }
    for relation in facts.relations.lost.iter().filter(|relation| !is_told(relation)) {
        row("relation removed", relation.named(), said(relation), None);
    }
    for relation in &facts.relations.changed {
        row("relation changed", relation.after.named(), said(&relation.before), said(&relation.after));
    }
    table
}

/// What is not known, and how the change was found, a sentence each.
fn said(report: &ChangeCheckReport, mut page: Page) -> Page {
    let unknown = &report.unknown;
    if unknown.unplaced > 0 && !report.quiet {
        let files = count(unknown.unplaced, "file belongs", "files belong");
        page = page.text(format!("{files} to no entity: what needs that is not known"));
    }
    if unknown.submodules > 0 {
        let files = count(unknown.submodules, "path pins", "paths pin");
        page = page.text(format!("{files} another repository: what changes there is not known"));
    }
    if !unknown.unread_ownership_files.is_empty() {
        let files = unknown.unread_ownership_files.join(", ");
        page = page.text(format!("whom {files} names is not known, since it cannot be read"));
    }
    if !unknown.rules_cut.is_empty() {
        let rules = unknown.rules_cut.join(", ");
        page = page.text(format!("not asked of everything, since that would take too long: {rules}"));
    }
    if !report.quiet {
        page = report.reach.unknown.say(page);
    }
    let remarks = report.known.remark.iter().chain(&report.notes);
    remarks.fold(page, |page, remark| page.text(remark.clone()))
}
