//! The check as Markdown for one comment on a merge request, or for the summary of a job.
//!
//! The headline counts what the lists hold; a list that is cut says how many rows are missing, so that both
//! always agree. The worst rows stand first, long lists are folded, and what does not fit is left out of the
//! least important lists first. Nothing that a name says is obeyed: no markup, no mention, no reference.

use super::{
    ChangeCheckReport,
    page::{headline, quiet, remarks},
    people::contact_cell,
};
use crate::report::{
    escape::{code, prose},
    page::{count, grouped},
    place::{cell, short, tier_cell},
};

/// The line that makes the text one that `catalog comment` posts only over a comment that is there.
const QUIET_MARK: &str = catalog_ingest::host::QUIET_MARK;
/// The most bytes of a comment, without the tag that `catalog comment` puts before it.
pub(super) const COMMENT_BYTES_MAX: usize = catalog_ingest::host::COMMENT_BYTES_MAX - 256;
/// The most bytes that GitHub takes as the summary of a step.
const SUMMARY_BYTES_MAX: usize = 1 << 20;
/// Lists of more rows are folded.
const ROWS_OPEN_MAX: usize = 10;
/// How many remarks on what is not known are shown.
const REMARKS_MAX: usize = 20;
/// How many rows the lists get, the fullest first: findings, then everything else.
const ROWS_MAX: [(usize, usize); 9] = [
    (20_000, 20_000),
    (20_000, 2_000),
    (2_000, 500),
    (500, 100),
    (200, 30),
    (100, 10),
    (50, 5),
    (10, 3),
    (3, 0),
];

impl ChangeCheckReport {
    /// The text of a comment on the merge request, within what hosts take.
    pub fn comment(&self) -> String {
        self.within(COMMENT_BYTES_MAX)
    }

    /// The text of a job's summary, within what GitHub takes.
    pub fn summary(&self) -> String {
        self.within(SUMMARY_BYTES_MAX)
    }

    fn within(&self, bytes_max: usize) -> String {
        if self.quiet {
            return self.quiet_text();
        }
        let mut text = String::new();
        for (findings_max, others_max) in ROWS_MAX {
            text = self.laid_out(findings_max, others_max);
            if text.len() <= bytes_max {
                break;
            }
        }
        text
    }

    fn quiet_text(&self) -> String {
        let mut text = format!("{QUIET_MARK}\n**catalog check**: {}\n", prose(&quiet(self)));
        text += &self.remarks_text();
        text
    }

    fn laid_out(&self, findings_max: usize, others_max: usize) -> String {
        let mut text = format!("### catalog check: {}\n\n", prose(&headline(self)));
        text += &findings_text(self, findings_max);
        let mut agree = Section::new("Who must agree", &["who", "state", "why", "reached by"]);
        for of in &self.agree {
            let contacts = of.parties.first().map(|party| contact_cell(&party.contacts));
            agree.push(&[
                code(&of.who()),
                of.state().to_owned(),
                prose(&of.why()),
                contacts.as_deref().map_or_else(|| "–".to_owned(), named),
            ]);
        }
        text += &agree.written(others_max);
        text += &self.changed_text(others_max);
        text += &self.reach_text(others_max);
        let mut inform =
            Section::new("Whom to tell", &["owner", "changes", "affected", "critical", "reached by"]);
        for owner in &self.inform {
            inform.push(&[
                code(&short(&owner.owner)),
                owner.changed.to_string(),
                owner.affected.to_string(),
                owner.critical.to_string(),
                named(&contact_cell(&owner.contacts)),
            ]);
        }
        text += &inform.written(others_max);
        let mut closed = Section::new("Closed by this change", &["rule", "about", "what"]);
        for finding in &self.closed {
            closed.push(&[code(&finding.rule), about(finding.subject.as_deref()), prose(&finding.message)]);
        }
        text += &closed.written(others_max);
        text.truncate(text.trim_end().len());
        text += "\n";
        text += &self.remarks_text();
        text.truncate(text.trim_end().len());
        text += "\n\n";
        text += &format!(
            "<sub>{} against {} of {}, revision {} of the catalog</sub>\n",
            prose(&self.head.short()),
            prose(&self.base.short()),
            prose(&self.repository),
            self.revision
        );
        text
    }

    fn changed_text(&self, rows_max: usize) -> String {
        let mut changed = Section::new("What changes", &["entity", "type", "tier", "owner", "why"]);
        for entity in self.changed.iter().filter(|entity| !entity.is_repository_only()) {
            changed.push(&[
                code(&short(&entity.entity)),
                prose(&cell(entity.entity_type.as_deref())),
                tier_cell(entity.tier),
                owner(entity.owner.as_deref()),
                entity.reasons.first().map_or("", |reason| reason.reason).to_owned(),
            ]);
        }
        changed.written(rows_max)
    }

