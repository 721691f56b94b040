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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use catalog_core::model::FoundBy;
    use expect_test::{Expect, expect};

    use super::*;

    fn read_bytes(bytes: &[u8], limits: &ManifestLimits) -> ManifestReading {
        let file = ManifestFile { path: "CODEOWNERS", bytes, found_by: FoundBy::Name };
        read(&file, limits)
    }

    fn check_with(limits: &ManifestLimits, bytes: impl AsRef<[u8]>, expected: &Expect) {
        let reading = read_bytes(bytes.as_ref(), limits);
        let mut text = String::new();
        match &reading.path_rules {
            None => text.push_str("no rules\n"),
            Some(rules) => {
                for PathRule { pattern, owners, position } in &rules.rules {
                    let Position { line, column } = position;
                    writeln!(text, "{line}:{column} {pattern} {owners:?}").expect("a string takes any text");
                }
            }
        }
        for diagnostic in &reading.diagnostics {
            let Position { line, column } = diagnostic.position;
            let (severity, code) = (diagnostic.severity.name(), diagnostic.code.name());
            writeln!(text, "{severity}[{code}] {line}:{column} {}", diagnostic.message)
                .expect("a string takes any text");
            if let Some(suggestion) = &diagnostic.suggestion {
                writeln!(text, "  = {suggestion}").expect("a string takes any text");
            }
        }
        expected.assert_eq(&text);
    }

    #[expect(clippy::needless_pass_by_value, reason = "so that tests read as input and expectation")]
    fn check(bytes: impl AsRef<[u8]>, expected: Expect) {
        check_with(&ManifestLimits::default(), bytes, &expected);
    }

    #[test]
    fn rules_keep_their_places_and_owners() {
        check(
            "# all\n*  @a @org/team.x me@example.com # inline\n\n  /docs/ @b",
            expect![[r#"
            2:1 * [@a, @org/team.x, me@example.com]
            4:3 /docs/ [@b]
        "#]],
        );
    }

    #[test]
    fn line_ends_may_be_mixed_and_a_byte_order_mark_is_no_text() {
        check(
            "\u{FEFF}* @a\r\n/b @b\n/c @c\r\n",
            expect![[r#"
            1:1 * [@a]
            2:1 /b [@b]
            3:1 /c [@c]
        "#]],
        );
    }

    #[test]
    fn a_rule_without_owner_is_kept() {
        check(
            "* @a\npnpm-lock.yaml\n/x # nobody",
            expect![[r#"
            1:1 * [@a]
            2:1 pnpm-lock.yaml []
            3:1 /x []
            note[codeowners-no-owner] 2:1 the rule `pnpm-lock.yaml` has no owner
            note[codeowners-no-owner] 3:1 the rule `/x` has no owner
        "#]],
        );
    }

    #[test]
    fn a_line_with_an_owner_that_is_none_is_skipped() {
        check(
            "* @fmvilas @derberg @github-actions[bot]\n* Jake-Shadle\n/a @@maintainer\n/b @a/b/c\n/c @ok",
            expect![[r#"
                5:1 /c [@ok]
                error[codeowners-owner] 1:21 `@github-actions[bot]` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
                error[codeowners-owner] 2:3 `Jake-Shadle` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
                  = `@Jake-Shadle`
                error[codeowners-owner] 3:4 `@@maintainer` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
                error[codeowners-owner] 4:4 `@a/b/c` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
            "#]],
        );
    }

    #[test]
    fn a_pattern_that_the_host_refuses_is_skipped() {
        check(
            "/ @a\n!x @a\n*** @a\na//b @a\n\\#x @a\nx\\",
            expect![[r#"
            error[codeowners-pattern] 1:1 the pattern `/` never matches anything
              = write `*` for every file of the repository
            error[codeowners-pattern] 2:1 a pattern that begins with `!` is not accepted: nothing can be excluded
              = write a later rule without owners for what is to be left out, as in `/generated/`
            error[codeowners-pattern] 3:1 three `*` in a row are not accepted
              = write `**` to match across folders
            error[codeowners-pattern] 4:1 the pattern has an empty part between two `/`, which no path has
            error[codeowners-pattern] 5:1 a pattern cannot begin with `#`, also not after a `\`
              = `?x`, which matches any first character
            error[codeowners-pattern] 6:1 the pattern ends with a `\` that escapes nothing
        "#]],
        );
    }

    #[test]
    fn brackets_are_kept_with_a_warning() {
        check(
            "Python/ceval*.[ch] @a\n/apps/[id]/ @b\n/x[ @c",
            expect![[r#"
            1:1 Python/ceval*.[ch] [@a]
            2:1 /apps/[id]/ [@b]
            3:1 /x[ [@c]
            warning[codeowners-pattern] 1:15 `[` and `]` in `Python/ceval*.[ch]` stand for themselves: ranges of characters are not supported
              = write one rule for each, or `?` for one character of any kind
            warning[codeowners-pattern] 2:7 `[` and `]` in `/apps/[id]/` stand for themselves: ranges of characters are not supported
              = write one rule for each, or `?` for one character of any kind
        "#]],
        );
    }

    #[test]
    fn escaped_blanks_are_part_of_the_pattern() {
        check(
            "/my\\ docs/ @a",
            expect![[r#"
            1:1 /my\ docs/ [@a]
        "#]],
        );
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_named_and_the_others_are_used() {
        check(
            b"* @a\n/caf\xE9 @b\n# caf\xE9\n/c @c",
            expect![[r#"
            1:1 * [@a]
            4:1 /c [@c]
            error[not-utf8] 2:5 the line is skipped: its byte 4 is not UTF-8
        "#]],
        );
    }

    #[test]
    fn a_file_in_utf_16_gives_no_rules() {
        check(
            b"\xFF\xFE*\0 \0@\0a\0",
            expect![[r#"
            no rules
            error[not-utf8] 0:0 the file is UTF-16 text where UTF-8 is expected
              = save the file as UTF-8
        "#]],
        );
    }

    #[test]
    fn a_file_without_rules_is_worth_a_note() {
        check(
            "",
            expect![[r#"
            note[empty-manifest] 0:0 the file holds no rule
        "#]],
        );
        check(
            "# nothing\n\n",
            expect![[r#"
            note[empty-manifest] 0:0 the file holds no rule
        "#]],
        );
    }

    #[test]
    fn control_characters_reach_no_message() {
        check(
            "* \x1B[31m\0",
            expect![[r#"
            error[codeowners-owner] 1:3 `�[31m�` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address
        "#]],
        );
    }

    #[test]
    fn a_long_comment_line_is_only_a_comment() {
        check(
            "#".repeat(1 << 20) + "\n* @a",
            expect![[r#"
            2:1 * [@a]
        "#]],
        );
    }

    #[test]
    fn a_pattern_over_the_limit_is_skipped() {
        check(
            "x".repeat(513) + " @a\n" + &"y".repeat(512),
            expect![[r#"
            2:1 yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy []
            error[codeowners-pattern] 1:1 the pattern is 513 bytes, over the limit `codeowners.pattern_bytes_max` of 512
            note[codeowners-no-owner] 2:1 the rule `yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…` has no owner
        "#]],
        );
    }

    #[test]
    fn owners_over_the_limit_are_left_out() {
        let limits = ManifestLimits { codeowners_owners_max: 2, ..ManifestLimits::default() };
        check_with(
            &limits,
            "* @a @b @c",
            &expect![[r#"
            1:1 * [@a, @b]
            error[list-too-long] 1:9 the rule has 3 owners, over the limit `codeowners.owners_max` of 2; the first ones are kept
        "#]],
        );
    }

    #[test]
    fn a_file_over_the_limit_gives_no_rules_rather_than_wrong_ones() {
        let limits = ManifestLimits { codeowners_rules_max: 2, ..ManifestLimits::default() };
        check_with(
            &limits,
            "* @a\n/a @b\n/b",
            &expect![[r#"
            no rules
            error[list-too-long] 0:0 the file has 3 rules, over the limit `codeowners.rules_max` of 2
        "#]],
        );
        assert!(read_bytes(b"* @a\n/a @b\n/b", &limits).broken);
    }

    #[test]
    fn diagnostics_over_the_limit_are_counted_in_the_last_one() {
        let limits = ManifestLimits { diagnostics_max: 2, ..ManifestLimits::default() };
        check_with(
            &limits,
            "a\nb\nc x\nd",
            &expect![[r#"
            1:1 a []
            2:1 b []
            4:1 d []
            note[codeowners-no-owner] 1:1 the rule `a` has no owner
            error[codeowners-owner] 3:3 `x` is no owner, so the line is skipped: expected `@user`, `@organisation/team` or an e-mail address (and 2 more remarks on this file, over the limit `diagnostics_max` of 2)
              = `@x`
        "#]],
        );
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let pieces: [&[u8]; 14] = [
            b" ",
            b"\\",
            b"#",
            b"\n",
            b"\r",
            b"@",
            b"/",
            b"*",
            b"[",
            b"!",
            b"\xFF",
            b"\xC3\xA9",
            b"\0",
            b"a.b",
        ];
        // A fixed sequence that looks random, so that the test says the same every time.
        let mut state = 1_u64;
        for _ in 0..2_000 {
            let mut bytes = Vec::new();
            for _ in 0..24 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                bytes.extend_from_slice(pieces[(state >> 33) as usize % pieces.len()]);
            }
            let reading = read_bytes(&bytes, &ManifestLimits::default());
            assert!(!reading.broken);
        }
    }
}
