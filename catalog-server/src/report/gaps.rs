//! Where ownership is missing, broken or doubtful, and how much of the organisation that is taken from.

use catalog_core::{
    gaps::{Coverage, ExemptedGap, GapReport, GapRule, OwnershipGap},
    graph::CatalogGraph,
    model::Severity,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::{count, grouped},
    place::{PlaceReport, short},
    suggestion::OwnerSuggestionReport,
};

/// From how many gaps on an owner that nothing declares is named beside the sum.
const GAPS_WORTH_NAMING: usize = 3;
/// How many of them are named there.
const OWNERS_NAMED_MAX: usize = 5;

/// Gaps in ownership, worst first, with the coverage that they rest on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How much of the organisation the gaps are taken from.
    pub coverage: CoverageReport,
    /// How many gaps are listed.
    pub total: usize,
    /// The gaps by severity, worst first, then by code and entity.
    pub gaps: Vec<OwnershipGapReport>,
    /// The owners that no manifest declares, with how many of these gaps the declaration of each would close,
    /// most first.
    pub undeclared_owners: Vec<UndeclaredOwnerReport>,
    /// How many gaps the settings leave open, which are not among those.
    pub exempted_total: usize,
    /// Those, where they were asked for; else none are listed.
    pub exempted: Vec<ExemptedGapReport>,
}

/// An owner that no manifest declares.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndeclaredOwnerReport {
    /// The name by which it is known.
    #[serde(rename = "ref")]
    pub owner: String,
    /// How many gaps its declaration would close.
    pub gaps: usize,
}

/// A gap that the settings leave open.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExemptedGapReport {
    /// The gap.
    #[serde(flatten)]
    pub gap: OwnershipGapReport,
    /// Who answers for leaving it open, and why.
    pub exemption: ExemptionReport,
}

/// That gaps are left open on purpose.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExemptionReport {
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, as in `2027-01-31`.
    pub until: String,
}

/// How much of the organisation was read. What could not be read is unknown, never unowned.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoverageReport {
    /// Repositories that were ever visited.
    pub repositories: usize,
    /// Of those, the ones that the last visit could read.
    pub readable: usize,
    /// Of those, the ones that it could not: what is known of them is stale.
    pub unreadable: usize,
    /// Repositories with a manifest that declares entities.
    pub with_manifests: usize,
    /// Repositories that were read and have none.
    pub without_manifests: usize,
    /// Repositories that could not be read and of which nothing was kept.
    pub unknown: usize,
    /// Entities that a manifest declares.
    pub entities: usize,
    /// Of those, the ones that must have an owner.
    pub entities_ownable: usize,
    /// Of those, the ones that have one.
    pub entities_owned: usize,
    /// Of those, the ones whose owner a manifest declares.
    pub entities_owned_by_known: usize,
    /// Of those that must have an owner, the ones of which it is not known whether they have one, since an
    /// ownership file cannot be read. They are not counted as unowned.
    pub entities_unknown: usize,
    /// Declared entities that are known from an earlier commit only.
    pub entities_stale: usize,
    /// Names that something points at and nothing declares.
    pub placeholders: usize,
}

/// One gap.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnershipGapReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The entity whose ownership it is about.
    #[serde(rename = "ref")]
    pub subject: String,
    /// The repository that the entity stands for or is declared in.
    pub repository: Option<String>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<&'static str>,
    /// The places that say so; of a conflict both, the stronger one first.
    pub origins: Vec<PlaceReport>,
    /// Other entities that it is about.
    pub related: Vec<String>,
    /// Whether it rests on knowledge of an earlier commit.
    pub stale: bool,
    /// Who could own what it is about, as recent commits say it; only with `--suggest`, and null where they
    /// say nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_owner: Option<OwnerSuggestionReport>,
}

impl From<&Coverage> for CoverageReport {
    fn from(coverage: &Coverage) -> Self {
        Self {
            repositories: coverage.repositories,
            readable: coverage.readable,
            unreadable: coverage.unreadable,
            with_manifests: coverage.with_manifests,
            without_manifests: coverage.without_manifests,
            unknown: coverage.unknown,
            entities: coverage.entities,
            entities_ownable: coverage.entities_ownable,
            entities_owned: coverage.entities_owned,
            entities_owned_by_known: coverage.entities_owned_by_known,
            entities_unknown: coverage.entities_unknown,
            entities_stale: coverage.entities_stale,
            placeholders: coverage.placeholders,
        }
    }
}

impl From<&OwnershipGap> for OwnershipGapReport {
    fn from(gap: &OwnershipGap) -> Self {
        Self {
            code: gap.code,
            severity: gap.severity.name(),
            subject: gap.subject.to_string(),
            repository: gap.repository.as_ref().map(ToString::to_string),
            message: gap.message.clone(),
            remedy: GapRule::find(gap.code).map(|rule| rule.remedy),
            origins: gap.origins.iter().map(PlaceReport::from).collect(),
            related: gap.related.iter().map(ToString::to_string).collect(),
            stale: gap.stale,
            suggested_owner: gap.suggestion.as_deref().map(OwnerSuggestionReport::from),
        }
    }
}

impl From<&ExemptedGap> for ExemptedGapReport {
    fn from(exempted: &ExemptedGap) -> Self {
        let exemption = &exempted.exemption;
        Self {
            gap: OwnershipGapReport::from(&exempted.gap),
            exemption: ExemptionReport {
                owner: exemption.owner.to_string(),
                reason: exemption.reason.to_string(),
                until: exemption.until.to_string(),
            },
        }
    }
}

