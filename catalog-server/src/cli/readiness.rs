//! `catalog gate`: whether entities have what the organisation's policies ask of them.

use std::io::Write;

use catalog_core::{
    graph::{CatalogGraph, Entity},
    query::find_entity,
    readiness::{Assessment, Detail, Policy, PolicySet, assess},
};

use super::{
    CommandError, ExitStatus,
    context::{Context, say, stdout},
    list::FilterArguments,
};
use crate::{
    report::{Assessed, PoliciesReport, ReadinessReport, write_findings},
    settings::DEFAULT_POLICY,
};

/// What to judge, and by what.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Entities, as in `component:payments`
    #[arg(value_name = "REF")]
    entities: Vec<String>,
    /// Judge every declared entity; filters choose among them
    #[arg(long, conflicts_with = "entities")]
    all: bool,
    #[command(flatten)]
    filter: FilterArguments,
    /// Only by this policy; several times for several [default: every policy]
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// The level to be reached [default: the one that the policy requires]
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// List the policies and their checks, and end
    #[arg(long)]
    policies: bool,
    /// Print the policy that is used where none is configured, as a file to start from, and end
    #[arg(long)]
    print_policy: bool,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

const AFTER_HELP: &str = "\
A policy asks things of entities, level by level; an entity stops at the first level with a check that it
does not pass. What could not be decided (knowledge of an earlier commit, a policy with a mistake, an
expression that runs long) passes no gate. Policies are files in the folder that `[policy] folder` of
catalog.toml names, or tables `[[gate]]` in it.

  catalog gate payments                    one entity, and what to do next
  catalog gate payments --level gold       held against another level
  catalog gate --all --owner group:shop    everything of a team, with a summary
  catalog gate --print-policy > policies/readiness.toml
  catalog gate --all --format gitlab       for a pipeline; `github`, `sarif` and `junit` likewise

For other policy engines: `catalog gate --all --format json` is an input document with `entities[]` (ref,
outcome, reached, checks[].verdict), described by schema/reports/gate.schema.json; with Open Policy Agent:
  catalog gate --all --format json | opa eval --stdin-input --data rules.rego data.rules.deny

Exit codes: 0 passed at the level, 1 failed, 2 could not decide, 64 wrong usage.";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    if arguments.print_policy {
        let mut to = stdout();
        to.write_all(DEFAULT_POLICY.as_bytes())?;
        to.flush()?;
        return Ok(ExitStatus::Fine);
    }
    let policies = context.settings.policies();
    if arguments.policies {
        if context.findings_format.is_some() {
            return Err(CommandError::usage("this format is for findings, and policies alone have none")
                .hint("leave out `--policies`, or `--format`"));
        }
        context.write(&PoliciesReport::new(&policies), arguments.limit)?;
        return Ok(if policies.faults.is_empty() { ExitStatus::Fine } else { ExitStatus::Undecided });
    }
    if arguments.entities.is_empty() && !arguments.all && arguments.filter.is_empty() {
        return Err(CommandError::usage("nothing is named to be judged")
            .hint("name an entity, as in `catalog gate payments`, or judge everything with `--all`"));
    }
    if !arguments.entities.is_empty() && !arguments.filter.is_empty() {
        return Err(CommandError::usage("filters choose among all entities, and some are named")
            .hint("leave out the names, or the filters"));
    }
    let chosen = chosen(&policies, &arguments.policy)?;
    let graph = context.graph()?;
    let entities = entities(&graph, arguments)?;
    let detail = if arguments.entities.is_empty() { Detail::Problems } else { Detail::Everything };
    let question = context.gap_question(&graph);
    let mut assessed = Vec::new();
    for policy in chosen {
        let required = required(policy, arguments.level.as_deref())?;
        let assessment: Assessment<'_, '_> = assess(question, policy, &entities, detail);
        assessed.push(Assessed { assessment, required });
    }
    let faults = faults(&policies, &arguments.policy);
    let report = ReadinessReport::new(&graph, question.now, &assessed, faults);
    match context.findings_format {
        Some(format) => {
            let mut to = stdout();
            write_findings(&report.findings(), format, &mut to)?;
            to.flush()?;
        }
        None => context.write(&report, arguments.limit)?,
    }
    Ok(match report.outcome {
        "passed" => ExitStatus::Fine,
        "failed" => ExitStatus::Findings,
        // A policy that is about nothing at all is more likely mistyped than kept.
        "not-applicable" if arguments.entities.is_empty() => {
            say("no policy is about any of the entities");
            ExitStatus::Undecided
        }
        "not-applicable" => ExitStatus::Fine,
        _ => ExitStatus::Undecided,
    })
}

fn entities<'g>(graph: &'g CatalogGraph, arguments: &Arguments) -> Result<Vec<Entity<'g>>, CommandError> {
    if arguments.entities.is_empty() {
        return Ok(arguments.filter.filter(graph)?.list(graph));
    }
    let mut entities = Vec::new();
    for text in &arguments.entities {
        let entity = find_entity(graph, text)?;
        if !entities.contains(&entity) {
            entities.push(entity);
        }
    }
    Ok(entities)
}

/// The policies that are meant; one with a mistake is none, but may be named.
fn chosen<'s>(policies: &'s PolicySet, names: &[String]) -> Result<Vec<&'s Policy>, CommandError> {
    if names.is_empty() {
        return Ok(policies.policies.iter().collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        match policies.policy(name) {
            Some(policy) => chosen.push(policy),
            None if policies.faults_of(Some(name)).next().is_some() => {}
            None => {
                let known: Vec<String> =
                    policies.policies.iter().map(|policy| format!("`{}`", policy.name)).collect();
                let unknown = CommandError::usage(format!("there is no policy `{name}`"));
                return Err(unknown.hint(format!("the policies are: {}", known.join(", "))));
            }
        }
    }
    Ok(chosen)
}

fn faults<'s>(
    policies: &'s PolicySet,
    names: &[String],
) -> impl Iterator<Item = &'s catalog_core::readiness::PolicyFault> {
    let is_meant =
        |policy: &str| names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(policy));
    policies.faults.iter().filter(move |fault| is_meant(&fault.policy))
}

fn required(policy: &Policy, level: Option<&str>) -> Result<usize, CommandError> {
    let Some(level) = level else { return Ok(policy.required) };
    policy.level(level).ok_or_else(|| {
        let known: Vec<String> = policy.levels.iter().map(|level| format!("`{}`", level.name)).collect();
        CommandError::usage(format!("policy `{}` has no level `{level}`", policy.name))
            .hint(format!("its levels are: {}", known.join(", ")))
    })
}
