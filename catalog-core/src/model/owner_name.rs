//! An owner as an ownership file writes it, in any dialect.

use super::PathDialect;

/// An owner as an ownership file writes it: `@login`, `@organisation/team`, an e-mail address, and what
/// single dialects know beyond that.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerName(Box<str>);

/// What an [`OwnerName`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerShape<'a> {
    /// A person or an organisation by login, without the `@`.
    Login(&'a str),
    /// A team of an organisation.
    Team {
        /// The organisation's login; for a group inside groups, the path of those.
        organisation: &'a str,
        /// The team's slug.
        team: &'a str,
    },
    /// An e-mail address.
    Email(&'a str),
    /// Everybody with this role in the repository: GitLab's `@@maintainer`, without the `@@`.
    Role(&'a str),
    /// Everybody: Gerrit's `*`.
    Everyone,
}

/// GitLab's roles, in the singular.
const ROLES: [&str; 3] = ["developer", "maintainer", "owner"];

impl OwnerName {
    /// Takes an owner as written; `None` unless it has a shape that some dialect knows.
    pub fn new(text: &str) -> Option<Self> {
        let is_known = PathDialect::ALL.into_iter().any(|dialect| is_owner(dialect, text));
        is_known.then(|| Self(text.into()))
    }

    /// Takes an owner as written; `None` unless the dialect knows its shape.
    ///
    /// - GitHub: `@user`, `@organisation/team`, an address;
    /// - GitLab: those, with groups inside groups, and `@@developer`, `@@maintainer`, `@@owner`;
    /// - Gitea and Forgejo: `user` and `organisation/team`, with or without `@`;
    /// - Bitbucket: as GitHub, where a team may end in `:all`, `:random(n)` or `:least_busy(n)`;
    /// - Prow: any lower-case word that does not begin with `@`: a login or an alias;
    /// - Gerrit: an address, or `*`.
    pub fn in_dialect(dialect: PathDialect, text: &str) -> Option<Self> {
        is_owner(dialect, text).then(|| Self(text.into()))
    }

    /// The owner as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it says.
    pub fn shape(&self) -> OwnerShape<'_> {
        if &*self.0 == "*" {
            return OwnerShape::Everyone;
        }
        if let Some(role) = self.0.strip_prefix("@@") {
            return OwnerShape::Role(role);
        }
        if !self.0.starts_with('@') && self.0.contains('@') {
            return OwnerShape::Email(&self.0);
        }
        let name = self.0.trim_start_matches('@');
        match name.rsplit_once('/') {
            Some((organisation, team)) => {
                let team = team.split_once(':').map_or(team, |(team, _)| team);
                OwnerShape::Team { organisation, team }
            }
            None => OwnerShape::Login(name),
        }
    }
}

fn is_owner(dialect: PathDialect, text: &str) -> bool {
    let handle = text.strip_prefix('@');
    match dialect {
        PathDialect::Github => handle.map_or_else(|| is_email(text), |name| is_path(name, 2)),
        PathDialect::Gitlab => match handle {
            Some(name) => name.strip_prefix('@').map_or_else(|| is_path(name, usize::MAX), is_role),
            None => is_email(text),
        },
        PathDialect::Gitea => is_path(handle.unwrap_or(text), 2),
        PathDialect::Bitbucket => match handle {
            Some(name) => is_path(without_strategy(name), 2),
            None => is_email(text),
        },
        PathDialect::Prow => handle.is_none() && is_word(text) && text != "*" && !has_upper_case(text),
        PathDialect::Gerrit => text == "*" || handle.is_none() && is_email(text),
    }
}

fn is_role(text: &str) -> bool {
    let singular = text.strip_suffix('s').unwrap_or(text);
    ROLES.iter().any(|role| role.eq_ignore_ascii_case(singular))
}

/// A team without how many of it are asked.
fn without_strategy(name: &str) -> &str {
    let Some((team, strategy)) = name.split_once(':') else { return name };
    let is_counted = |name: &str| {
        let count = strategy.strip_prefix(name).and_then(|rest| rest.strip_prefix('('));
        count.and_then(|rest| rest.strip_suffix(')')).is_some_and(is_number)
    };
    let is_known = strategy == "all"
        || matches!(strategy, "random" | "least_busy")
        || is_counted("random")
        || is_counted("least_busy");
    if is_known && team.contains('/') { team } else { name }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_path(text: &str, parts_max: usize) -> bool {
    text.split('/').all(is_slug) && text.split('/').nth(parts_max).is_none()
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn has_upper_case(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !host.contains('@') && is_word(text)
    })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| !c.is_control() && !c.is_whitespace())
}

impl std::fmt::Debug for OwnerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Display for OwnerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, dialects: &str, shape: &str) {
        let known: Vec<_> = PathDialect::ALL
            .into_iter()
            .filter(|dialect| OwnerName::in_dialect(*dialect, text).is_some())
            .map(PathDialect::name)
            .collect();
        assert_eq!(known.join(" "), dialects, "{text}");
        let found = OwnerName::new(text).map(|name| format!("{:?}", name.shape()));
        assert_eq!(found.as_deref().unwrap_or("none"), shape, "{text}");
    }

    #[test]
    fn each_dialect_knows_its_own_shapes() {
        check("@Ann", "github gitlab gitea bitbucket", r#"Login("Ann")"#);
        check("@a/b", "github gitlab gitea bitbucket", r#"Team { organisation: "a", team: "b" }"#);
        check("@a/b/c", "gitlab", r#"Team { organisation: "a/b", team: "c" }"#);
        check("a@b.c", "github gitlab bitbucket prow gerrit", r#"Email("a@b.c")"#);
        check("@@maintainers", "gitlab", r#"Role("maintainers")"#);
        check("@@nobody", "", "none");
        check(
            "@gcc/Maintainers.AArch64",
            "github gitlab gitea bitbucket",
            r#"Team { organisation: "gcc", team: "Maintainers.AArch64" }"#,
        );
        check("ann", "gitea prow", r#"Login("ann")"#);
        check("Ann", "gitea", r#"Login("Ann")"#);
        check("@teams/web:all", "bitbucket", r#"Team { organisation: "teams", team: "web" }"#);
        check("@teams/web:random(2)", "bitbucket", r#"Team { organisation: "teams", team: "web" }"#);
        check("@teams/web:most(2)", "", "none");
        check("*", "gerrit", "Everyone");
        check("@", "", "none");
        check("@github-actions[bot]", "", "none");
        check("github-actions[bot]", "prow", r#"Login("github-actions[bot]")"#);
    }
}
