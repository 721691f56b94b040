//! What entities promise against what their needs allow, as JSON and as a page with the arithmetic.

use catalog_core::{
    graph::CatalogGraph,
    model::Availability,
    query::{
        AllowedAvailability, AvailabilityAnswer, AvailabilityArithmetic, AvailabilityPromise,
        EntityAvailability,
    },
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{PlaceReport, ref_of, short, tier_of},
};

/// What entities promise, against what their needs allow.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many entities are listed.
    pub total: usize,
    /// How many entities of the catalog promise an availability.
    pub promised: usize,
    /// How many of those listed are only bounded, at one end or both.
    pub inexact: usize,
    /// The entities: those with the worst finding first, then those whose needs take most of their error
    /// budget, then by ref.
    pub entities: Vec<EntityAvailabilityReport>,
    /// The arithmetic of the entities that were asked for by name, in the same order; empty where all were.
    pub arithmetic: Vec<ArithmeticReport>,
}

/// What one entity promises, against what its needs allow.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityAvailabilityReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// What it promises; null where nothing.
    pub promise: Option<PromiseReport>,
    /// What its hard needs allow where each entity behind it counts, once: the pessimistic end.
    pub lower: AllowedReport,
    /// What its hard needs allow where only direct promises count, as if these covered all that lies
    /// behind them: the optimistic end.
    pub upper: AllowedReport,
    /// How many times its error budget its needs take at the optimistic end: above 1, the promise cannot be
    /// kept. Null without a promise, or where there is no budget.
    pub budget_taken: Option<f64>,
    /// How many entities it hard-needs, alternatives included, transitively; null where that was too dear.
    pub needed: Option<u32>,
    /// How many of those promise nothing: they count as perfect, so that both ends are "at most".
    pub unknown: Option<u32>,
    /// The external parties whose failure alone brings it down, the least available first.
    pub external: Vec<ExternalShareReport>,
    /// What is to be said about it, worst first.
    pub findings: Vec<AvailabilityFindingReport>,
}

/// What an entity promises.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromiseReport {
    /// In percent.
    pub availability: f64,
    /// What is missing to all, as a share of one: exact where the percentage is nearly 100.
    pub unavailability: f64,
    /// The error budget, in minutes of 30 days.
    pub minutes: f64,
    /// As it is written.
    pub stated: String,
    /// Where it is written.
    pub place: Option<PlaceReport>,
}

/// One end of what the needs of an entity allow.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowedReport {
    /// In percent.
    pub availability: f64,
    /// What is missing to all, as a share of one: exact where the percentage is nearly 100.
    pub unavailability: f64,
    /// The minutes of 30 days in which its needs fail it.
    pub minutes: f64,
    /// Whether the number is exact under its reading of promises; if not, the end may lie further out than
    /// it has to.
    pub exact: bool,
    /// `product` where nothing is shared, `factoring` of what alternatives share, or bounded by
    /// `association`.
    pub method: &'static str,
}

/// An external party whose failure alone brings an entity down.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExternalShareReport {
    /// The party, as a canonical ref.
    #[serde(rename = "ref")]
    pub party: String,
    /// What it promises, in percent.
    pub promise: f64,
    /// The minutes of 30 days in which it may fail while it keeps its promise.
    pub minutes: f64,
    /// How many times the error budget of the entity that is; null without a budget.
    pub of_budget: Option<f64>,
}

/// Something to be said about what an entity promises or expects.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityFindingReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub remedy: &'static str,
    /// Other entities that it is about.
    pub related: Vec<String>,
    /// The places that state what does not fit.
    pub places: Vec<PlaceReport>,
}

/// What the bound of one entity is made of: factors that multiply to its lower end where alternatives share
/// nothing with each other.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArithmeticReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What has to work in any case: what it needs directly first, then by ref.
    pub required: Vec<RequiredReport>,
    /// What has to work in one way or another.
    pub alternatives: Vec<AlternativesReport>,
}

