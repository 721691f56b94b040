//! `ownershipGaps`: what is missing in who owns what.

use std::cmp::Reverse;

use async_graphql::{Context, InputObject, Object, Result};
use catalog_core::{
    gaps::{GapExemption, GapFilter, GapRule, OwnerSuggester, OwnershipGap, RULES, ownership_gaps},
    query::{OWNER_KINDS, WHOLE_KINDS, find_repository},
};

use super::{entities::read_ref, gap_question, graph_of};
use crate::graphql::{
    ErrorCode,
    page::{Page, PageArguments, error, page},
    types::{
        gap::{GapRuleObject, OwnershipGapObject},
        severity::SeverityValue,
    },
};

#[derive(Default)]
pub(super) struct OwnershipGapsQuery;

/// Which gaps to list. The parts are joined by *and*; a part that is left out asks for nothing.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "OwnershipGapFilter")]
pub(super) struct OwnershipGapFilterInput {
    /// Codes of rules, as in `owner-unknown`; a gap of any of them passes.
    #[graphql(default)]
    codes: Vec<String>,
    /// Gaps whose subject is this owner or has it, as in `group:shop`; without a kind, a group or else a person.
    owner: Option<String>,
    /// Gaps whose subject is of this kind, as in `component`.
    kind: Option<String>,
    /// Gaps whose subject is declared in this repository: its whole id, or the end of one after a `/`.
    repository: Option<String>,
    /// Gaps whose subject is this system or domain or a part of it; without a kind, a system or else a domain.
    system: Option<String>,
    /// Gaps at least as bad as this.
    severity: Option<SeverityValue>,
}

#[Object]
impl OwnershipGapsQuery {
    /// What is missing, broken, doubtful or stale in ownership, worst first, then by code and subject.
    /// How much of the organisation that rests on is in `catalog { coverage }`.
    async fn ownership_gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which gaps; all where it is left out.")] filter: Option<OwnershipGapFilterInput>,
        #[graphql(
            desc = "Whether those that the settings leave open are listed as well, with their exemption.",
            default
        )]
        include_exempted: bool,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnershipGapObject>> {
        let graph = graph_of(ctx)?;
        let filter = filter.unwrap_or_default().read(graph)?;
        let mut report = ownership_gaps(gap_question(ctx)?);
        filter.apply(graph, &mut report);
        let asked = ctx.look_ahead();
        let is_suggested = asked.field("nodes").field("suggestedOwner").exists()
            || asked.field("edges").field("node").field("suggestedOwner").exists();
        let suggester = is_suggested.then(|| OwnerSuggester::new(graph));
        let exempted = report.exempted.iter().filter(|_| include_exempted);
        let exempted = exempted.map(|of| (&of.gap, Some(&of.exemption)));
        let mut rows: Vec<(&OwnershipGap, Option<&GapExemption>)> =
            report.gaps.iter().map(|gap| (gap, None)).chain(exempted).collect();
        let key = |gap: &OwnershipGap| {
            (Reverse(gap.severity as u8), gap.code.to_owned(), gap.subject.to_string(), gap.message.clone())
        };
        rows.sort_by_cached_key(|(gap, _)| key(gap));
        page(
            ctx,
            graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |(gap, _)| key(gap),
            |(gap, exemption)| {
                let suggestion = suggester.as_ref().and_then(|suggester| suggester.for_gap(gap));
                OwnershipGapObject::new(graph, gap, suggestion, *exemption)
            },
        )
    }

    /// The rules by which gaps are found, by code: what each means, why it hurts, how to mend it, and what the
    /// settings make of it here.
    async fn gap_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only the rule of this code, as in `unowned`; all where it is left out.")]
        code: Option<String>,
    ) -> Result<Vec<GapRuleObject>> {
        let settings = gap_question(ctx)?.settings;
        let mut rules: Vec<&GapRule> = RULES.to_vec();
        rules.retain(|rule| code.as_ref().is_none_or(|code| rule.code == code));
        rules.sort_by_key(|rule| rule.code);
        Ok(rules.into_iter().map(|rule| GapRuleObject::new(rule, settings)).collect())
    }
}

impl OwnershipGapFilterInput {
    fn read(self, graph: &catalog_core::graph::CatalogGraph) -> Result<GapFilter> {
        let rule = |code: &String| {
            GapRule::find(code)
                .ok_or_else(|| error(ErrorCode::ArgumentInvalid, format!("no rule has the code `{code}`")))
        };
        let repository = |text: String| match find_repository(graph, &text) {
            Ok(repository) => Ok(repository.id().clone()),
            Err(fault) => Err(error(ErrorCode::ArgumentInvalid, fault.to_string())),
        };
        Ok(GapFilter {
            rules: self.codes.iter().map(rule).collect::<Result<_>>()?,
            owner: self.owner.map(|text| read_ref(graph, "owner", &OWNER_KINDS, &text)).transpose()?,
            kind: self.kind.map(Into::into),
            repository: self.repository.map(repository).transpose()?,
            system: self.system.map(|text| read_ref(graph, "system", &WHOLE_KINDS, &text)).transpose()?,
            severity_min: self.severity.map(Into::into),
        })
    }
}
