//! What goes wrong in a command, told to a person: what happened, where, and what to do next.

use std::{fmt, io};

use catalog_core::{
    expression::ExpressionError,
    model::EntityRef,
    query::{EntityNotFound, RepositoryNotFound},
};

use crate::report::RemovalReport;

use super::exit_code::ExitStatus;
use crate::report::printable;

/// A command that did not happen.
#[derive(Debug)]
pub struct CommandError {
    /// How the program ends.
    pub status: ExitStatus,
    /// What happened: one lower-case sentence without a period.
    pub message: String,
    /// What can be done about it, one hint each.
    pub hints: Vec<String>,
}

impl CommandError {
    /// Something that kept the question from being decided.
    pub fn undecided(message: impl Into<String>) -> Self {
        Self { status: ExitStatus::Undecided, message: message.into(), hints: Vec::new() }
    }

    /// Something wrong with the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { status: ExitStatus::Usage, message: message.into(), hints: Vec::new() }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Whether it only says that nobody reads the output any more.
    pub fn is_broken_pipe(&self) -> bool {
        self.message == BROKEN_PIPE
    }
}

const BROKEN_PIPE: &str = "the output was closed";

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", printable(&self.message))?;
        self.hints.iter().try_for_each(|hint| write!(f, "\nhint: {}", printable(hint)))
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::undecided(BROKEN_PIPE);
        }
        Self::undecided(format!("the output could not be written: {error}"))
    }
}

fn named(names: &[EntityRef]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.short())).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
    }
}

impl From<EntityNotFound> for CommandError {
    fn from(error: EntityNotFound) -> Self {
        let message = error.to_string();
        match error {
            EntityNotFound::Syntax { .. } => {
                Self::undecided(message).hint("write `kind:namespace/name`, `kind:name` or just the name")
            }
            EntityNotFound::Unknown { nearest, text, removal } => {
                let mut error = Self::undecided(message);
                if let Some(removal) = removal {
                    error = error.hint(RemovalReport::from(&*removal).sentence());
                }
                if nearest.is_empty() {
                    error.hint(format!("look for it with `catalog search {text}`"))
                } else {
                    error.hint(format!("did you mean {}?", named(&nearest)))
                }
            }
            EntityNotFound::Ambiguous { candidates, .. } => {
                Self::undecided(message).hint(format!("say which: {}", named(&candidates)))
            }
        }
    }
}

impl From<ExpressionError> for CommandError {
    fn from(error: ExpressionError) -> Self {
        let message = error.to_string();
        match error {
            ExpressionError::NoAnswer { .. } => Self::undecided(message),
            ExpressionError::Fault(_) => Self::usage(message).hint(
                "expressions are of the Common Expression Language, as in `type == 'saas' && critical`",
            ),
        }
    }
}

impl From<RepositoryNotFound> for CommandError {
    fn from(error: RepositoryNotFound) -> Self {
        let message = error.to_string();
        match error {
            RepositoryNotFound::Unknown(_) => Self::undecided(message)
                .hint("`catalog status` lists the repositories; `catalog crawl` reads more"),
            RepositoryNotFound::Ambiguous { candidates, .. } => {
                let names: Vec<String> = candidates.iter().map(|id| format!("`{id}`")).collect();
                Self::undecided(message).hint(format!("say which: {}", names.join(", ")))
            }
        }
    }
}