/// One entity that has to work in any case.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequiredReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What it promises; without a promise it counts as perfect.
    pub promise: Option<PromiseReport>,
    /// Whether it is needed directly, and not only by what is needed.
    pub direct: bool,
    /// Whether it counts for the upper end: no promise stands between it and the entity.
    pub counts_for_upper: bool,
}

/// Alternatives of which one has to work.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlternativesReport {
    /// What needs one of them, as a canonical ref.
    pub needed_by: String,
    /// The members, by ref.
    pub members: Vec<AlternativeReport>,
    /// How often any of them works, given that all that is required works.
    pub any: AllowedReport,
}

/// One of several alternatives.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlternativeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What it promises.
    pub promise: Option<PromiseReport>,
    /// How often it works with all that it needs beyond what is required in any case, in percent.
    pub availability: f64,
    /// How often it does not, as a share of one.
    pub unavailability: f64,
}

impl From<&AvailabilityPromise<'_>> for PromiseReport {
    fn from(promise: &AvailabilityPromise<'_>) -> Self {
        Self {
            availability: promise.availability.percent(),
            unavailability: promise.availability.unavailability(),
            minutes: promise.availability.minutes(),
            stated: promise.stated.to_owned(),
            place: promise.origin.as_ref().map(PlaceReport::from),
        }
    }
}

impl From<AllowedAvailability> for AllowedReport {
    fn from(allowed: AllowedAvailability) -> Self {
        Self {
            availability: allowed.availability.percent(),
            unavailability: allowed.availability.unavailability(),
            minutes: allowed.availability.minutes(),
            exact: allowed.method.is_exact(),
            method: allowed.method.name(),
        }
    }
}

impl From<&EntityAvailability<'_>> for EntityAvailabilityReport {
    fn from(row: &EntityAvailability<'_>) -> Self {
        let budget = row.promise.as_ref().map(|promise| promise.availability);
        let finite = |number: f64| number.is_finite().then_some(number);
        Self {
            entity: ref_of(row.entity),
            tier: tier_of(row.entity),
            owner: row.entity.owner().map(ref_of),
            promise: row.promise.as_ref().map(Into::into),
            lower: row.lower.into(),
            upper: row.upper.into(),
            budget_taken: row.budget_taken().and_then(finite),
            needed: row.needed,
            unknown: row.unknown,
            external: row
                .external
                .iter()
                .map(|share| ExternalShareReport {
                    party: ref_of(share.party),
                    promise: share.promise.percent(),
                    minutes: share.promise.minutes(),
                    of_budget: budget.and_then(|budget| finite(share.of_budget(budget))),
                })
                .collect(),
            findings: row
                .findings
                .iter()
                .map(|finding| AvailabilityFindingReport {
                    code: finding.rule.code,
                    severity: finding.rule.severity.name(),
                    message: finding.message.clone(),
                    remedy: finding.rule.remedy,
                    related: finding.related.iter().map(|related| ref_of(*related)).collect(),
                    places: finding.origins.iter().map(PlaceReport::from).collect(),
                })
                .collect(),
        }
    }
}

impl From<&AvailabilityArithmetic<'_>> for ArithmeticReport {
    fn from(arithmetic: &AvailabilityArithmetic<'_>) -> Self {
        let required = arithmetic.required.iter().map(|factor| RequiredReport {
            entity: ref_of(factor.entity),
            promise: factor.promise.as_ref().map(Into::into),
            direct: factor.is_direct,
            counts_for_upper: factor.counts_for_upper,
        });
        let alternatives = arithmetic.groups.iter().map(|group| AlternativesReport {
            needed_by: ref_of(group.needy),
            members: group
                .members
                .iter()
                .map(|member| AlternativeReport {
                    entity: ref_of(member.entity),
                    promise: member.promise.as_ref().map(Into::into),
                    availability: member.availability.percent(),
                    unavailability: member.availability.unavailability(),
                })
                .collect(),
            any: group.any.into(),
        });
        Self {
            entity: ref_of(arithmetic.entity),
            required: required.collect(),
            alternatives: alternatives.collect(),
        }
    }
}

