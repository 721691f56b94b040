//! What git leaves out of a working tree: the rules of its `.gitignore` files and of `info/exclude`.
//!
//! The rules are those of gitignore(5), with one exception: a person's own global list is not read,
//! so that everybody sees the same files.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use super::directory::os_path;

/// The most bytes of one list that are read.
const LIST_BYTES_MAX: u64 = 1 << 20;
/// The longest pattern that is compiled, in bytes; longer ones take memory without bound.
const PATTERN_BYTES_MAX: usize = 512;
/// The most patterns of one list that are compiled.
const PATTERNS_MAX: usize = 5_000;

/// The rules that hold where a walk is, those of the deepest folder last.
pub(super) struct IgnoreRules {
    root: PathBuf,
    lists: Vec<IgnoreList>,
    /// Kept for the sake of its memory.
    matching: Vec<usize>,
}

/// The rules of one file.
struct IgnoreList {
    /// The folder that the rules are about, with a `/` at its end; empty for the root.
    folder: Vec<u8>,
    globs: GlobSet,
    rules: Vec<IgnoreRule>,
}

#[derive(Clone, Copy)]
struct IgnoreRule {
    /// Whether it takes back what an earlier rule leaves out.
    keeps: bool,
    folders_only: bool,
}

impl IgnoreRules {
    /// The rules for the working tree at `root`; `exclude` is the repository's own `info/exclude`.
    pub(super) fn new(root: &Path, exclude: &Path) -> Self {
        let mut rules = Self { root: root.to_owned(), lists: Vec::new(), matching: Vec::new() };
        rules.lists.extend(IgnoreList::read(exclude, Vec::new()));
        rules
    }

    /// Reads the rules of a folder that a walk goes into; the root is an empty path.
    pub(super) fn enter(&mut self, folder: &[u8]) {
        self.leave_for(folder);
        let path = self.root.join(os_path(folder)).join(".gitignore");
        let mut folder = folder.to_vec();
        if !folder.is_empty() {
            folder.push(b'/');
        }
        self.lists.extend(IgnoreList::read(&path, folder));
    }

    /// Whether a path of the present folder is left out: the last rule of the deepest list decides.
    pub(super) fn is_ignored(&mut self, path: &[u8], is_folder: bool) -> bool {
        self.leave_for(path);
        for list in self.lists.iter().rev() {
            let below = os_path(&path[list.folder.len()..]);
            list.globs.matches_candidate_into(&Candidate::new(&below), &mut self.matching);
            let rules = self.matching.iter().rev().map(|index| list.rules[*index]);
            if let Some(rule) = rules.into_iter().find(|rule| is_folder || !rule.folders_only) {
                return !rule.keeps;
            }
        }
        false
    }

    /// Forgets the rules of folders that a path is not in.
    fn leave_for(&mut self, path: &[u8]) {
        while self.lists.last().is_some_and(|list| !path.starts_with(&list.folder)) {
            self.lists.pop();
        }
    }
}

