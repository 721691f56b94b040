//! All ownership files of one repository that answer together: one CODEOWNERS, or an OWNERS per folder.

use super::{PathMatcher, catch_all_rules};
use crate::model::PathRules;

/// The ownership files of one repository, compiled: who owns a path, which rules say so, and which
/// match and do not count, whatever the dialect.
#[derive(Clone, Debug, Default)]
pub struct RuleFiles {
    files: Vec<RuleFile>,
    /// The files that speak about folders, by number, in the order of those.
    by_folder: Vec<u32>,
}

/// One ownership file, compiled.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Its rules.
    pub rules: PathRules,
    /// Its rules, ready to be asked.
    pub matcher: PathMatcher,
}

/// A rule by the number of its file and its own number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileRule {
    /// The number of the file.
    pub file: usize,
    /// The number of the rule in the file.
    pub rule: usize,
}

impl RuleFiles {
    /// Compiles files, which keep the order they come in.
    pub fn new(files: impl IntoIterator<Item = PathRules>) -> Self {
        let compiled = |rules: PathRules| RuleFile { matcher: PathMatcher::new(&rules), rules };
        let files: Vec<RuleFile> = files.into_iter().map(compiled).collect();
        let mut by_folder: Vec<u32> = (0..)
            .zip(&files)
            .filter(|(_, file)| file.rules.dialect.is_by_folder())
            .map(|(number, _)| number)
            .collect();
        by_folder.sort_by_key(|number| files[*number as usize].rules.folder.as_bytes());
        Self { files, by_folder }
    }

    /// The files.
    pub fn files(&self) -> &[RuleFile] {
        &self.files
    }

    /// The rules that together decide about a path: their owners own it. In files of folders the nearest
    /// comes first, and rules that name no owner are left out.
    ///
    /// Takes the time that [`PathMatcher`] says for each file that speaks about the path, and a search by
    /// halving for each folder above it.
    pub fn deciding(&self, path: impl AsRef<[u8]>) -> Vec<FileRule> {
        let path = path.as_ref();
        let mut deciding = Vec::new();
        for (number, file) in self.whole_files() {
            let rules = file.matcher.deciding_rules(path);
            deciding.extend(rules.into_iter().map(|rule| FileRule { file: number, rule }));
        }
        self.climb(path, &mut |number, decides| {
            if decides {
                deciding.extend(self.naming(number, path));
            }
        });
        deciding
    }

    /// The rules that match a path and do not decide about it: overridden by others of their file, or in
    /// a folder above one that asks no further. Nearest file first, last rule of a file first. Tries each
    /// rule of each file above the path.
    pub fn overridden(&self, path: impl AsRef<[u8]>) -> Vec<FileRule> {
        let path = path.as_ref();
        let mut overridden = Vec::new();
        let mut add = |file: usize, rules: Vec<usize>| {
            overridden.extend(rules.into_iter().rev().map(|rule| FileRule { file, rule }));
        };
        for (number, file) in self.whole_files() {
            add(number, file.matcher.overridden_rules(path));
        }
        self.climb(path, &mut |number, decides| {
            let matcher = &self.files[number].matcher;
            add(number, if decides { matcher.overridden_rules(path) } else { matcher.all_matching(path) });
        });
        overridden
    }

    /// The rules about everything that has no rule of its own, as [`catch_all_rules`] tells them.
    pub fn catch_all(&self) -> Vec<FileRule> {
        let rules = |(file, of): (usize, &RuleFile)| {
            catch_all_rules(&of.rules).into_iter().map(move |rule| FileRule { file, rule })
        };
        self.files.iter().enumerate().flat_map(rules).collect()
    }

    fn whole_files(&self) -> impl Iterator<Item = (usize, &RuleFile)> {
        self.files.iter().enumerate().filter(|(_, file)| !file.rules.dialect.is_by_folder())
    }

    /// The rules of a file of a folder that decide and name somebody.
    fn naming(&self, number: usize, path: &[u8]) -> impl Iterator<Item = FileRule> {
        let file = &self.files[number];
        let rules = file.matcher.deciding_rules(path);
        let named = rules.into_iter().filter(|rule| !file.rules.rules[*rule].owners.is_empty());
        named.map(move |rule| FileRule { file: number, rule })
    }

    /// Visits the files of the folders above a path, the nearest first, with whether each still counts.
    fn climb(&self, path: &[u8], visit: &mut dyn FnMut(usize, bool)) {
        if self.by_folder.is_empty() {
            return;
        }
        let mut folder = path;
        let (mut decides, mut names_somebody) = (true, false);
        while !folder.is_empty() {
            folder = folder.iter().rposition(|byte| *byte == b'/').map_or(&[], |slash| &folder[..slash]);
            let folder_of = |number: &u32| self.files[*number as usize].rules.folder.as_bytes();
            let first = self.by_folder.partition_point(|number| folder_of(number) < folder);
            for number in self.by_folder[first..].iter().take_while(|number| folder_of(number) == folder) {
                let number = *number as usize;
                visit(number, decides);
                if decides {
                    names_somebody |= self.naming(number, path).next().is_some();
                    decides = !self.files[number].matcher.ends_climb(path, names_somebody);
                }
            }
        }
    }
}
