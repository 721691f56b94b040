//! OWNERS files of Gerrit, Chromium and Android: one address on a line.
//!
//! Gerrit's documentation warns that only Gerrit itself knows who owns a file: this is a best effort from
//! the repository alone, without what other projects and accounts add.

use catalog_core::model::{
    DiagnosticCode, OwnerName, PathDialect, PathRule, PathRules, Position, RuleEffect, Severity,
};
use catalog_core::path_rules::check_pattern;

use super::{
    folder_of,
    gerrit_line::{GerritLine, without_comment},
    include::{Includes, Refusal},
};
use crate::{
    limits::ManifestLimits,
    manifest::{
        ManifestFile, ManifestReading, Siblings,
        reading::{Place, Remark, Remarks, quoted},
    },
};

/// How many patterns the braces of one glob may stand for.
const BRACES_MAX: usize = 64;

pub(super) fn read(
    file: &ManifestFile<'_>,
    text: &str,
    siblings: &dyn Siblings,
    limits: &ManifestLimits,
) -> ManifestReading {
    let folder = folder_of(file.path);
    let mut reader = Reader {
        limits,
        folder,
        includes: Includes::new(siblings, limits),
        remarks: Remarks::new(file.path, text, limits.diagnostics_max),
        owners: None,
        rules: Vec::new(),
        no_parent: false,
        names: 0,
    };
    for (number, line) in (1_u32..).zip(text.lines()) {
        reader.read_line(number, without_comment(line), true);
    }
    let mut rules: Vec<PathRule> = reader.owners.into_iter().chain(reader.rules).collect();
    rules.sort_by_key(|rule| rule.position);
    let rules = PathRules {
        folder: folder.into(),
        no_parent_owners: reader.no_parent,
        ..PathRules::new(PathDialect::Gerrit, rules)
    };
    ManifestReading {
        path_rules: Some(rules),
        inputs: reader.includes.into_inputs(),
        diagnostics: reader.remarks.finish(),
        ..ManifestReading::default()
    }
}

struct Reader<'a> {
    limits: &'a ManifestLimits,
    folder: &'a str,
    includes: Includes<'a>,
    remarks: Remarks<'a>,
    /// The rule of everybody whom the file itself names, at the place of the first.
    owners: Option<PathRule>,
    rules: Vec<PathRule>,
    no_parent: bool,
    names: usize,
}

