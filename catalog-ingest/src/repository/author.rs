//! Who made a commit, as its text says it.

use catalog_core::model::{RepositoryHistory, Timestamp};

/// Names of programs that commit on their own, as they call themselves or in their addresses.
const PROGRAMS: [&str; 8] = [
    "dependabot",
    "dependabot-preview",
    "github-actions",
    "greenkeeper",
    "pre-commit-ci",
    "renovate",
    "snyk",
    "weblate",
];

/// `Name <email> seconds zone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Author {
    /// On one line and not long; the address where there is no name.
    pub(super) name: String,
    /// As written, which need not be an address; never empty.
    pub(super) email: String,
    pub(super) at: Option<Timestamp>,
}

impl Author {
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        let (name, rest) = line.split_once('<')?;
        let (email, rest) = rest.split_once('>')?;
        let at = rest.split_whitespace().next().and_then(|seconds| seconds.parse().ok()).map(Timestamp);
        let (name, email) = (one_line(name), one_line(email));
        let name = if name.is_empty() { email.clone() } else { name };
        (!email.is_empty()).then_some(Self { name, email, at })
    }

    /// Whether it is a program that commits on its own.
    pub(super) fn is_program(&self) -> bool {
        let (name, email) = (self.name.to_lowercase(), self.email.to_lowercase());
        let local = email.split_once('@').map_or(&*email, |(local, _)| local);
        // Hosts write `49699333+dependabot[bot]@…` and `project_7_bot_f00d@…`.
        let login = local.rsplit_once('+').map_or(local, |(_, login)| login);
        let is_of_gitlab =
            || ["project_", "group_"].iter().any(|start| local.starts_with(start)) && local.contains("_bot");
        let is_named = |text: &str| {
            text.contains("[bot]")
                || text.ends_with("-bot")
                || text.ends_with("_bot")
                || PROGRAMS.contains(&text)
        };
        is_named(&name) || is_named(login) || local == "noreply" || is_of_gitlab()
    }
}

/// A text of a commit on one line, without what could move or hide what stands beside it, cut at
/// [`RepositoryHistory::TEXT_CHARS_MAX`].
pub(super) fn one_line(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let shown = text.trim().chars().map(|c| if is_hidden(c) { ' ' } else { c });
    let line: String = shown.take(RepositoryHistory::TEXT_CHARS_MAX).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_authors_are_read_or_passed_over() {
        let author = Author::parse(b"M\xfcller <m@b.example> 1700000000 +0100").expect("it is an author");
        assert_eq!((author.name.as_str(), author.at), ("M\u{fffd}ller", Some(Timestamp(1_700_000_000))));
        assert_eq!(
            Author::parse(b" <m@b.example> x").map(|author| author.name).as_deref(),
            Some("m@b.example")
        );
        assert!(Author::parse(b"nobody").is_none() && Author::parse(b"nobody <> 1 +0").is_none());
        let odd = Author::parse("A\u{1b}[31m\u{202e}n <a\u{7}@b> 99999999999999999999 +0".as_bytes());
        let odd = odd.expect("it is an author");
        assert_eq!((odd.name.as_str(), odd.email.as_str(), odd.at), ("A [31m n", "a @b", None));
        let long = Author::parse(format!("{} <a@b> -5 +0", "x".repeat(1 << 20)).as_bytes());
        assert_eq!(long.map(|author| (author.name.len(), author.at)), Some((200, Some(Timestamp(-5)))));
    }

    #[test]
    fn programs_are_known_and_people_are_not_taken_for_them() {
        let check = |line: &str, expected: bool| {
            let author = Author::parse(format!("{line} 1 +0").as_bytes()).expect("it is an author");
            assert_eq!(author.is_program(), expected, "{line}");
        };
        check("renovate[bot] <x@y>", true);
        check("dependabot <49699333+dependabot[bot]@users.noreply.github.com>", true);
        check("Acme <acme-bot@example.com>", true);
        check("Token <project_7_bot_f00d@noreply.gitlab.com>", true);
        check("GitHub <noreply@github.com>", true);
        check("Renovate <bot@renovateapp.com>", true);
        check("Jan Bot <jan.bot@example.com>", false);
        check("Ann <1234+ann@users.noreply.github.com>", false);
        check("Abbot <abbot@example.com>", false);
    }
}