impl IgnoreList {
    /// Reads a list; `None` where there is none, or nothing in it.
    fn read(path: &Path, folder: Vec<u8>) -> Option<Self> {
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(LIST_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        Self::parse(&String::from_utf8_lossy(&bytes), folder)
    }

    fn parse(text: &str, folder: Vec<u8>) -> Option<Self> {
        let mut globs = GlobSetBuilder::new();
        let mut rules = Vec::new();
        for line in text.lines() {
            let Some((glob, rule)) = glob_of(line) else { continue };
            let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build()
            else {
                continue;
            };
            globs.add(glob);
            rules.push(rule);
            if rules.len() == PATTERNS_MAX {
                break;
            }
        }
        // What is too large to compile leaves nothing out: too much is looked at, never too little.
        let globs = globs.build().ok().filter(|globs| !globs.is_empty())?;
        Some(Self { folder, globs, rules })
    }
}

/// A line as a glob against paths below its folder; `None` for lines that state nothing.
fn glob_of(line: &str) -> Option<(String, IgnoreRule)> {
    let line = without_trailing_blanks(line);
    if line.is_empty() || line.starts_with('#') || line.len() > PATTERN_BYTES_MAX {
        return None;
    }
    let (keeps, pattern) = match line.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (folders_only, pattern) = match pattern.strip_suffix('/') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let anywhere = if pattern.contains('/') { "" } else { "**/" };
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    if pattern.is_empty() {
        return None;
    }
    Some((format!("{anywhere}{}", with_literal_braces(pattern)), IgnoreRule { keeps, folders_only }))
}

/// A line without the blanks at its end, except one that a backslash makes part of the name.
fn without_trailing_blanks(line: &str) -> &str {
    let trimmed = line.trim_end_matches([' ', '\t', '\r']);
    let is_escaped = trimmed.ends_with('\\') && !trimmed.ends_with("\\\\") && trimmed.len() < line.len();
    if is_escaped { &line[..=trimmed.len()] } else { trimmed }
}

/// Git knows no alternatives in braces; globs of this library do.
fn with_literal_braces(pattern: &str) -> String {
    let mut literal = String::with_capacity(pattern.len() + 4);
    let mut in_brackets = false;
    let mut is_escaped = false;
    for c in pattern.chars() {
        match c {
            '{' | '}' if !in_brackets && !is_escaped => literal.push('\\'),
            '[' if !is_escaped => in_brackets = true,
            ']' => in_brackets = false,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
        literal.push(c);
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, ignored: &[&str], kept: &[&str]) {
        let lists = IgnoreList::parse(list, Vec::new()).into_iter().collect();
        let mut rules = IgnoreRules { root: PathBuf::new(), lists, matching: Vec::new() };
        for (paths, expected) in [(ignored, true), (kept, false)] {
            for path in paths {
                let (path, is_folder) = path.strip_suffix('/').map_or((*path, false), |path| (path, true));
                assert_eq!(rules.is_ignored(path.as_bytes(), is_folder), expected, "{list:?} on {path}");
            }
        }
    }

    #[test]
    fn patterns_without_a_slash_hold_at_any_depth() {
        check("*.log\n# *.md\n\n", &["a.log", "x/y/a.log"], &["a.md", "alog"]);
        check("target/", &["target/", "x/target/"], &["target", "targets/"]);
    }

    #[test]
    fn patterns_with_a_slash_hold_at_their_folder() {
        check("/build\ndocs/*.txt", &["build", "docs/a.txt"], &["x/build", "docs/x/a.txt", "x/docs/a.txt"]);
        check("a/**/b\nlogs/**", &["a/b", "a/x/y/b", "logs/x"], &["x/a/b", "logs/"]);
    }

    #[test]
    fn the_last_rule_decides() {
        check("*.yaml\n!keep.yaml\n", &["a.yaml"], &["keep.yaml", "x/keep.yaml"]);
        check("!a\na", &["a"], &[]);
        check("a/*\n!b/\n", &["a/c", "a/b"], &["a/b/", "a/b/c"]);
    }

    #[test]
    fn blanks_and_braces_are_taken_as_git_takes_them() {
        check("a  \r\nb\\ \n", &["a", "b "], &["b"]);
        check("{a,b}\n[{]x", &["{a,b}", "{x"], &["a", "b"]);
        check("\\#x\n\\!y", &["#x", "!y"], &["x"]);
    }

    #[test]
    fn what_is_no_pattern_leaves_nothing_out() {
        check("[\n/\n!\n", &[], &["[", "a"]);
        check(&format!("{}\nok", "a".repeat(PATTERN_BYTES_MAX + 1)), &["ok"], &["a"]);
    }

    #[test]
    fn git_itself_ignores_the_same() {
        const PATTERNS: [&str; 24] = [
            "a",
            "/a",
            "a/",
            "a/b",
            "a/*",
            "a/**",
            "**/b",
            "*.log",
            "!a",
            "!/a/b",
            "!*.log",
            "?",
            "[ab]",
            "[!a]",
            "a*",
            "*b*",
            "**/a/**/b",
            "a/**/c",
            "b/c",
            "/b/",
            "\\!x",
            "c ",
            "[a-c].log",
            "!b/",
        ];
        const PATHS: [&str; 14] = [
            "a",
            "b",
            "c",
            "x",
            "!x",
            "a.log",
            "a/b",
            "b/a",
            "a/b/c",
            "b/c",
            "x/a",
            "x/a/b",
            "x/b/a.log",
            "x/y/a/z/b",
        ];
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = git2::Repository::init(folder.path()).expect("a repository");
        for first in PATTERNS {
            for second in PATTERNS {
                // Libgit2 takes a short cut with rules that take something back; git's way is tested above.
                if first.starts_with('!') || second.starts_with('!') {
                    continue;
                }
                let list = format!("{first}\n{second}\n");
                std::fs::write(folder.path().join(".gitignore"), &list).expect("the file is written");
                let mut ours = IgnoreRules::new(folder.path(), Path::new("nowhere"));
                ours.enter(b"");
                repository.clear_ignore_rules().expect("the rules are cleared");
                for path in PATHS {
                    let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
                    let expected = repository.is_path_ignored(path).expect("an answer");
                    let is_inside =
                        folders.into_iter().any(|folder| ours.is_ignored(folder.as_bytes(), true));
                    let found = is_inside || ours.is_ignored(path.as_bytes(), false);
                    assert_eq!(found, expected, "{list:?} on {path}");
                }
            }
        }
    }
}
