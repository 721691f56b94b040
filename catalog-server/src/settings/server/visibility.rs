//! `[[server.visibility]]`: what is hidden, and from whom.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::{Visibility, VisibilityError, VisibilityRule};

/// Repositories and namespaces that only some see. To all others the server answers as if they had never been
/// read. What a repository that one sees says of entities in hidden repositories stays, as names that nothing
/// declares; of hidden namespaces not even the names stay. With such a rule, only who sees everything may use
/// `/metrics` and what tells of crawls.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VisibilitySettings {
    /// Ids of repositories, whole or what follows a `/` in them, as in `acme/hr-*`; a `*` is any letters.
    pub repositories: Vec<String>,
    /// Namespaces of entities, as in `hr`.
    pub namespaces: Vec<String>,
    /// Who sees them: whoever has a scope, as in `admin`; the holder of a token by its name or id, as in
    /// `token:hr-dashboard`; somebody by what the identity provider calls them, as in `person:ann`; whoever is in a
    /// group of the identity provider, by the whole name of that in the token, as in `group:payments`. Default:
    /// nobody.
    pub seen_by: Vec<String>,
}

/// The rules of all sections.
///
/// # Errors
///
/// The number of the section that is not understood, from 1, and why; 0 for all of them.
pub(crate) fn visibility(sections: &[VisibilitySettings]) -> Result<Visibility, (usize, VisibilityError)> {
    let mut rules = Vec::new();
    for (of, number) in sections.iter().zip(1..) {
        let rule = VisibilityRule::new(&of.repositories, &of.namespaces, &of.seen_by);
        rules.push(rule.map_err(|error| (number, error))?);
    }
    Visibility::new(rules).map_err(|error| (0, error))
}
