//! Which dialect a CODEOWNERS file is read in, and which one it looks written in.

use catalog_core::model::PathDialect;

use super::{line::RuleLine, place};
use crate::{limits::ManifestLimits, manifest::ManifestFile};

/// The dialect that decides: that of the folder, else of the repository's host, else of the content,
/// else GitHub's.
pub(super) fn dialect_of(file: &ManifestFile<'_>, limits: &ManifestLimits, text: &str) -> PathDialect {
    place::dialect_of_place(file.path)
        .or_else(|| place::dialect_of_host(file.repository, &limits.host_dialects))
        .or_else(|| looks_like(text).filter(|found| *found != PathDialect::Github))
        .unwrap_or(PathDialect::Github)
}

/// The dialect that a text looks written in; `None` where it could be of several.
///
/// A section or a role is GitLab's, a quoted name or a group definition is of an app for Bitbucket; where most
/// patterns hold `.*`, they are regular expressions, and where most hold a `*` or an outer `/` that only globs
/// have, they are globs.
pub(super) fn looks_like(text: &str) -> Option<PathDialect> {
    let (mut rules, mut expressions, mut globs) = (0_usize, 0_usize, 0_usize);
    for line in text.lines() {
        let line = line.trim();
        if is_section_header(line) || line.split_whitespace().any(is_role) {
            return Some(PathDialect::Gitlab);
        }
        if line.starts_with("@@@") || line.contains("@\"") {
            return Some(PathDialect::Bitbucket);
        }
        let Some(rule) = RuleLine::parse(line) else { continue };
        let pattern = rule.pattern.text;
        rules += 1;
        if pattern.contains(".*") || pattern.contains(".+") || pattern.ends_with('$') {
            expressions += 1;
        } else if pattern.starts_with('/') || pattern.ends_with('/') || repeats_by_mistake(pattern).is_some()
        {
            globs += 1;
        }
    }
    if expressions * 2 > rules {
        Some(PathDialect::Gitea)
    } else if globs * 2 > rules && expressions == 0 {
        Some(PathDialect::Github)
    } else {
        None
    }
}

/// Whether a file that is read in one dialect would be read otherwise in the one it looks written in.
pub(super) fn is_mismatch(read_as: PathDialect, looks_like: PathDialect) -> bool {
    match (read_as, looks_like) {
        // Globs are common to all that read globs, and so are lines of an app that none of them knows.
        (PathDialect::Gitlab | PathDialect::Bitbucket, PathDialect::Github) => false,
        (_, PathDialect::Bitbucket) => read_as != PathDialect::Bitbucket,
        _ => read_as != looks_like,
    }
}

/// The place of a `*` or `?` that repeats a letter, a digit or a `/`, as globs written for expressions do.
pub(super) fn repeats_by_mistake(pattern: &str) -> Option<usize> {
    let mut before = '/';
    for (index, c) in pattern.char_indices() {
        if c == '*' && (before.is_alphanumeric() || matches!(before, '/' | '_' | '-')) {
            return Some(index);
        }
        before = c;
    }
    None
}

fn is_section_header(line: &str) -> bool {
    let line = line.strip_prefix('^').unwrap_or(line);
    line.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(name, rest)| {
        // `[id]/page` and `[ch]at` are patterns.
        !name.trim().is_empty() && (rest.is_empty() || rest.starts_with([' ', '\t', '[']))
    })
}

fn is_role(word: &str) -> bool {
    matches!(
        word.strip_prefix("@@").map(|role| role.trim_end_matches('s')),
        Some("developer" | "maintainer" | "owner")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(looks_like(text).map_or("any", PathDialect::name), expected, "{text}");
    }

    #[test]
    fn the_content_tells_the_dialect() {
        check("* @a\nsrc @b", "any");
        check("/src/ @a\n/docs @b", "github");
        check("[Docs]\ndocs/ @a", "gitlab");
        check("^[Docs][2] @a\n", "gitlab");
        check("* @@maintainers", "gitlab");
        check("[id]/x @a", "any");
        check(".* @a\ndocs/.* @b", "gitea");
        check("/android/ @a\n/ios/*.mm @b\n*.md", "github");
        check("* @\"Ann Example\"", "bitbucket");
        check("@@@Team @a @b", "bitbucket");
        check("", "any");
    }
}
