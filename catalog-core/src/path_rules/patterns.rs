//! Compiled globs: what GitHub's, GitLab's and Gerrit's patterns have in common.
//!
//! A pattern becomes a sequence of parts, one for each part of a path, and a [`Tail`] that says what may
//! follow. All patterns of a file share one buffer. Matching takes at most
//! `pattern length × path length` steps: after a `*` or a `**` only the last one is ever tried again.

use std::ops::Range;

use super::bracket::glob_matches;

/// The compiled patterns of one file, by the index of their rules.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// The text of all parts, with `/` where another part or a descendant must follow.
    text: Vec<u8>,
    parts: Vec<Part>,
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    parts: Range<u32>,
    tail: Tail,
}

#[derive(Clone, Debug)]
struct Part {
    kind: PartKind,
    text: Range<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartKind {
    /// `**`: any number of parts, also none.
    AnyDepth,
    /// `*`: one part, whatever it is.
    Any,
    /// One part with just this text, escapes resolved.
    Literal,
    /// One part that fits this text with `*`, `?` and escapes.
    Glob,
    /// One part that fits this text with `*`, `?`, `[…]` and escapes.
    GlobWithSets,
}

/// What may come after the parts of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing: the pattern ends with `/*`.
    Nothing,
    /// Nothing or descendants: `foo` is the file and the folder.
    Open,
    /// At least one more part: `foo/` and `foo/**` do not match a file `foo`.
    Below,
    /// The pattern matches nothing.
    Never,
}

/// A text that every path that matches must have, to find candidates by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The whole path begins with it.
    PathPrefix(Range<u32>),
    /// One part of the path is it.
    Part(Range<u32>),
    /// One part of the path ends with it; it begins with the last `.` of that part.
    Extension(Range<u32>),
    /// One part of the path begins with it.
    PartPrefix(Range<u32>),
    /// Nothing is known but that the pattern may match.
    Any,
    /// The pattern matches nothing.
    Never,
}

impl Patterns {
    /// Adds the pattern of the next rule as its parts; `sets` says whether `[…]` is a set of characters.
    pub(super) fn push(&mut self, mut parts: Vec<&str>, tail: Tail, sets: bool) {
        let length: usize = parts.iter().map(|part| part.len() + 1).sum();
        if self.text.len().saturating_add(length) >= u32::MAX as usize / 2 {
            return self.push_never();
        }
        let first = self.parts_end();
        parts.dedup_by(|next, before| *next == "**" && *before == "**");
        for (index, part) in parts.iter().enumerate() {
            self.push_part(part, sets);
            if index + 1 < parts.len() || tail == Tail::Below {
                self.text.push(b'/');
            }
        }
        self.patterns.push(Pattern { parts: first..self.parts_end(), tail });
    }

    /// Adds a pattern that matches nothing.
    pub(super) fn push_never(&mut self) {
        let end = self.parts_end();
        self.patterns.push(Pattern { parts: end..end, tail: Tail::Never });
    }

    fn push_part(&mut self, part: &str, sets: bool) {
        // An escaped `/` is a `/`, so that its `\` belongs to no part.
        let escapes = part.len() - part.trim_end_matches('\\').len();
        let part = &part[..part.len() - escapes % 2];
        let start = self.text_end();
        let kind = match part {
            "**" => PartKind::AnyDepth,
            "*" => PartKind::Any,
            _ if has_wildcard(part, sets) => {
                self.text.extend_from_slice(part.as_bytes());
                if sets && part.contains('[') { PartKind::GlobWithSets } else { PartKind::Glob }
            }
            _ => {
                let mut escaped = false;
                for byte in part.bytes() {
                    escaped = byte == b'\\' && !escaped;
                    if !escaped {
                        self.text.push(byte);
                    }
                }
                PartKind::Literal
            }
        };
        self.parts.push(Part { kind, text: start..self.text_end() });
    }

    fn text_end(&self) -> u32 {
        u32::try_from(self.text.len()).expect("`push` keeps the text below 2 GiB")
    }

    fn parts_end(&self) -> u32 {
        u32::try_from(self.parts.len()).expect("there are at most as many parts as bytes of text and rules")
    }

    /// How many patterns there are.
    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// The text of a key.
    pub(super) fn text(&self, range: &Range<u32>) -> &[u8] {
        &self.text[range.start as usize..range.end as usize]
    }

    fn parts(&self, pattern: &Pattern) -> &[Part] {
        &self.parts[pattern.parts.start as usize..pattern.parts.end as usize]
    }

    /// Whether the pattern of a rule matches a path, given by its parts.
    pub(super) fn matches(&self, rule: usize, path: &[&[u8]]) -> bool {
        let pattern = &self.patterns[rule];
        let parts = self.parts(pattern);
        let (mut part, mut place) = (0, 0);
        // Where to go on after the last `**`, and from which part of the path.
        let mut again = None;
        loop {
            match parts.get(part) {
                Some(Part { kind: PartKind::AnyDepth, .. }) => {
                    part += 1;
                    again = Some((part, place));
                    continue;
                }
                Some(expected) => {
                    // Later beginnings leave even less of the path.
                    let Some(found) = path.get(place) else { return false };
                    if self.part_matches(expected, found) {
                        part += 1;
                        place += 1;
                        continue;
                    }
                }
                None => match pattern.tail {
                    Tail::Open => return true,
                    Tail::Below => return place < path.len(),
                    Tail::Nothing if place == path.len() => return true,
                    Tail::Nothing => {}
                    Tail::Never => return false,
                },
            }
            let Some((after, from)) = again else { return false };
            again = Some((after, from + 1));
            (part, place) = (after, from + 1);
        }
    }

