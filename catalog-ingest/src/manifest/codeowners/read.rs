//! A CODEOWNERS file becomes path rules, line by line.

use catalog_core::{
    model::{Diagnostic, DiagnosticCode, OwnerName, PathDialect, PathRule, PathRules, Position, Severity},
    path_rules::check_pattern,
};

use super::{
    line::{RuleLine, Token, characters},
    remarks::{Remarks, excerpt, grouped, shown},
};
use crate::{
    limits::ManifestLimits,
    manifest::{ManifestFile, ManifestReading},
};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a CODEOWNERS file as GitHub does: a line that it would not take is skipped and reported, and
/// the others are used. A rule without owners is kept, since it takes paths from the rules before it.
///
/// A file with more rules than the limit gives no rules at all: the last rule that matches decides, so a
/// part of the file would name wrong owners. Takes time in proportion to the size of the file.
pub fn read(file: &ManifestFile<'_>, limits: &ManifestLimits) -> ManifestReading {
    let mut reader =
        Reader { limits, remarks: Remarks::new(file.path, limits), rules: Vec::new(), rules_seen: 0 };
    if file.bytes.starts_with(b"\xFF\xFE") || file.bytes.starts_with(b"\xFE\xFF") {
        let message = "the file is UTF-16 text where UTF-8 is expected".to_owned();
        return refused(
            reader
                .remarks
                .new_at(DiagnosticCode::NotUtf8, Position::default(), message)
                .suggest("save the file as UTF-8"),
        );
    }
    let bytes = file.bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file.bytes);
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1_u32..) {
        reader.read_line(line.strip_suffix(b"\r").unwrap_or(line), number);
    }
    reader.finish()
}

struct Reader<'a> {
    limits: &'a ManifestLimits,
    remarks: Remarks<'a>,
    rules: Vec<PathRule>,
    /// Lines that state a rule, taken or not.
    rules_seen: usize,
}