impl GapsReport {
    /// The report of an answer, which lists the exempted gaps where they are asked for.
    pub fn new(graph: &CatalogGraph, answer: &GapReport, with_exempted: bool) -> Self {
        let exempted = answer.exempted.iter().filter(|_| with_exempted);
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            coverage: CoverageReport::from(&answer.coverage),
            total: answer.gaps.len(),
            gaps: answer.gaps.iter().map(OwnershipGapReport::from).collect(),
            undeclared_owners: answer
                .undeclared_owners()
                .iter()
                .map(|of| UndeclaredOwnerReport { owner: of.owner.to_string(), gaps: of.gaps })
                .collect(),
            exempted_total: answer.exempted.len(),
            exempted: exempted.map(ExemptedGapReport::from).collect(),
        }
    }

    /// Whom to declare first, where that closes several gaps at once.
    fn undeclared_sentence(&self) -> Option<String> {
        self.undeclared_owners.first().filter(|first| first.gaps >= GAPS_WORTH_NAMING)?;
        let worth = self.undeclared_owners.iter().take_while(|of| of.gaps >= GAPS_WORTH_NAMING);
        let named: Vec<String> = worth
            .take(OWNERS_NAMED_MAX)
            .map(|of| format!("{} ({})", short(&of.owner), grouped(of.gaps)))
            .collect();
        let owners = count(
            self.undeclared_owners.len(),
            "owner that no manifest declares",
            "owners that no manifest declares",
        );
        Some(format!("{owners}; most gaps close by declaring {}", named.join(", ")))
    }

    fn total_sentence(&self) -> String {
        let of = |severity: Severity| {
            let found = self.gaps.iter().filter(|gap| gap.severity == severity.name()).count();
            (found > 0).then(|| count(found, severity.name(), &format!("{}s", severity.name())))
        };
        let severities: Vec<String> = Severity::ALL.into_iter().rev().filter_map(of).collect();
        let gaps = match self.total {
            0 => "no gaps".to_owned(),
            total => format!("{}: {}", count(total, "gap", "gaps"), severities.join(", ")),
        };
        match (self.exempted_total, self.exempted.is_empty()) {
            (0, _) => gaps,
            (exempted, false) => format!("{gaps}; {} more exempted", grouped(exempted)),
            (exempted, true) => {
                format!("{gaps}; {} more exempted, which `--exempted` lists", grouped(exempted))
            }
        }
    }
}

impl CoverageReport {
    /// What the gaps are taken from, first of all what is not known.
    fn lines(&self) -> Vec<String> {
        let unread = match (self.unreadable, self.unknown) {
            (0, _) => "all could be read".to_owned(),
            (unreadable, unknown) => format!(
                "{} could not be read, of {} of which nothing is known",
                grouped(unreadable),
                grouped(unknown)
            ),
        };
        let repositories = format!(
            "{}: {} with a catalog manifest, {} without, and {unread}",
            count(self.repositories, "repository", "repositories"),
            grouped(self.with_manifests),
            grouped(self.without_manifests),
        );
        let unowned = self.entities_ownable - self.entities_owned - self.entities_unknown;
        let unknown = match self.entities_unknown {
            0 => String::new(),
            unknown => format!(", of {} it is not known", grouped(unknown)),
        };
        let owned = format!(
            "owned {} of {} ({}), {} of them by somebody declared; {} by nobody{unknown}",
            grouped(self.entities_owned),
            count(self.entities_ownable, "entity", "entities"),
            percent(self.entities_owned, self.entities_ownable),
            grouped(self.entities_owned_by_known),
            grouped(unowned),
        );
        let stale = (self.entities_stale > 0).then(|| {
            format!(
                "{} known from an earlier commit only",
                count(self.entities_stale, "entity is", "entities are")
            )
        });
        [repositories, owned].into_iter().chain(stale).collect()
    }
}

/// A share in whole percent, rounded down, so that only all is 100.
fn percent(part: usize, whole: usize) -> String {
    (part * 100).checked_div(whole).map_or_else(|| "–".to_owned(), |percent| format!("{percent}%"))
}

impl Report for GapsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["severity", "code", "entity", "message", "place"]);
        for gap in &self.gaps {
            table.push([
                gap.severity.into(),
                gap.code.into(),
                short(&gap.subject),
                gap.message.clone(),
                gap.origins
                    .first()
                    .map(PlaceReport::short)
                    .or_else(|| gap.repository.clone())
                    .unwrap_or_default(),
            ]);
        }
        let suggestions = self.gaps.iter().filter_map(|gap| {
            let suggestion = gap.suggested_owner.as_ref()?;
            Some(suggestion.lines(gap.code, &gap.subject))
        });
        let suggestions: Vec<String> = suggestions.flatten().collect();
        let mut page = Page::default().table(table);
        if !suggestions.is_empty() {
            page = page.heading("owners that recent commits suggest").lines(suggestions);
        }
        if !self.exempted.is_empty() {
            page = page.table(exempted_table(&self.exempted));
        }
        let lines = self.undeclared_sentence().into_iter().chain(self.coverage.lines());
        page.text(self.total_sentence()).lines(lines.collect::<Vec<_>>())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.gaps.iter().filter_map(|gap| serde_json::to_value(gap).ok()).collect()
    }
}

/// Gaps that are left open, with who answers for that.
pub(super) fn exempted_table(exempted: &[ExemptedGapReport]) -> Table {
    let mut table = Table::new(&["exempted", "entity", "until", "who answers", "why"]);
    for gap in exempted {
        let exemption = &gap.exemption;
        table.push([
            gap.gap.code.into(),
            short(&gap.gap.subject),
            exemption.until.clone(),
            short(&exemption.owner),
            exemption.reason.clone(),
        ]);
    }
    table
}