impl AvailabilityReport {
    /// The report of an answer, with the arithmetic of those of its entities for which there is one.
    pub fn new(
        graph: &CatalogGraph,
        answer: &AvailabilityAnswer<'_>,
        arithmetic: &[AvailabilityArithmetic<'_>],
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: answer.entities.len(),
            promised: answer.promised,
            inexact: answer.inexact,
            entities: answer.entities.iter().map(Into::into).collect(),
            arithmetic: arithmetic.iter().map(Into::into).collect(),
        }
    }

    /// A share of unavailability as people write its availability.
    fn percent(unavailability: f64) -> String {
        Availability::of_unavailability(unavailability)
            .map_or_else(|| "–".to_owned(), |availability| availability.to_string())
    }

    /// What an end allows: `≤` where something that promises nothing counts as perfect, `~` where it is
    /// not exact.
    fn allowed(row: &EntityAvailabilityReport, end: &AllowedReport) -> String {
        if row.needed == Some(0) {
            return "–".to_owned();
        }
        let about = if end.exact { "" } else { "~" };
        let at_most = if row.unknown == Some(0) { "" } else { "≤ " };
        format!("{at_most}{about}{}", Self::percent(end.unavailability))
    }

    fn findings_table(&self) -> Table {
        let mut table = Table::new(&["severity", "code", "entity", "message", "place"]);
        let all = self.entities.iter().flat_map(|row| row.findings.iter().map(move |of| (row, of)));
        let severities = ["error", "warning", "note"];
        for severity in severities {
            for (row, finding) in all.clone().filter(|(_, finding)| finding.severity == severity) {
                table.push([
                    finding.severity.into(),
                    finding.code.into(),
                    short(&row.entity),
                    finding.message.clone(),
                    finding.places.first().map(PlaceReport::short).unwrap_or_default(),
                ]);
            }
        }
        table
    }
}

impl Report for AvailabilityReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&[
            "entity",
            "promise",
            "minutes",
            "at most",
            "if all count",
            "taken",
            "needs",
            "unknown",
            "findings",
        ]);
        for row in &self.entities {
            let number = |number: Option<u32>| number.map_or_else(|| "–".into(), |of| of.to_string());
            let mut codes: Vec<&str> = row.findings.iter().map(|finding| finding.code).collect();
            codes.dedup();
            table.push([
                short(&row.entity),
                row.promise.as_ref().map_or_else(|| "–".into(), |of| Self::percent(of.unavailability)),
                row.promise.as_ref().map_or_else(|| "–".into(), |of| format!("{:.1}", of.minutes)),
                Self::allowed(row, &row.upper),
                Self::allowed(row, &row.lower),
                row.budget_taken.map_or_else(|| "–".into(), |taken| format!("{:.0} %", taken * 100.0)),
                number(row.needed),
                number(row.unknown),
                codes.join(", "),
            ]);
        }
        let findings = self.findings_table();
        let over = |code: &str| {
            self.entities.iter().filter(|row| row.findings.iter().any(|of| of.code == code)).count()
        };
        let heading = format!(
            "{} of {} in the catalog: {} over what direct promises allow, {} over what everything behind allows",
            count(self.total, "entity", "entities"),
            count(self.promised, "promise", "promises"),
            over("promise-over-bound"),
            over("promise-over-closure")
        );
        let mut page = Page::default().heading(heading).table(table).table(findings);
        for arithmetic in &self.arithmetic {
            let row = self.entities.iter().find(|row| row.entity == arithmetic.entity);
            page = page.lines(row.map(|row| arithmetic.lines(row)).unwrap_or_default());
        }
        if self.entities.iter().any(|row| row.unknown.is_some_and(|unknown| unknown > 0)) {
            page = page.text("≤: what promises nothing counts as perfect, so that it may be less");
        }
        if self.inexact > 0 {
            page = page.text(format!(
                "~: {} of these share too much to be exact, and are bounded (--factoring-entities-max)",
                self.inexact
            ));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entities.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}

