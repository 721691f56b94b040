//! The files that `Location` documents name, as paths of the same repository.
//!
//! Targets elsewhere are noted and never fetched. The rules follow Backstage's location processors,
//! with one difference: a URL of this repository is read at the commit that is being read.

use std::{borrow::Cow, cell::OnceCell};

use catalog_core::model::{Diagnostic, DiagnosticCode, Manifest, RepositoryId};
use globset::{GlobBuilder, GlobMatcher};

use crate::{
    limits::TreeLimits,
    manifest::LocationTarget,
    repository::{EntryKind, Snapshot, is_vendored, percent_decoded},
};

/// How many parts the name of a branch may have in a URL, as in `tree/release/2026/path`.
const BRANCH_PARTS_MAX: usize = 4;

/// Finds out what targets name.
pub(super) struct Targets<'a> {
    snapshot: &'a Snapshot,
    id: &'a RepositoryId,
    limits: &'a TreeLimits,
    /// Every regular file with a UTF-8 path, listed when the first pattern is met.
    paths: OnceCell<Vec<Box<str>>>,
}

/// What a target names.
enum Meaning {
    /// A path or pattern of this repository; several where a URL does not say how long its branch is.
    Here(Vec<String>),
    /// Something else, with the reason in words.
    Elsewhere(&'static str),
}

impl<'a> Targets<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, id: &'a RepositoryId, limits: &'a TreeLimits) -> Self {
        Self { snapshot, id, limits, paths: OnceCell::new() }
    }

    /// Adds the paths that a target names to its manifest, or says why there are none.
    pub(super) fn resolve(&self, path: &str, target: &LocationTarget, manifest: &mut Manifest) {
        let say = |code, message: String| {
            let diagnostic = Diagnostic::new(code, message).at(path, target.position);
            diagnostic.in_document(target.document)
        };
        let written = shown(&target.target);
        let candidates = match meaning(path, target, self.id) {
            Meaning::Here(candidates) => candidates,
            Meaning::Elsewhere(reason) => {
                let message = format!("the target `{written}` {reason}; it is noted, never fetched");
                manifest.diagnostics.push(say(DiagnosticCode::LocationElsewhere, message));
                return;
            }
        };
        let mut reason = Cow::Borrowed("is not in the repository");
        for candidate in &candidates {
            match self.snapshot.find(candidate) {
                Some(entry) if entry.kind == EntryKind::Folder => {
                    reason = "is a folder, expected a file".into();
                }
                Some(_) => {
                    manifest.locations.push(candidate.as_str().into());
                    return;
                }
                None if is_pattern(candidate) => match self.matching(candidate) {
                    Ok(paths) if paths.is_empty() => reason = "matches no file of the repository".into(),
                    Ok(paths) => {
                        manifest.locations.extend(paths);
                        return;
                    }
                    Err(fault) => reason = fault,
                },
                None => {}
            }
        }
        if target.required {
            let message = format!("the target `{written}` {reason}");
            manifest.diagnostics.push(say(DiagnosticCode::LocationMissing, message));
        }
    }

    /// The files that match a pattern; vendored ones only where it names their folder.
    fn matching(&self, pattern: &str) -> Result<Vec<Box<str>>, Cow<'static, str>> {
        let limit = self.limits.pattern_bytes_max;
        if pattern.len() > limit {
            let message = format!("is a pattern of more than the {limit} bytes of `tree.pattern_bytes_max`");
            return Err(message.into());
        }
        let matcher: GlobMatcher = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|_| Cow::Borrowed("is no pattern that can be read"))?
            .compile_matcher();
        let names_vendored = pattern.split('/').any(|part| is_vendored(part.as_bytes()));
        let paths = self.paths();
        let wanted = paths.iter().filter(|path| {
            matcher.is_match(&***path)
                && (names_vendored || !path.split('/').any(|part| is_vendored(part.as_bytes())))
        });
        Ok(wanted.cloned().collect())
    }

    fn paths(&self) -> &[Box<str>] {
        self.paths.get_or_init(|| {
            // The tree was walked over before, so a failure here has been told already.
            let paths = self.snapshot.paths(self.limits).unwrap_or_default();
            paths.iter().filter_map(|path| std::str::from_utf8(path).ok().map(Box::from)).collect()
        })
    }
}

fn meaning(path: &str, target: &LocationTarget, id: &RepositoryId) -> Meaning {
    let text = target.target.trim();
    match target.location_type.as_deref() {
        None | Some("file" | "url") => {}
        Some(_) => return Meaning::Elsewhere("is of a type that is not read"),
    }
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return in_url(text, id);
    }
    if text.starts_with('/') || text.contains("://") || text.contains('\\') {
        return Meaning::Elsewhere("leads out of its repository");
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match joined(folder, text) {
        Some(joined) => Meaning::Here(vec![joined]),
        None => Meaning::Elsewhere("leads out of its repository"),
    }
}

/// A path against a folder, without `.` and `..`; `None` where it climbs out of the root or is empty.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    if parts.is_empty() { None } else { Some(parts.join("/")) }
}

