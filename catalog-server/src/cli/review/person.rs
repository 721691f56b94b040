//! Who answers: whom the command line names, else whom git takes one for.

use std::{
    env,
    path::{Path, PathBuf},
};

use catalog_core::{graph::CatalogGraph, model::Person, review::person_named};
use catalog_ingest::repository::configured_email;

use super::CommandError;
use crate::cli::context::say;

/// Who does it.
#[derive(Debug, clap::Args)]
pub(super) struct PersonArguments {
    /// Who does it: an e-mail address, a login with `@`, or a user [default: git's user.email]
    #[arg(long = "as", visible_alias = "by", value_name = "PERSON", env = "CATALOG_PERSON")]
    person: Option<String>,
}

impl PersonArguments {
    /// The person, which is said where nobody was named.
    pub(super) fn person(&self, graph: &CatalogGraph) -> Result<Person, CommandError> {
        if let Some(text) = self.person.as_deref().filter(|text| !text.trim().is_empty()) {
            return Ok(person_named(graph, text));
        }
        let (text, source) = from_git().ok_or_else(|| {
            CommandError::usage("it is not said who does this, and git has no `user.email`")
                .hint("say who with `--as ann@example.com`, or with `git config user.email`")
        })?;
        let person = person_named(graph, &text);
        let known = match &person.user {
            Some(user) => format!("`{}` ({text}, from {source})", user.short()),
            None => format!("{text} (from {source}), whom the catalog does not know"),
        };
        say(&format!("answering as {known}"));
        Ok(person)
    }
}

/// Whom git takes one for, and where that is said.
fn from_git() -> Option<(String, &'static str)> {
    if let Ok(email) = env::var("GIT_AUTHOR_EMAIL")
        && !email.trim().is_empty()
    {
        return Some((email, "GIT_AUTHOR_EMAIL"));
    }
    let home = env::var_os("HOME").map(PathBuf::from);
    let of_xdg = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let of_xdg = of_xdg.or_else(|| Some(home.as_ref()?.join(".config")));
    let personal: Vec<PathBuf> =
        [home.map(|home| home.join(".gitconfig")), of_xdg.map(|at| at.join("git/config"))]
            .into_iter()
            .flatten()
            .collect();
    let here = env::current_dir().unwrap_or_else(|_| Path::new(".").to_owned());
    configured_email(&here, &personal).map(|email| (email, "git's user.email"))
}