/// How many factors of one entity a page shows.
const FACTORS_SHOWN_MAX: usize = 40;
/// How many entities without a promise a page names for one entity.
const UNKNOWN_SHOWN_MAX: usize = 6;

impl ArithmeticReport {
    /// One line for each factor, then what they come to.
    fn lines(&self, row: &EntityAvailabilityReport) -> Vec<String> {
        let place = |promise: &Option<PromiseReport>| {
            let place = promise.as_ref().and_then(|promise| promise.place.as_ref());
            place.map(|place| format!("   {}", place.proof())).unwrap_or_default()
        };
        let stated = |promise: &Option<PromiseReport>| {
            let percent = |promise: &PromiseReport| AvailabilityReport::percent(promise.unavailability);
            promise.as_ref().map_or_else(|| "100".to_owned(), percent)
        };
        let mut lines = vec![match &row.promise {
            Some(_) => {
                format!("{} promises {}{}", short(&self.entity), stated(&row.promise), place(&row.promise))
            }
            None => format!("{} promises nothing", short(&self.entity)),
        }];
        let (promised, unknown): (Vec<&RequiredReport>, Vec<&RequiredReport>) =
            self.required.iter().partition(|factor| factor.promise.is_some());
        for factor in promised.iter().take(FACTORS_SHOWN_MAX) {
            let mut remarks = Vec::new();
            if !factor.direct {
                remarks.push("behind");
            }
            if !factor.counts_for_upper {
                remarks.push("not if direct promises cover it");
            }
            let remarks =
                if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join(", ")) };
            let factor_of = format!("{}{remarks}{}", short(&factor.entity), place(&factor.promise));
            lines.push(format!("  × {:<9} {factor_of}", stated(&factor.promise)));
        }
        if promised.len() > FACTORS_SHOWN_MAX {
            let more = count(promised.len() - FACTORS_SHOWN_MAX, "more", "more");
            lines.push(format!("  × …         {more}, which `--format json` names"));
        }
        if !unknown.is_empty() {
            let mut names: Vec<String> =
                unknown.iter().take(UNKNOWN_SHOWN_MAX).map(|factor| short(&factor.entity)).collect();
            if unknown.len() > UNKNOWN_SHOWN_MAX {
                names.push("…".to_owned());
            }
            let promise = count(unknown.len(), "that promises nothing", "that promise nothing");
            lines.push(format!("  × 100       {promise}: {}", names.join(", ")));
        }
        for group in &self.alternatives {
            let members: Vec<String> = group
                .members
                .iter()
                .map(|member| {
                    let works = AvailabilityReport::percent(member.unavailability);
                    format!("{} {works}", short(&member.entity))
                })
                .collect();
            let any = AvailabilityReport::percent(group.any.unavailability);
            lines.push(format!(
                "  × {any:<9} any of {}, for {}",
                members.join(", "),
                short(&group.needed_by)
            ));
        }
        lines.push(format!(
            "  = {:<9} if each entity behind it counts ({}), {} if only direct promises count ({})",
            AvailabilityReport::percent(row.lower.unavailability),
            row.lower.method,
            AvailabilityReport::percent(row.upper.unavailability),
            row.upper.method
        ));
        for share in &row.external {
            let of_budget = share
                .of_budget
                .map(|share| format!(", {:.0} % of the error budget", share * 100.0))
                .unwrap_or_default();
            lines.push(format!(
                "  ! {} alone: {:.1} minutes in 30 days{of_budget}",
                short(&share.party),
                share.minutes
            ));
        }
        lines
    }
}
