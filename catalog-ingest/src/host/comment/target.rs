//! Which merge request: its address, as people copy it.

use std::fmt;

use super::{
    super::{
        HostKind,
        client::Subject,
        source::{authority_of, base_of},
    },
    CommentTargetError,
};

/// A merge request (or pull request) of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentTarget {
    pub(super) kind: HostKind,
    /// The base of the REST interface, without a `/` at the end.
    base: String,
    /// The repository as the host names it, as in `acme/shop`.
    pub(super) repository: String,
    /// The number of the merge request within the repository.
    pub(super) number: u64,
    /// Its page.
    address: String,
}

impl CommentTarget {
    /// Takes the address of a merge request. `root` is the address of the host's own first page, which
    /// only a GitLab below a path of its host needs. What follows the number, as in `/files`, is left out.
    ///
    /// # Errors
    ///
    /// The address has none of the three forms, or its host is not one that is asked.
    pub fn parse(address: &str, root: Option<&str>) -> Result<Self, CommentTargetError> {
        let address = address.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let (scheme, rest) = address.split_once("://").ok_or(CommentTargetError::Form)?;
        let parts: Vec<&str> = rest.split('/').collect();
        let is_good = |part: &str| {
            let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+');
            !part.is_empty() && !matches!(part, "." | "..") && part.chars().all(is_plain)
        };
        if !parts.iter().skip(1).all(|part| is_good(part)) {
            return Err(CommentTargetError::Form);
        }
        let number = |at: usize| parts.get(at)?.parse::<u64>().ok().filter(|number| *number > 0);
        let found = (3..parts.len()).find_map(|at| {
            let number = number(at + 1)?;
            match parts[at] {
                "pull" if at == 3 => Some((HostKind::Github, 1, 3, at, number)),
                // Whatever stands before the repository is the path that the host is served below.
                "pulls" => Some((HostKind::Gitea, at - 2, at, at, number)),
                "merge_requests" if parts[at - 1] == "-" => Some((HostKind::Gitlab, 1, at - 1, at, number)),
                _ => None,
            }
        });
        let (kind, mut from, to, at, number) = found.ok_or(CommentTargetError::Form)?;
        if let (Some(root), HostKind::Gitlab) = (root, kind) {
            let root = root.trim_end_matches('/');
            let is_below = address.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
            if !is_below {
                return Err(CommentTargetError::OtherHost(root.to_owned()));
            }
            from = root.split_once("://").map_or(1, |(_, rest)| rest.split('/').count());
        }
        let repository =
            parts.get(from..to).filter(|names| names.len() >= 2).ok_or(CommentTargetError::Form)?;
        let front = format!("{scheme}://{}", parts[..from].join("/"));
        let base = match (kind, authority_of(&front)) {
            // The interface of GitHub's cloud has a host of its own.
            (HostKind::Github, "github.com") => "https://api.github.com".to_owned(),
            (HostKind::Github, host) if host.ends_with(".ghe.com") => format!("https://api.{host}"),
            _ => front,
        };
        let base = base_of(&base, kind).map_err(|error| CommentTargetError::Host(error.to_string()))?;
        Ok(Self {
            kind,
            base,
            repository: repository.join("/"),
            number,
            address: format!("{scheme}://{}", parts[..=at + 1].join("/")),
        })
    }

    /// What software the host runs.
    pub fn kind(&self) -> HostKind {
        self.kind
    }

    /// The page of the merge request.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What a client asks about.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { kind: self.kind, base: &self.base, name: &self.repository, id: &self.address }
    }
}

impl fmt::Display for CommentTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    fn check(address: &str, root: Option<&str>, expected: [&str; 3]) {
        let target = CommentTarget::parse(address, root).expect("the address is taken");
        assert_eq!([&*target.base, &*target.repository, &*target.address], expected);
        assert_eq!(target.number, 7);
    }

    #[test]
    fn addresses_are_taken_as_people_copy_them() {
        let github = "https://github.com/acme/shop/pull/7";
        for tail in ["", "/", "/files", "#issuecomment-3", "?x=1#y", "/commits/0123abc"] {
            let expected = ["https://api.github.com", "acme/shop", github];
            check(&format!("{github}{tail}"), None, expected);
        }
        let own = "https://gh.acme.org/acme/pulls/pull/7";
        check(own, None, ["https://gh.acme.org/api/v3", "acme/pulls", own]);
        let cloud = "https://acme.ghe.com/acme/shop/pull/7";
        check(cloud, None, ["https://api.acme.ghe.com", "acme/shop", cloud]);
        let gitlab = "https://gitlab.com/acme/platform/shop/-/merge_requests/7";
        check(gitlab, None, ["https://gitlab.com/api/v4", "acme/platform/shop", gitlab]);
        let below = "https://h.org:8443/git/acme/shop/-/merge_requests/7";
        check(below, Some("https://h.org:8443/git/"), ["https://h.org:8443/git/api/v4", "acme/shop", below]);
        let gitea = "https://h.org/forge/acme/shop/pulls/7";
        check(gitea, None, ["https://h.org/forge/api/v1", "acme/shop", gitea]);
        let here = "http://127.0.0.1:3000/acme/shop/pulls/7";
        check(here, None, ["http://127.0.0.1:3000/api/v1", "acme/shop", here]);
    }

    #[test]
    fn everything_else_is_refused() {
        for address in [
            "",
            "acme/shop#7",
            "https://github.com/acme/shop",
            "https://github.com/acme/shop/pull/0",
            "https://github.com/acme/shop/pull/x",
            "https://github.com/acme/shop/issues/7",
            "https://github.com/shop/pull/7",
            "https://github.com/../shop/pull/7",
            "https://github.com/a%2fb/shop/pull/7",
            "https://gitlab.com/shop/-/merge_requests/7",
            "https://h.org//shop/pulls/7",
        ] {
            assert_eq!(CommentTarget::parse(address, None), Err(CommentTargetError::Form), "{address}");
        }
        for address in [
            "http://git.example.com/acme/shop/pulls/7",
            "https://me:secret@h.org/acme/shop/pulls/7",
            "https://169.254.169.254/acme/shop/pulls/7",
            "file:///acme/shop/pulls/7",
        ] {
            let error = CommentTarget::parse(address, None).expect_err(address).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        let other = CommentTarget::parse("https://a.org/x/y/-/merge_requests/7", Some("https://a.org/git"));
        assert_eq!(other, Err(CommentTargetError::OtherHost("https://a.org/git".to_owned())));
    }
}
