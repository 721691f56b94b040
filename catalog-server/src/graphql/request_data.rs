//! What a request is asked about: the graph, the settings and the policies that it carries.

use std::sync::Arc;

use async_graphql::{Context, Result};
use catalog_core::{
    gaps::GapQuestion,
    graph::CatalogGraph,
    readiness::{Policy, PolicySet},
};

use super::{ErrorCode, Measures, moment::now, page::error};

/// The graph of the request.
pub(super) fn graph_of<'c>(ctx: &Context<'c>) -> Result<&'c Arc<CatalogGraph>> {
    ctx.data::<Arc<CatalogGraph>>()
}

/// What the request is measured by.
pub(super) fn measures_of<'c>(ctx: &Context<'c>) -> Result<&'c Arc<Measures>> {
    ctx.data::<Arc<Measures>>()
}

/// The question for the gaps of the graph of the request.
pub(super) fn gap_question<'c>(ctx: &Context<'c>) -> Result<GapQuestion<'c>> {
    let (graph, settings) = (graph_of(ctx)?, &measures_of(ctx)?.gaps);
    Ok(GapQuestion { graph, now: now(), settings })
}

/// The policies of the settings.
pub(super) fn policies_of<'c>(ctx: &Context<'c>) -> Result<&'c Arc<PolicySet>> {
    Ok(&measures_of(ctx)?.policies)
}

/// The policy that is meant, with the place of the level that is asked for.
pub(super) fn chosen_policy<'c>(
    ctx: &Context<'c>,
    name: Option<&str>,
    level: Option<&str>,
) -> Result<(&'c Policy, usize)> {
    let policies = policies_of(ctx)?;
    let invalid = |message: String| error(ErrorCode::ArgumentInvalid, message);
    let policy = match (name, policies.policies.as_slice()) {
        (Some(name), _) => {
            policies.policy(name).ok_or_else(|| match policies.faults_of(Some(name)).next() {
                Some(fault) => invalid(format!("policy `{name}` is not understood: {}", fault.message)),
                None => invalid(format!("there is no policy `{name}`; `gates` lists them")),
            })?
        }
        (None, [only]) => only,
        (None, _) => {
            return Err(invalid("`policy` is missing: there is not exactly one; `gates` lists them".into()));
        }
    };
    let required = match level {
        None => policy.required,
        Some(level) => policy
            .level(level)
            .ok_or_else(|| invalid(format!("policy `{}` has no level `{level}`", policy.name)))?,
    };
    Ok((policy, required))
}
