//! `catalog data-reach`: who can come at data of a class.

use catalog_core::query::{data_classes, data_reach};

use super::{CommandError, ExitStatus, context::Context};
use crate::report::{DataClassesReport, DataReachReport};

/// Which data.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The class of data, as `spec.dataClass` names it; all classes in numbers where it is left out
    #[arg(value_name = "CLASS")]
    class: Option<String>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let classes = data_classes(&graph);
    let Some(class) = &arguments.class else {
        let answers = classes.into_iter().filter_map(|class| data_reach(&graph, class));
        context.write(&DataClassesReport::new(&graph, answers), arguments.limit)?;
        return Ok(ExitStatus::Fine);
    };
    let Some(answer) = data_reach(&graph, class) else {
        let error = CommandError::undecided(format!("nothing in the catalog holds data of class `{class}`"));
        return Err(if classes.is_empty() {
            error.hint("say in `spec.dataClass` of a resource what it holds")
        } else {
            let known: Vec<String> = classes.iter().take(20).map(|class| format!("`{class}`")).collect();
            error.hint(format!("the classes are: {}", known.join(", ")))
        });
    };
    context.write(&DataReachReport::new(&graph, &answer), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