    fn reach_text(&self, rows_max: usize) -> String {
        let columns = ["entity", "distance", "type", "tier", "owner", "need", "via"];
        let mut reach = Section::new("What needs that", &columns);
        let mut rows: Vec<_> = self.reach.affected.iter().collect();
        // What is critical comes first, then what cannot do without; the order by distance stays among those.
        rows.sort_by_key(|row| (row.tier.is_none_or(|tier| tier > 1), row.strength != "hard"));
        for row in rows {
            reach.push(&[
                code(&short(&row.entity)),
                row.distance.to_string(),
                prose(&cell(row.entity_type.as_deref())),
                tier_cell(row.tier),
                owner(row.owner.as_deref()),
                row.strength.to_owned(),
                code(&short(&row.via)),
            ]);
        }
        reach.written(rows_max)
    }

    fn remarks_text(&self) -> String {
        let remarks = remarks(self);
        let mut text = String::new();
        for remark in remarks.iter().take(REMARKS_MAX) {
            text += &format!("\n> {}\n", prose(remark));
        }
        if let Some(more) = remarks.len().checked_sub(REMARKS_MAX).filter(|more| *more > 0) {
            text += &format!("\n> {}\n", count(more, "more remark", "more remarks"));
        }
        text
    }
}

/// A comment that says that nothing is known, so that an older one does not go on saying that all is well.
pub(crate) fn undecided_text(why: &str) -> String {
    format!(
        "### catalog check: could not decide\n\n{}\n\nNothing is known of what this change can break: that is no approval.\n",
        prose(why)
    )
}

fn findings_text(report: &ChangeCheckReport, rows_max: usize) -> String {
    let mut findings = Section::new("Findings", &["effect", "rule", "about", "what", "place"]);
    findings.is_always_open = true;
    for finding in &report.findings {
        let what = match &finding.suggestion {
            Some(suggestion) => format!("{}. *{}*", prose(&finding.message), prose(suggestion)),
            None => prose(&finding.message),
        };
        findings.push(&[
            match finding.effect {
                "block" => "**block**".to_owned(),
                "warn" => "**warn**".to_owned(),
                _ if report.is_approved(finding) => format!("{}, given", prose(&finding.effect_cell())),
                _ => prose(&finding.effect_cell()),
            },
            code(&finding.rule),
            about(finding.subject.as_deref()),
            what,
            named(&finding.place_cell()),
        ]);
    }
    findings.written(rows_max)
}

/// A name as code; the dash that stands for none as it is.
fn named(text: &str) -> String {
    if text == "–" { text.to_owned() } else { code(text) }
}

fn owner(owner: Option<&str>) -> String {
    owner.map_or_else(|| "–".to_owned(), |owner| code(&short(owner)))
}

fn about(subject: Option<&str>) -> String {
    subject.map_or_else(|| "the change".to_owned(), |subject| code(&short(subject)))
}

/// A table with a heading that counts its rows.
struct Section {
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<String>,
    is_always_open: bool,
}

impl Section {
    fn new(title: &'static str, columns: &[&'static str]) -> Self {
        Self { title, columns: columns.to_vec(), rows: Vec::new(), is_always_open: false }
    }

    fn push<const N: usize>(&mut self, cells: &[String; N]) {
        debug_assert_eq!(N, self.columns.len(), "a row has a cell for each column");
        self.rows.push(format!("| {} |\n", cells.join(" | ")));
    }

    /// The table, folded where it is long; nothing where it has no rows.
    fn written(&self, rows_max: usize) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let title = format!("{} ({})", self.title, grouped(self.rows.len()));
        let shown = &self.rows[..self.rows.len().min(rows_max)];
        let mut text = String::new();
        if !shown.is_empty() {
            text += &format!("| {} |\n|{}\n", self.columns.join(" | "), " --- |".repeat(self.columns.len()));
            shown.iter().for_each(|row| text += row);
        }
        let hidden = self.rows.len() - shown.len();
        if hidden > 0 {
            text += &format!("\n… and {} more, which `catalog check` lists\n", grouped(hidden));
        }
        if self.is_always_open || self.rows.len() <= ROWS_OPEN_MAX {
            format!("**{title}**\n\n{text}\n")
        } else {
            format!("<details><summary><b>{title}</b></summary>\n\n{text}\n</details>\n\n")
        }
    }
}