impl Reader<'_> {
    /// Reads a line. One of a file that is included counts as if it stood at the line that includes it.
    fn read_line(&mut self, number: u32, line: &str, may_include: bool) {
        let column = 1 + line.chars().take_while(|c| c.is_whitespace()).count();
        let length = u32::try_from(line.trim().chars().count()).unwrap_or(u32::MAX);
        let position = Position::new(number, u32::try_from(column).unwrap_or(u32::MAX));
        let place = Place { position, length };
        match GerritLine::parse(line) {
            None if line.trim().is_empty() || !may_include => {}
            None => {
                let message = format!(
                    "{} is in no form that an OWNERS file of Gerrit has; expected an e-mail address, `*`, `set noparent`, `per-file`, `file:` or `include`",
                    quoted(line.trim())
                );
                self.remarks.push(Remark::new(DiagnosticCode::OwnersDialect, place, message));
            }
            Some(GerritLine::Owner(owner)) => {
                if !self.has_room(place, 1) {
                    return;
                }
                if may_include {
                    let first = || PathRule::new("*", Vec::new(), position);
                    self.owners.get_or_insert_with(first).owners.push(owner);
                } else {
                    self.rules.push(PathRule::new("*", vec![owner], position));
                }
            }
            Some(GerritLine::NoParent) => self.no_parent = true,
            Some(GerritLine::File(named)) => {
                let owners = self.imported(named, place);
                if !owners.is_empty() {
                    self.rules.push(PathRule::new("*", owners, position));
                }
            }
            Some(GerritLine::PerFile { globs, grants }) => self.per_file(globs, grants, place),
            Some(GerritLine::Include(named)) if may_include => self.include(named, place),
            Some(GerritLine::Include(named)) => {
                let owners = self.imported(named, place);
                if !owners.is_empty() {
                    self.rules.push(PathRule::new("*", owners, position));
                }
            }
        }
    }

    /// Takes over every line of another file; what that includes in turn gives its owners only.
    fn include(&mut self, named: &str, place: Place) {
        let text = match self.includes.text(named, self.folder) {
            Ok(text) => text.to_owned(),
            Err(refusal) => return self.refuse(named, place, &refusal),
        };
        let rules_before = self.rules.len();
        for line in text.lines() {
            self.read_line(place.position.line, without_comment(line), false);
        }
        // Whoever owns the folder by the included file does so by one rule.
        let mut folder_owners = Vec::new();
        for mut rule in self.rules.split_off(rules_before) {
            if rule.effect == RuleEffect::Grant && &*rule.pattern == "*" {
                folder_owners.append(&mut rule.owners);
            } else {
                self.rules.push(rule);
            }
        }
        if !folder_owners.is_empty() {
            self.rules.push(PathRule::new("*", folder_owners, place.position));
        }
    }

    fn imported(&mut self, named: &str, place: Place) -> Vec<OwnerName> {
        let room = self.limits.owners_names_max.saturating_sub(self.names);
        match self.includes.owners(named, self.folder, room) {
            Ok(owners) => {
                self.names += owners.len();
                owners
            }
            Err(refusal) => {
                self.refuse(named, place, &refusal);
                Vec::new()
            }
        }
    }

    fn per_file(&mut self, globs: &str, grants: &str, place: Place) {
        let mut owners = Vec::new();
        let mut no_parent = false;
        for grant in grants.split(',').map(str::trim).filter(|grant| !grant.is_empty()) {
            match GerritLine::parse(grant) {
                Some(GerritLine::Owner(owner)) if self.has_room(place, 1) => owners.push(owner),
                Some(GerritLine::Owner(_)) => {}
                Some(GerritLine::NoParent) => no_parent = true,
                Some(GerritLine::File(named)) => owners.extend(self.imported(named, place)),
                _ => {
                    let message = format!(
                        "{} is nothing that `per-file` can grant; expected an e-mail address, `*`, `set noparent` or `file:`",
                        quoted(grant)
                    );
                    self.remarks.push(Remark::new(DiagnosticCode::OwnersDialect, place, message));
                }
            }
        }
        if globs.contains(char::is_whitespace) {
            let mended: String = globs.split_whitespace().collect();
            let message = format!("the patterns {} hold blanks, which Gerrit does not take", quoted(globs));
            let remark = Remark::new(DiagnosticCode::OwnersDialect, place, message);
            self.remarks.push(remark.suggest(format!("`per-file {mended}={grants}`")));
        }
        for glob in split_outside_braces(globs) {
            let glob = glob.trim();
            let bytes_max = self.limits.codeowners_pattern_bytes_max;
            let patterns = if glob.len() > bytes_max {
                Err(format!(
                    "the pattern is {} bytes, over the limit `codeowners.pattern_bytes_max` of {bytes_max}",
                    glob.len()
                ))
            } else {
                without_braces(glob).ok_or_else(|| {
                    format!("the braces of {} stand for more than {BRACES_MAX} patterns", quoted(glob))
                })
            };
            let patterns = match patterns {
                Ok(patterns) => patterns,
                Err(message) => {
                    self.remarks.push(Remark::new(DiagnosticCode::CodeownersPattern, place, message));
                    continue;
                }
            };
            for pattern in patterns {
                self.grant(&pattern, &owners, no_parent, place);
            }
        }
    }

    fn grant(&mut self, pattern: &str, owners: &[OwnerName], no_parent: bool, place: Place) {
        let fault = if self.rules.len() >= self.limits.codeowners_rules_max {
            let limit = self.limits.codeowners_rules_max;
            Some(format!("the file has more rules than the limit `codeowners.rules_max` of {limit}"))
        } else {
            check_pattern(PathDialect::Gerrit, pattern).err().map(|error| error.to_string())
        };
        if let Some(message) = fault {
            self.remarks.push(Remark::new(DiagnosticCode::CodeownersPattern, place, message));
            return;
        }
        if no_parent {
            let rule = PathRule::new(pattern, Vec::new(), place.position);
            self.rules.push(PathRule { effect: RuleEffect::NoParent, ..rule });
        }
        if !owners.is_empty() {
            self.rules.push(PathRule::new(pattern, owners.to_vec(), place.position));
        }
    }

    /// Whether more names fit; that they do not is said once.
    fn has_room(&mut self, place: Place, count: usize) -> bool {
        let names_max = self.limits.owners_names_max;
        self.names += count;
        if self.names == names_max + 1 {
            let message = format!(
                "the file names more owners than the limit `owners.names_max` of {names_max}; the first ones are kept"
            );
            self.remarks.push(Remark::new(DiagnosticCode::ListTooLong, place, message));
        }
        self.names <= names_max
    }

    fn refuse(&mut self, named: &str, place: Place, refusal: &Refusal) {
        let (severity, message) = match refusal {
            Refusal::Elsewhere => (
                Severity::Note,
                format!(
                    "{} lies in another project or on another branch, and is never fetched",
                    quoted(named)
                ),
            ),
            Refusal::Outside => (Severity::Warning, format!("{} leads out of the repository", quoted(named))),
            Refusal::Missing(path) => (
                Severity::Warning,
                format!(
                    "there is no file {} to take owners from, which Gerrit ignores silently",
                    quoted(path)
                ),
            ),
            Refusal::TooMany(limit) => (
                Severity::Warning,
                format!("{} is one file more than the limit `owners.includes_max` of {limit}", quoted(named)),
            ),
        };
        self.remarks.push(Remark::new(DiagnosticCode::OwnersInclude, place, message).severity(severity));
    }
}

/// The globs of a list; a comma between braces separates nothing.
fn split_outside_braces(globs: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0_u32, 0);
    let mut parts = Vec::new();
    for (index, c) in globs.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&globs[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&globs[start..]);
    parts
}

/// The patterns that a glob with braces stands for; `None` where there are too many.
fn without_braces(glob: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut waiting = vec![glob.to_owned()];
    while let Some(next) = waiting.pop() {
        if done.len() + waiting.len() >= BRACES_MAX {
            return None;
        }
        // The innermost braces first: the last `{` and the `}` after it.
        let inner = next.rfind('{').and_then(|open| Some((open, open + next[open..].find('}')?)));
        let Some((open, close)) = inner else {
            done.push(next);
            continue;
        };
        for choice in next[open + 1..close].split(',').rev() {
            waiting.push(format!("{}{choice}{}", &next[..open], &next[close + 1..]));
            if waiting.len() > BRACES_MAX {
                return None;
            }
        }
    }
    Some(done)
}
