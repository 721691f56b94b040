//! Limits of calls that do not fit each other.

use catalog_core::{
    graph::CatalogGraph,
    query::{Call, CallLimits, RetryLink, StatedLimit},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{PlaceReport, ref_of, short},
};

/// What is wrong with the timeouts and retries that are stated.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallLimitsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many calls have a limit that is stated.
    pub stated: usize,
    /// Callers that give up before those they call do: by what is missing, the most first.
    pub timeouts: Vec<TimeoutInversionReport>,
    /// Chains of calls on which retries multiply, the worst to each callee; the greatest amplification
    /// first; at most a thousand.
    pub chains: Vec<RetryChainReport>,
    /// How many such chains there are.
    pub chains_total: usize,
    /// Circles of calls with retries: nothing bounds how often they call.
    pub circles: Vec<RetryCircleReport>,
    /// Calls of which different limits are stated, with those that were taken.
    pub contradicted: Vec<CallReport>,
}

/// A call with its limits.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallReport {
    /// The caller, as a canonical ref.
    pub from: String,
    /// What is called: an entity, or an API that others provide.
    pub to: String,
    /// The endpoint, where the statements are about one alone.
    pub endpoint: Option<String>,
    /// After how many milliseconds the caller gives up one attempt.
    pub timeout_ms: Option<StatedLimitReport>,
    /// How often the caller tries again.
    pub retries: Option<StatedLimitReport>,
}

/// A limit as it is stated.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatedLimitReport {
    /// The value that is taken.
    pub value: u64,
    /// Where it is stated.
    pub place: PlaceReport,
    /// Other values that are stated for the same, the strongest first; they are not taken.
    pub contradicted_by: Vec<OtherLimitReport>,
}

/// A limit that is not taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OtherLimitReport {
    /// The value.
    pub value: u64,
    /// Where it is stated.
    pub place: PlaceReport,
}

/// A caller that gives up while what it calls is still waiting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeoutInversionReport {
    /// `error` where the caller is critical, else `warning`.
    pub severity: &'static str,
    /// The call that gives up.
    pub call: CallReport,
    /// Its timeout, in milliseconds.
    pub timeout_ms: u64,
    /// The one that is still waiting: what is called, or one that provides the API that is called.
    pub callee: String,
    /// What that one calls.
    pub callee_call: CallReport,
    /// How long it may wait for that, with all attempts, in milliseconds.
    pub allowed_ms: u64,
}

/// A chain of calls on which several are tried again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetryChainReport {
    /// `warning`.
    pub severity: &'static str,
    /// How many calls of the last callee one request can become.
    pub amplification: u64,
    /// The calls, each beginning where the one before ends.
    pub links: Vec<RetryLinkReport>,
}

/// A circle of calls in which something is tried again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetryCircleReport {
    /// `error`.
    pub severity: &'static str,
    /// How many times more there is to do after each round.
    pub amplification_each_round: u64,
    /// The calls, each beginning where the one before ends, the first where the last ends.
    pub links: Vec<RetryLinkReport>,
}

/// One call of a chain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetryLinkReport {
    /// The caller.
    pub from: String,
    /// The callee; a provider where the caller is an API.
    pub to: String,
    /// How often it is tried; 1 where nothing is said.
    pub attempts: u64,
    /// Where the retries are stated.
    pub place: Option<PlaceReport>,
}

impl From<&Call<'_>> for CallReport {
    fn from(call: &Call<'_>) -> Self {
        Self {
            from: ref_of(call.from),
            to: ref_of(call.to),
            endpoint: call.endpoint.map(str::to_owned),
            timeout_ms: call.timeout_ms.as_ref().map(StatedLimitReport::from),
            retries: call.retries.as_ref().map(StatedLimitReport::from),
        }
    }
}

impl<T: Copy + Into<u64>> From<&StatedLimit<T>> for StatedLimitReport {
    fn from(limit: &StatedLimit<T>) -> Self {
        let others = limit.contradicted_by.iter().map(|(value, origin)| OtherLimitReport {
            value: (*value).into(),
            place: PlaceReport::from(origin),
        });
        Self {
            value: limit.value.into(),
            place: PlaceReport::from(&limit.origin),
            contradicted_by: others.collect(),
        }
    }
}

impl From<&RetryLink<'_>> for RetryLinkReport {
    fn from(link: &RetryLink<'_>) -> Self {
        let retries = link.call.as_ref().and_then(|call| call.retries.as_ref());
        Self {
            from: ref_of(link.from),
            to: ref_of(link.to),
            attempts: link.attempts,
            place: retries.map(|retries| PlaceReport::from(&retries.origin)),
        }
    }
}