    fn part_matches(&self, part: &Part, found: &[u8]) -> bool {
        match part.kind {
            PartKind::AnyDepth | PartKind::Any => true,
            PartKind::Literal => self.text(&part.text) == found,
            PartKind::Glob => glob_matches(self.text(&part.text), found, false),
            PartKind::GlobWithSets => glob_matches(self.text(&part.text), found, true),
        }
    }

    /// The most telling text that the paths of a rule must have.
    pub(super) fn key(&self, rule: usize) -> Key {
        let pattern = &self.patterns[rule];
        let parts = self.parts(pattern);
        if pattern.tail == Tail::Never {
            return Key::Never;
        }
        if let Some(prefix) = self.path_prefix(parts, pattern.tail) {
            return Key::PathPrefix(prefix);
        }
        self.part_key(parts)
    }

    /// A key of what follows the literal beginning of an anchored pattern, for when many rules begin alike.
    pub(super) fn second_key(&self, rule: usize) -> Key {
        let parts = self.parts(&self.patterns[rule]);
        let literals = parts.iter().take_while(|part| part.kind == PartKind::Literal).count();
        self.part_key(&parts[literals..])
    }

    fn part_key(&self, parts: &[Part]) -> Key {
        if let Some(literal) = parts.iter().rev().find(|part| part.kind == PartKind::Literal) {
            return Key::Part(literal.text.clone());
        }
        let globs = || parts.iter().rev().filter(|part| part.kind == PartKind::Glob);
        if let Some(extension) = globs().find_map(|part| self.extension(part)) {
            return Key::Extension(extension);
        }
        let globs = || parts.iter().rev().filter(|part| part.kind.is_glob());
        let prefix = globs().map(|part| self.literal_prefix(part)).find(|prefix| !prefix.is_empty());
        prefix.map_or(Key::Any, Key::PartPrefix)
    }

    /// The literal text that an anchored pattern begins with.
    fn path_prefix(&self, parts: &[Part], tail: Tail) -> Option<Range<u32>> {
        let start = parts.first()?.text.start;
        let literals = parts.iter().take_while(|part| part.kind == PartKind::Literal).count();
        let end = match parts.get(literals) {
            Some(next) if next.kind.is_glob() => self.literal_prefix(next).end,
            Some(next) => next.text.start,
            None => parts.last()?.text.end + u32::from(tail == Tail::Below),
        };
        // A leading `**` has no text, but a slash after it.
        (parts[0].kind != PartKind::AnyDepth && start < end).then_some(start..end)
    }

    fn literal_prefix(&self, glob: &Part) -> Range<u32> {
        let text = self.text(&glob.text);
        let sets = glob.kind == PartKind::GlobWithSets;
        let is_special = |byte: &u8| matches!(byte, b'*' | b'?' | b'\\') || sets && *byte == b'[';
        let length = text.iter().position(is_special).unwrap_or(text.len());
        glob.text.start..glob.text.start + u32::try_from(length).expect("a part is shorter than all parts")
    }

    /// The text from the last `.` on, where nothing but literal text follows it.
    fn extension(&self, glob: &Part) -> Option<Range<u32>> {
        let text = self.text(&glob.text);
        let from = text.iter().rposition(|byte| matches!(byte, b'.' | b'*' | b'?' | b'\\'))?;
        // An escaped dot is still a dot, so what comes before it does not matter.
        let length = u32::try_from(text.len() - from).expect("a part is shorter than all parts");
        (text[from] == b'.').then_some(glob.text.end - length..glob.text.end)
    }
}

impl PartKind {
    fn is_glob(self) -> bool {
        matches!(self, Self::Glob | Self::GlobWithSets)
    }
}

fn has_wildcard(part: &str, sets: bool) -> bool {
    let mut escaped = false;
    part.bytes().any(|byte| {
        let wildcard = (matches!(byte, b'*' | b'?') || sets && byte == b'[') && !escaped;
        escaped = byte == b'\\' && !escaped;
        wildcard
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(pattern: &str) -> String {
        let mut patterns = Patterns::default();
        for pattern in ["before", pattern] {
            crate::path_rules::github::push(&mut patterns, pattern);
        }
        let text = |range| String::from_utf8_lossy(patterns.text(&range)).into_owned();
        match patterns.key(1) {
            Key::PathPrefix(range) => format!("path {}…", text(range)),
            Key::Part(range) => format!("part {}", text(range)),
            Key::Extension(range) => format!("part …{}", text(range)),
            Key::PartPrefix(range) => format!("part {}…", text(range)),
            Key::Any => "any".to_owned(),
            Key::Never => "never".to_owned(),
        }
    }

    #[test]
    fn the_most_telling_text_of_a_pattern_is_its_key() {
        for (pattern, expected) in [
            ("/src/a.c", "path src/a.c…"),
            ("src/", "part src"),
            ("/src/", "path src/…"),
            ("src/*", "path src/…"),
            ("src/**/x", "path src/…"),
            ("src/te?t/x", "path src/te…"),
            ("/*/x", "part x"),
            ("**/a/b*", "part a"),
            ("*.test.js", "part ….js"),
            ("/*.md", "part ….md"),
            ("Docker*", "part Docker…"),
            ("*a*", "any"),
            ("*", "any"),
            ("**", "any"),
            ("a***", "never"),
            ("!a", "never"),
        ] {
            assert_eq!(key(pattern), expected, "{pattern}");
        }
    }
}
