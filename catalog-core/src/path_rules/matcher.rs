//! The rules of one ownership file, compiled.

use super::{
    github, gitlab,
    pattern_index::PatternIndex,
    patterns::Patterns,
    regexes::{PathRegex, as_text},
    sections::Sections,
};
use crate::model::{PathDialect, PathRules, RuleEffect};

/// The rules of one ownership file, compiled once to be asked about many paths.
///
/// Patterns that [`check_pattern`] refuses never match. Case matters, unless a regular expression says
/// otherwise. Compiling globs takes `n log n` steps for `n` rules; asking about one path takes time for its parts
/// and the few rules that share a text with it, and for one rule never more than
/// `pattern length × path length` steps. Regular expressions are compiled when they are first asked and tried
/// one after the other, each in time linear in the path. Size: for globs the patterns' text and about 60
/// bytes a rule, for a regular expression some kilobytes and never more than a fixed bound.
///
/// A path is relative to the root of the repository, with `/` between its parts, and need not be UTF-8.
///
/// [`check_pattern`]: super::check_pattern
#[derive(Clone, Debug)]
pub struct PathMatcher {
    /// The folder that the file speaks about, with a `/` at its end; empty for the whole repository.
    folder: Box<[u8]>,
    engine: Engine,
    no_parent_owners: bool,
}

/// Which of the rules that match decide.
#[derive(Clone, Debug)]
enum Engine {
    /// The last one.
    Last(PatternIndex),
    /// The last one of each section that does not exclude the path.
    Sections(Sections),
    /// All of them.
    Expressions(Vec<PathRegex>),
    /// All of them, or only those with a pattern of their own where a rule of that effect matches.
    Grants {
        index: PatternIndex,
        /// By rule: whether it grants, and whether it speaks about the whole folder.
        rules: Vec<(RuleEffect, bool)>,
    },
}

impl PathMatcher {
    /// Compiles the rules of a file. At most `u32::MAX` rules are kept; limits on input are far below.
    pub fn new(rules: &PathRules) -> Self {
        let globs = |push: fn(&mut Patterns, &str)| {
            let mut patterns = Patterns::default();
            rules.rules.iter().for_each(|rule| push(&mut patterns, &rule.pattern));
            PatternIndex::new(patterns)
        };
        let expressions = |read: fn(&str) -> PathRegex| {
            Engine::Expressions(rules.rules.iter().map(|rule| read(&rule.pattern)).collect())
        };
        let engine = match rules.dialect {
            PathDialect::Github | PathDialect::Bitbucket => Engine::Last(globs(github::push)),
            PathDialect::Gitlab => Engine::Sections(Sections::new(rules)),
            PathDialect::Gitea => expressions(PathRegex::gitea),
            PathDialect::Prow => expressions(PathRegex::anywhere),
            PathDialect::Gerrit => Engine::Grants {
                index: globs(gitlab::push),
                rules: rules.rules.iter().map(|rule| (rule.effect, &*rule.pattern == "*")).collect(),
            },
        };
        let mut folder = rules.folder.as_bytes().to_vec();
        if !folder.is_empty() {
            folder.push(b'/');
        }
        Self { folder: folder.into(), engine, no_parent_owners: rules.no_parent_owners }
    }

    /// How many rules there are.
    pub(super) fn rules(&self) -> usize {
        match &self.engine {
            Engine::Last(index) | Engine::Grants { index, .. } => index.len(),
            Engine::Sections(sections) => sections.rules(),
            Engine::Expressions(expressions) => expressions.len(),
        }
    }

    /// The last of the rules that decide about a path, by its index in the file; `None` where none matches.
    /// Where one rule decides, as on GitHub, this is it.
    pub fn deciding_rule(&self, path: impl AsRef<[u8]>) -> Option<usize> {
        match &self.engine {
            Engine::Last(index) => {
                let (path, parts) = self.within_folder(path.as_ref())?;
                index.last(path, &parts).map(|rule| rule as usize)
            }
            _ => self.deciding_rules(path).last().copied(),
        }
    }