impl Reader<'_> {
    fn read_line(&mut self, line: &[u8], number: u32) {
        let line = match str::from_utf8(line) {
            Ok(line) => line,
            Err(error) => {
                self.report_not_utf8(line, error.valid_up_to(), number);
                return;
            }
        };
        let Some(rule) = RuleLine::parse(line) else { return };
        self.rules_seen += 1;
        if self.rules_seen > self.limits.codeowners_rules_max {
            return;
        }
        if !self.pattern_is_taken(rule.pattern, line, number) {
            return;
        }
        let Some(owners) = self.owners(&rule, line, number) else { return };
        if owners.is_empty() {
            let message = format!("the rule `{}` has no owner", shown(rule.pattern.text));
            self.report(DiagnosticCode::CodeownersNoOwner, rule.pattern, line, number, message, None);
        }
        self.rules.push(PathRule {
            pattern: rule.pattern.text.into(),
            owners,
            position: Position::new(number, rule.pattern.column),
        });
    }

    fn report_not_utf8(&mut self, line: &[u8], valid_up_to: usize, number: u32) {
        let text = String::from_utf8_lossy(line);
        // A comment states nothing, in whatever encoding.
        if RuleLine::parse(&text).is_none() {
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

    fn pattern_is_taken(&mut self, pattern: Token<'_>, line: &str, number: u32) -> bool {
        let bytes_max = self.limits.codeowners_pattern_bytes_max;
        let (message, suggestion) = if pattern.text.len() > bytes_max {
            let message = format!(
                "the pattern is {} bytes, over the limit `codeowners.pattern_bytes_max` of {}",
                grouped(pattern.text.len()),
                grouped(bytes_max)
            );
            (message, None)
        } else if let Some(rest) = pattern.text.strip_prefix("\\#") {
            let message = "a pattern cannot begin with `#`, also not after a `\\`".to_owned();
            (message, Some(format!("`?{}`, which matches any first character", shown(rest))))
        } else {
            match check_pattern(PathDialect::Github, pattern.text) {
                Err(error) => (error.to_string(), error.suggestion().map(str::to_owned)),
                Ok(()) => {
                    self.remark_on_brackets(pattern, line, number);
                    return true;
                }
            }
        };
        self.report(DiagnosticCode::CodeownersPattern, pattern, line, number, message, suggestion);
        false
    }

    /// GitHub knows no ranges of characters, but folders are named `[id]`, so the text is taken as it is.
    fn remark_on_brackets(&mut self, pattern: Token<'_>, line: &str, number: u32) {
        let Some(open) = pattern.text.find('[') else { return };
        if !pattern.text[open..].contains(']') {
            return;
        }
        let message = format!(
            "`[` and `]` in `{}` stand for themselves: ranges of characters are not supported",
            shown(pattern.text)
        );
        let position = Position::new(number, pattern.column + characters(&pattern.text[..open]));
        let mut diagnostic = self
            .remarks
            .new_at(DiagnosticCode::CodeownersPattern, position, message)
            .suggest("write one rule for each, or `?` for one character of any kind")
            .with_excerpt(Some(excerpt(line, 1)));
        diagnostic.severity = Severity::Warning;
        self.remarks.push(diagnostic);
    }

    /// The owners of a rule; `None` where one of them is none, and the host skips the line.
    fn owners(&mut self, rule: &RuleLine<'_>, line: &str, number: u32) -> Option<Vec<OwnerName>> {
        let mut owners = Vec::with_capacity(rule.owners.len().min(self.limits.codeowners_owners_max));
        for token in &rule.owners {
            if let Some(owner) = OwnerName::new(token.text) {
                if owners.len() < self.limits.codeowners_owners_max {
                    owners.push(owner);
                }
                continue;
            }
            let suggestion = OwnerName::new(&format!("@{}", token.text)).map(|owner| format!("`{owner}`"));
            let message = format!(
                "`{}` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address",
                shown(token.text)
            );
            self.report(DiagnosticCode::CodeownersOwner, *token, line, number, message, suggestion);
            return None;
        }
        if let Some(beyond) = rule.owners.get(self.limits.codeowners_owners_max) {
            let message = format!(
                "the rule has {} owners, over the limit `codeowners.owners_max` of {}; the first ones are kept",
                grouped(rule.owners.len()),
                grouped(self.limits.codeowners_owners_max)
            );
            self.report(DiagnosticCode::ListTooLong, *beyond, line, number, message, None);
        }
        Some(owners)
    }

    fn report(
        &mut self,
        code: DiagnosticCode,
        token: Token<'_>,
        line: &str,
        number: u32,
        message: String,
        suggestion: Option<String>,
    ) {
        let mut diagnostic = self
            .remarks
            .new_at(code, Position::new(number, token.column), message)
            .with_excerpt(Some(excerpt(line, characters(token.text))));
        diagnostic.suggestion = suggestion.map(Into::into);
        self.remarks.push(diagnostic);
    }

    fn finish(mut self) -> ManifestReading {
        let rules_max = self.limits.codeowners_rules_max;
        if self.rules_seen > rules_max {
            let message = format!(
                "the file has {} rules, over the limit `codeowners.rules_max` of {}",
                grouped(self.rules_seen),
                grouped(rules_max)
            );
            let diagnostic = self.remarks.new_at(DiagnosticCode::ListTooLong, Position::default(), message);
            return refused(diagnostic);
        }
        if self.rules_seen == 0 {
            let message = "the file holds no rule".to_owned();
            let diagnostic = self.remarks.new_at(DiagnosticCode::EmptyManifest, Position::default(), message);
            self.remarks.push(diagnostic);
        }
        let path_rules = Some(PathRules { dialect: PathDialect::Github, rules: self.rules });
        ManifestReading { path_rules, diagnostics: self.remarks.finish(), ..ManifestReading::default() }
    }
}

/// What is read out of a file whose rules stay unknown.
fn refused(diagnostic: Diagnostic) -> ManifestReading {
    ManifestReading { diagnostics: vec![diagnostic], broken: true, ..ManifestReading::default() }
}
