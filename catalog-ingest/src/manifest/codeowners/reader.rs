//! What the readers of all dialects of CODEOWNERS share.

use catalog_core::{
    model::{
        DiagnosticCode, OwnerName, PathDialect, PathRule, PathRules, PathSection, Position, Severity, grouped,
    },
    path_rules::{PatternError, check_pattern},
};

use super::{
    line::{Token, characters},
    remarks::{Remarks, excerpt, shown},
};
use crate::{limits::ManifestLimits, manifest::ManifestReading};

/// A file that is being read line by line.
pub(super) struct Reader<'a> {
    pub(super) dialect: PathDialect,
    pub(super) limits: &'a ManifestLimits,
    pub(super) remarks: Remarks<'a>,
    pub(super) sections: Vec<PathSection>,
    pub(super) rules: Vec<PathRule>,
    /// Lines that state a rule, taken or not.
    rules_seen: usize,
}

/// A line with its number, from 1.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) number: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(dialect: PathDialect, path: &'a str, limits: &'a ManifestLimits) -> Self {
        let remarks = Remarks::new(path, limits);
        Self { dialect, limits, remarks, sections: Vec::new(), rules: Vec::new(), rules_seen: 0 }
    }

    /// Counts a line that states a rule; whether it is within the limit on rules.
    pub(super) fn count_rule(&mut self) -> bool {
        self.rules_seen += 1;
        self.rules_seen <= self.rules_max().1
    }

    /// The limit on rules with its name: regular expressions take more memory.
    fn rules_max(&self) -> (&'static str, usize) {
        if self.dialect == PathDialect::Gitea {
            ("codeowners.regexes_max", self.limits.codeowners_regexes_max)
        } else {
            ("codeowners.rules_max", self.limits.codeowners_rules_max)
        }
    }

    /// Whether a pattern can match anything; what cannot is reported.
    pub(super) fn pattern_is_taken(&mut self, pattern: Token<'_>, line: Line<'_>) -> bool {
        let bytes_max = self.limits.codeowners_pattern_bytes_max;
        let (message, suggestion) = if pattern.text.len() > bytes_max {
            let message = format!(
                "the pattern is {} bytes, over the limit `codeowners.pattern_bytes_max` of {}",
                grouped(pattern.text.len()),
                grouped(bytes_max)
            );
            (message, None)
        } else {
            match check_pattern(self.dialect, pattern.text) {
                Ok(()) => return true,
                Err(error) => {
                    let mut message = error.to_string();
                    if error.is_unsupported() {
                        message += "; its host may take the rule, so what it matches may have more owners than are shown";
                    }
                    (message, suggested(self.dialect, pattern.text, error))
                }
            }
        };
        self.report(DiagnosticCode::CodeownersPattern, pattern, line, message, suggestion);
        false
    }

    /// The owners that a rule names, those that are none left out and reported with what comes of that.
    pub(super) fn owners_taken(&mut self, tokens: &[Token<'_>], line: Line<'_>) -> Vec<OwnerName> {
        let mut owners = Vec::with_capacity(tokens.len().min(self.limits.codeowners_owners_max));
        for token in tokens {
            match OwnerName::in_dialect(self.dialect, token.text) {
                Some(owner) if owners.len() < self.limits.codeowners_owners_max => owners.push(owner),
                Some(_) => {
                    self.report_too_many(tokens.len(), *token, line);
                    break;
                }
                None => {
                    let message = format!(
                        "`{}` is no owner and is left out: expected {}",
                        shown(token.text),
                        self.expected_owners()
                    );
                    let suggestion = self.owner_meant(token.text);
                    let code = DiagnosticCode::CodeownersOwner;
                    self.remark(code, Severity::Warning, *token, line, message, suggestion);
                }
            }
        }
        owners
    }

    pub(super) fn report_too_many(&mut self, count: usize, first_beyond: Token<'_>, line: Line<'_>) {
        let message = format!(
            "the rule has {} owners, over the limit `codeowners.owners_max` of {}; the first ones are kept",
            grouped(count),
            grouped(self.limits.codeowners_owners_max)
        );
        self.report(DiagnosticCode::ListTooLong, first_beyond, line, message, None);
    }

    /// What the dialect takes as an owner, in words.
    pub(super) fn expected_owners(&self) -> &'static str {
        match self.dialect {
            PathDialect::Gitlab => {
                "`@user`, `@group`, `@group/subgroup`, `@@developer`, `@@maintainer`, `@@owner` or an e-mail address"
            }
            PathDialect::Gitea => "`@user` or `@organisation/team`",
            PathDialect::Bitbucket => "`@user`, `@workspace/group`, `@teams/name` or an e-mail address",
            _ => "`@user`, `@organisation/team` or an e-mail address",
        }
    }

    /// The owner that was meant, where only the `@` is missing.
    pub(super) fn owner_meant(&self, text: &str) -> Option<String> {
        OwnerName::in_dialect(self.dialect, &format!("@{text}")).map(|owner| format!("`{owner}`"))
    }

    /// Says something with the severity of its code.
    pub(super) fn report(
        &mut self,
        code: DiagnosticCode,
        token: Token<'_>,
        line: Line<'_>,
        message: String,
        suggestion: Option<String>,
    ) {
        self.remark(code, code.severity(), token, line, message, suggestion);
    }

    /// Says something about a word of a line.
    pub(super) fn remark(
        &mut self,
        code: DiagnosticCode,
        severity: Severity,
        token: Token<'_>,
        line: Line<'_>,
        message: String,
        suggestion: Option<String>,
    ) {
        let mut diagnostic = self
            .remarks
            .new_at(code, Position::new(line.number, token.column), message)
            .with_excerpt(Some(excerpt(line.text, characters(token.text))));
        diagnostic.severity = severity;
        diagnostic.suggestion = suggestion.map(Into::into);
        self.remarks.push(diagnostic);
    }

    pub(super) fn report_not_utf8(&mut self, line: &[u8], number: u32) {
        let valid_up_to = line.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        let text = String::from_utf8_lossy(line);
        // A comment states nothing, in whatever encoding.
        if text.trim_start().starts_with('#') {
            return;
        }
        self.rules_seen += 1;
        let column = characters(&String::from_utf8_lossy(&line[..valid_up_to])) + 1;
        let message = format!("the line is skipped: its byte {valid_up_to} is not UTF-8");
        let diagnostic = self
            .remarks
            .new_at(DiagnosticCode::NotUtf8, Position::new(number, column), message)
            .with_excerpt(Some(excerpt(&text, 1)));
        self.remarks.push(diagnostic);
    }

    /// What was read.
    pub(super) fn finish(mut self) -> ManifestReading {
        let (limit_name, rules_max) = self.rules_max();
        if self.rules_seen > rules_max {
            let message = format!(
                "the file has {} rules{}, over the limit `{limit_name}` of {}",
                grouped(self.rules_seen),
                if self.sections.is_empty() { "" } else { " and section headers" },
                grouped(rules_max)
            );
            let diagnostic = self.remarks.new_at(DiagnosticCode::ListTooLong, Position::default(), message);
            return ManifestReading::refused(diagnostic);
        }
        if self.rules_seen == 0 {
            let message = "the file holds no rule".to_owned();
            let diagnostic = self.remarks.new_at(DiagnosticCode::EmptyManifest, Position::default(), message);
            self.remarks.push(diagnostic);
        }
        let path_rules = PathRules { sections: self.sections, ..PathRules::new(self.dialect, self.rules) };
        ManifestReading {
            path_rules: Some(path_rules),
            diagnostics: self.remarks.finish(),
            ..ManifestReading::default()
        }
    }
}

/// What to write instead of a pattern.
fn suggested(dialect: PathDialect, pattern: &str, error: PatternError) -> Option<String> {
    match error {
        PatternError::NestedRepetition if dialect == PathDialect::Gitea => {
            let text = pattern.trim_start_matches('/').replace("**/", "*").replace("**", "*");
            let mended = text.replace(".*", "*").replace('*', ".*");
            check_pattern(dialect, &mended).is_ok().then(|| format!("`{}`", shown(&mended)))
        }
        _ => error.suggestion().map(str::to_owned),
    }
}