impl CallLimitsReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &CallLimits<'_>) -> Self {
        let links = |links: &[RetryLink<'_>]| links.iter().map(RetryLinkReport::from).collect();
        let timeouts = answer.timeouts.iter().map(|of| TimeoutInversionReport {
            severity: of.severity().name(),
            call: CallReport::from(&of.call),
            timeout_ms: of.timeout_ms,
            callee: ref_of(of.callee),
            callee_call: CallReport::from(&of.callee_call),
            allowed_ms: of.allowed_ms,
        });
        let chains = answer.chains.iter().map(|of| RetryChainReport {
            severity: of.severity().name(),
            amplification: of.amplification,
            links: links(&of.links),
        });
        let circles = answer.circles.iter().map(|of| RetryCircleReport {
            severity: of.severity().name(),
            amplification_each_round: of.amplification_each_round,
            links: links(&of.links),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            stated: answer.stated,
            timeouts: timeouts.collect(),
            chains: chains.collect(),
            chains_total: answer.chains_total,
            circles: circles.collect(),
            contradicted: answer.contradicted.iter().map(CallReport::from).collect(),
        }
    }
}

fn chain(links: &[RetryLinkReport]) -> String {
    let mut text = links.first().map(|link| short(&link.from)).unwrap_or_default();
    for link in links {
        let times = if link.attempts > 1 { format!(" ×{}", link.attempts) } else { String::new() };
        text = format!("{text} →{times} {}", short(&link.to));
    }
    text
}

fn place_of(links: &[RetryLinkReport]) -> String {
    links.iter().find_map(|link| link.place.as_ref()).map(PlaceReport::short).unwrap_or_default()
}

impl Report for CallLimitsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["severity", "finding", "calls", "place"]);
        for of in &self.timeouts {
            let place = of.call.timeout_ms.as_ref().map(|timeout| timeout.place.short());
            let (caller, called) = (short(&of.call.from), short(&of.call.to));
            table.push([
                of.severity.into(),
                format!("gives up after {} ms, its callee after {} ms", of.timeout_ms, of.allowed_ms),
                if of.callee == of.call.to {
                    format!("{caller} → {called} → {}", short(&of.callee_call.to))
                } else {
                    format!("{caller} → {called} → {} → {}", short(&of.callee), short(&of.callee_call.to))
                },
                place.unwrap_or_default(),
            ]);
        }
        for of in &self.circles {
            table.push([
                of.severity.into(),
                "retries in a circle".into(),
                chain(&of.links),
                place_of(&of.links),
            ]);
        }
        for of in &self.chains {
            let finding = format!("one call can become {}", of.amplification);
            table.push([of.severity.into(), finding, chain(&of.links), place_of(&of.links)]);
        }
        for of in &self.contradicted {
            let limits = [("timeout in ms", &of.timeout_ms), ("retries", &of.retries)];
            for (name, limit) in limits {
                let Some(limit) = limit.as_ref().filter(|limit| !limit.contradicted_by.is_empty()) else {
                    continue;
                };
                let others: Vec<String> =
                    limit.contradicted_by.iter().map(|other| other.value.to_string()).collect();
                table.push([
                    "note".into(),
                    format!("{name} {} is taken, not {}", limit.value, others.join(", ")),
                    format!("{} → {}", short(&of.from), short(&of.to)),
                    limit.place.short(),
                ]);
            }
        }
        let findings = table.rows.len();
        let stated = count(self.stated, "call states a limit", "calls state a limit");
        let mut page =
            Page::default().heading(format!("{}; {stated}", count(findings, "finding", "findings")));
        page = page.table(table);
        let left_out = self.chains_total - self.chains.len();
        if left_out > 0 {
            page = page.text(format!("{} not told", count(left_out, "lesser chain is", "lesser chains are")));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        let timeouts = self.timeouts.iter().filter_map(|row| serde_json::to_value(row).ok());
        let circles = self.circles.iter().filter_map(|row| serde_json::to_value(row).ok());
        let chains = self.chains.iter().filter_map(|row| serde_json::to_value(row).ok());
        let contradicted = self.contradicted.iter().filter_map(|row| serde_json::to_value(row).ok());
        timeouts.chain(circles).chain(chains).chain(contradicted).collect()
    }
}