    /// The rules that together decide about a path, by their index in the file: at most one where the
    /// last match decides, one of each section on GitLab in the order of the sections (also the one that
    /// excludes the path), and in the other dialects all that match.
    pub fn deciding_rules(&self, path: impl AsRef<[u8]>) -> Vec<usize> {
        let Some((path, parts)) = self.within_folder(path.as_ref()) else { return Vec::new() };
        match &self.engine {
            Engine::Last(index) => index.last(path, &parts).map(|rule| rule as usize).into_iter().collect(),
            Engine::Sections(sections) => sections.deciding(path, &parts),
            Engine::Expressions(_) => self.all_within(path, &parts),
            Engine::Grants { rules, .. } => {
                let matching = self.all_within(path, &parts);
                let no_parent = matching.iter().any(|rule| rules[*rule].0 == RuleEffect::NoParent);
                let grants =
                    |rule: &usize| rules[*rule].0 == RuleEffect::Grant && !(no_parent && rules[*rule].1);
                matching.into_iter().filter(grants).collect()
            }
        }
    }

    /// Every rule that matches a path, ascending. Tries each rule.
    pub fn all_matching(&self, path: impl AsRef<[u8]>) -> Vec<usize> {
        let Some((path, parts)) = self.within_folder(path.as_ref()) else { return Vec::new() };
        self.all_within(path, &parts)
    }

    /// The rules that match a path and do not decide about it, ascending. Tries each rule.
    pub fn overridden_rules(&self, path: impl AsRef<[u8]>) -> Vec<usize> {
        let deciding = self.deciding_rules(&path);
        let mut matching = self.all_matching(path);
        matching.retain(|rule| !deciding.contains(rule));
        matching
    }

    /// Whether the files of the folders above are not asked about a path, where this file and those below
    /// it name somebody or not.
    pub(super) fn ends_climb(&self, path: &[u8], names_somebody: bool) -> bool {
        match &self.engine {
            Engine::Grants { rules, .. } => {
                self.no_parent_owners
                    || self.all_matching(path).iter().any(|rule| rules[*rule].0 == RuleEffect::NoParent)
            }
            _ => self.no_parent_owners && names_somebody,
        }
    }

    /// Tells `met` of the rules that match a path and are not known already; a rule may be met twice.
    pub(super) fn each_matching(
        &self,
        path: &[u8],
        is_known: &dyn Fn(usize) -> bool,
        met: &mut dyn FnMut(usize),
    ) {
        let Some((path, parts)) = self.within_folder(path) else { return };
        match &self.engine {
            Engine::Last(index) | Engine::Grants { index, .. } => {
                index.each_matching(path, &parts, &|rule| is_known(rule as usize), &mut |rule| {
                    met(rule as usize);
                });
            }
            Engine::Sections(sections) => sections.each_matching(path, &parts, is_known, met),
            Engine::Expressions(expressions) => {
                let text = as_text(path);
                for (rule, regex) in expressions.iter().enumerate() {
                    if !is_known(rule) && regex.matches(&text) {
                        met(rule);
                    }
                }
            }
        }
    }

    fn all_within(&self, path: &[u8], parts: &[&[u8]]) -> Vec<usize> {
        match &self.engine {
            Engine::Last(index) | Engine::Grants { index, .. } => index.all_matching(parts).collect(),
            Engine::Sections(sections) => sections.all_matching(parts),
            Engine::Expressions(expressions) => {
                let text = as_text(path);
                let matching = (0..).zip(expressions).filter(|(_, regex)| regex.matches(&text));
                matching.map(|(rule, _)| rule).collect()
            }
        }
    }

    /// A path as seen from the folder of the file, with its parts; `None` for one that lies elsewhere and
    /// for one that no file has.
    fn within_folder<'p>(&self, path: &'p [u8]) -> Option<(&'p [u8], Vec<&'p [u8]>)> {
        let path = path.strip_prefix(&*self.folder)?;
        Some((path, parts_of(path)?))
    }
}

/// The parts of a path; `None` for a path that no file has.
fn parts_of(path: &[u8]) -> Option<Vec<&[u8]>> {
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}
