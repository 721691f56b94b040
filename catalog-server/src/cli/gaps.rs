//! `catalog gaps`: where ownership is missing, broken or doubtful.

use catalog_core::{
    gaps::{GapFilter, GapRule, RULES, ownership_gaps},
    model::Severity,
    query::{OWNER_KINDS, WHOLE_KINDS, find_entity_of_kinds, find_repository},
};

use super::{CommandError, ExitStatus, context::Context, diagnostics::SeverityArgument};
use crate::report::{GapRuleReport, GapsReport};

/// Which gaps to list.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only of this code, as in `unowned`
    #[arg(long)]
    code: Vec<String>,
    /// Only of this severity or worse
    #[arg(long, value_enum)]
    severity: Option<SeverityArgument>,
    /// Only about this owner and what it owns, as in `group:payments`
    #[arg(long, value_name = "REF")]
    owner: Option<String>,
    /// Only about entities of this kind
    #[arg(long)]
    kind: Option<String>,
    /// Only about this system or domain and its parts, as in `system:checkout`
    #[arg(long, value_name = "REF")]
    system: Option<String>,
    /// Only about this repository: its id, or the end of it
    #[arg(long, value_name = "ID")]
    repository: Option<String>,
    /// List as well what `[[gaps.exemption]]` in the settings leaves open, with who answers for that
    #[arg(long)]
    exempted: bool,
    /// Say what the gap of this code is, why it hurts and how to mend it
    #[arg(
        long,
        value_name = "CODE",
        conflicts_with_all = ["code", "severity", "owner", "kind", "system", "repository", "exempted", "fail_on"]
    )]
    explain: Option<String>,
    /// End with exit code 1 where a gap of this severity or worse is listed
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArgument>,
    /// Say who could own what nobody owns, as recent commits suggest it, and what to write where
    #[arg(long)]
    suggest: bool,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    if let Some(code) = &arguments.explain {
        context.write(&GapRuleReport::new(rule_named(code)?, context.gap_settings()), Some(0))?;
        return Ok(ExitStatus::Fine);
    }
    let rules = arguments.code.iter().map(|code| rule_named(code)).collect::<Result<Vec<_>, _>>()?;
    let graph = context.graph()?;
    let named = |text: &Option<String>, kinds: &[&str]| match text {
        Some(text) => find_entity_of_kinds(&graph, text, kinds).map(|entity| Some(entity.name().clone())),
        None => Ok(None),
    };
    let filter = GapFilter {
        rules,
        owner: named(&arguments.owner, &OWNER_KINDS)?,
        kind: arguments.kind.as_deref().map(Into::into),
        repository: match &arguments.repository {
            Some(text) => Some(find_repository(&graph, text)?.id().clone()),
            None => None,
        },
        system: named(&arguments.system, &WHOLE_KINDS)?,
        severity_min: arguments.severity.map(Severity::from),
    };
    let mut answer = ownership_gaps(context.gap_question(&graph));
    filter.apply(&graph, &mut answer);
    if arguments.suggest {
        answer.suggest_owners(&graph);
    }
    let fails = arguments.fail_on.map(Severity::from);
    let has_failed = answer.gaps.iter().any(|gap| fails.is_some_and(|severity| gap.severity >= severity));
    context.write(&GapsReport::new(&graph, &answer, arguments.exempted), arguments.limit)?;
    Ok(if has_failed { ExitStatus::Findings } else { ExitStatus::Fine })
}

fn rule_named(code: &str) -> Result<&'static GapRule, CommandError> {
    GapRule::find(code).ok_or_else(|| {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        CommandError::usage(format!("no gap has the code `{code}`"))
            .hint(format!("the codes are: {}", codes.join(", ")))
    })
}