/// A URL of a file in a web view of this very repository.
fn in_url(url: &str, id: &RepositoryId) -> Meaning {
    const ELSEWHERE: Meaning = Meaning::Elsewhere("is in another repository");
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let whole = after_scheme.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = whole.split_once('/').unwrap_or((whole, ""));
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let Some(path) = percent_decoded(path) else { return ELSEWHERE };
    if path.split('/').any(|part| part == "..") {
        return Meaning::Elsewhere("leads out of its repository");
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let id: Vec<&str> = id.as_str().split('/').collect();
    // GitHub serves files from a host of its own, without a word between repository and branch.
    let is_raw_host = host == "raw.githubusercontent.com";
    let host = if is_raw_host { "github.com" } else { &host };
    let own = match id.split_first() {
        Some((first, rest)) if first.contains('.') && rest.len() >= 2 => {
            if *first != host {
                return ELSEWHERE;
            }
            rest
        }
        _ => &id,
    };
    let is_own = parts.len() > own.len()
        && parts
            .iter()
            .zip(own)
            .all(|(part, own)| part.strip_suffix(".git").unwrap_or(part).eq_ignore_ascii_case(own));
    if !is_own {
        return ELSEWHERE;
    }
    let mut rest = &parts[own.len()..];
    if !is_raw_host {
        rest = rest.strip_prefix(&["-"]).unwrap_or(rest);
        match rest.split_first() {
            Some((&("blob" | "tree" | "raw" | "edit" | "src"), after)) => rest = after,
            _ => return Meaning::Elsewhere("is not a file of a branch"),
        }
    }
    let candidates: Vec<String> = (1..rest.len().min(BRANCH_PARTS_MAX + 1))
        .filter_map(|branch_parts| joined("", &rest[branch_parts..].join("/")))
        .collect();
    if candidates.is_empty() {
        Meaning::Elsewhere("is not a file of a branch")
    } else {
        Meaning::Here(candidates)
    }
}

fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// A target as messages show it: short, and without the user of a URL.
fn shown(target: &str) -> String {
    let clean = match target.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            format!("{scheme}://{}{path}", authority.rsplit('@').next().unwrap_or_default())
        }
        None => target.to_owned(),
    };
    clean.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use catalog_core::model::Position;

    use super::*;

    fn check(id: &str, location_type: Option<&str>, target: &str, expected: &str) {
        let target = LocationTarget {
            document: 0,
            position: Position::START,
            location_type: location_type.map(Box::from),
            target: target.into(),
            required: true,
        };
        let id = RepositoryId::new(id).expect("the id is good");
        let found = match meaning("apps/web/catalog-info.yaml", &target, &id) {
            Meaning::Here(paths) => paths.join(" | "),
            Meaning::Elsewhere(reason) => format!("! {reason}"),
        };
        assert_eq!(found, expected, "{target:?}");
    }

    #[test]
    fn relative_targets_stay_in_the_repository() {
        check("a/b", None, "./api.yaml", "apps/web/api.yaml");
        check("a/b", Some("file"), "../../all/**/x.yaml", "all/**/x.yaml");
        check("a/b", Some("file"), "../../../x.yaml", "! leads out of its repository");
        check("a/b", Some("file"), "/etc/passwd", "! leads out of its repository");
        check("a/b", Some("ldap"), "x", "! is of a type that is not read");
    }

    #[test]
    fn urls_of_the_same_repository_are_paths() {
        let id = "github.com/acme/shop";
        check(id, Some("url"), "https://github.com/acme/shop/blob/main/a.yaml", "a.yaml");
        check(
            id,
            Some("url"),
            "https://GitHub.com/Acme/shop/tree/rel/1/d/a.yaml?x=1#L3",
            "1/d/a.yaml | d/a.yaml | a.yaml",
        );
        check(
            id,
            Some("url"),
            "https://raw.githubusercontent.com/acme/shop/main/d%20e/a.yaml",
            "d e/a.yaml | a.yaml",
        );
        check("git.acme.org/g/s/shop", None, "https://git.acme.org/g/s/shop/-/blob/main/a.yaml", "a.yaml");
        check("acme/shop", None, "https://any.example/acme/shop/blob/main/a.yaml", "a.yaml");
    }

    #[test]
    fn urls_of_other_repositories_are_elsewhere() {
        let id = "github.com/acme/shop";
        check(id, None, "https://github.com/acme/other/blob/main/a.yaml", "! is in another repository");
        check(id, None, "https://evil.example/acme/shop/blob/main/a.yaml", "! is in another repository");
        check(id, None, "https://github.com/acme/shop", "! is in another repository");
        check(id, None, "https://github.com/acme/shop/issues/1", "! is not a file of a branch");
        check(id, None, "https://github.com/acme/shop/blob/main/../../../x", "! leads out of its repository");
    }

    #[test]
    fn credentials_of_a_target_are_not_shown() {
        assert_eq!(shown("https://me:secret@h.org/x\n"), "https://h.org/x\u{fffd}");
    }
}
