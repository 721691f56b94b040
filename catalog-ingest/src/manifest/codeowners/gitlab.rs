//! Lines as GitLab reads them: sections with rules, exclusions, and owners that rules take from their section.

use std::collections::BTreeMap;

use catalog_core::model::{DiagnosticCode, OwnerName, PathRule, PathSection, Position, RuleEffect, Severity};

use super::{
    line::{Token, characters, is_blank, words_between},
    reader::{Line, Reader},
    remarks::shown,
};

/// The most approvals that a section can require; GitLab allows no more for any rule.
const APPROVALS_MAX: u16 = 100;

/// The section that rules go to, and what the header above them says.
#[derive(Default)]
pub(super) struct SectionReader {
    section: u32,
    default_owners: Vec<OwnerName>,
    /// The named sections by their name in lower case.
    numbers: BTreeMap<String, usize>,
}

/// A header taken apart.
struct Header<'t> {
    optional: bool,
    name: &'t str,
    /// What stands between the second brackets.
    approvals: Option<Token<'t>>,
    owners: &'t str,
    /// How many characters stand before the owners.
    owners_after: u32,
}

impl SectionReader {
    /// Reads one line. A header that is none is a rule of the section before, as on GitLab.
    pub(super) fn read_line(&mut self, reader: &mut Reader<'_>, line: Line<'_>) {
        let text = line.text.trim_start_matches(is_blank);
        if text.is_empty() || text.starts_with('#') {
            return;
        }
        let before = characters(line.text) - characters(text);
        if text.starts_with('[') || text.starts_with("^[") {
            if let Some(header) = Header::parse(text, before) {
                self.open(reader, &header, line);
                return;
            }
            let first = text.split(is_blank).next().unwrap_or(text);
            let message = format!(
                "`{}` is no section header, so it is read as a rule of the section before; expected `[Name]`, `[Name][2]` or `^[Name]`",
                shown(first)
            );
            let token = Token { text: first, column: before + 1 };
            reader.report(DiagnosticCode::CodeownersSection, token, line, message, None);
        }
        self.read_rule(reader, line, text, before);
    }

    fn open(&mut self, reader: &mut Reader<'_>, header: &Header<'_>, line: Line<'_>) {
        // A section costs more than a rule, so that both are held to one limit.
        if !reader.count_rule() {
            return;
        }
        let approvals = header.approvals.map_or(1, |token| approvals(reader, token, line));
        let optional = header.optional;
        ensure_unnamed(reader);
        let name = header.name.to_lowercase();
        let number = match self.numbers.get(&name) {
            Some(number) => {
                let section = &mut reader.sections[*number];
                section.optional &= optional;
                section.approvals = section.approvals.max(approvals);
                *number
            }
            None => {
                reader.sections.push(PathSection { name: header.name.into(), optional, approvals });
                self.numbers.insert(name, reader.sections.len() - 1);
                reader.sections.len() - 1
            }
        };
        self.section = u32::try_from(number).unwrap_or(u32::MAX);
        self.default_owners = owners(reader, &words_between(header.owners, header.owners_after), line);
    }

    fn read_rule(&mut self, reader: &mut Reader<'_>, line: Line<'_>, text: &str, before: u32) {
        if !reader.count_rule() {
            return;
        }
        ensure_unnamed(reader);
        let length = pattern_length(text);
        let (pattern, rest) = text.split_at(length);
        let written = Token { text: pattern, column: before + 1 };
        let effect = if pattern.starts_with('!') { RuleEffect::Exclusion } else { RuleEffect::Grant };
        let kept = pattern.strip_prefix('!').unwrap_or(pattern);
        if !reader.pattern_is_taken(Token { text: kept, ..written }, line) {
            return;
        }
        let mut owners = owners(reader, &words_between(rest, before + characters(pattern)), line);
        if effect == RuleEffect::Exclusion {
            owners.clear();
        } else if owners.is_empty() {
            owners.clone_from(&self.default_owners);
        }
        if owners.is_empty() && effect == RuleEffect::Grant {
            let message = format!(
                "the rule `{}` has no owner, and neither has its section: GitLab counts what it matches as approved",
                shown(pattern)
            );
            let suggestion = Some(format!("`{} @group/team`", shown(pattern)));
            reader.report(DiagnosticCode::CodeownersAutoApproved, written, line, message, suggestion);
        }
        let position = Position::new(line.number, written.column);
        let rule = PathRule::new(kept, owners, position);
        reader.rules.push(PathRule { effect, section: self.section, ..rule });
    }
}

/// The section of the rules before any header comes first, also where it stays empty.
fn ensure_unnamed(reader: &mut Reader<'_>) {
    if reader.sections.is_empty() {
        reader.sections.push(PathSection { name: "".into(), optional: false, approvals: 1 });
    }
}

impl<'t> Header<'t> {
    /// Takes a header apart, given without the blanks before it; `None` where it is none.
    fn parse(text: &'t str, before: u32) -> Option<Self> {
        let (optional, rest) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (name, mut rest) = rest.strip_prefix('[')?.split_once(']')?;
        let mut approvals = None;
        if let Some((count, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let column = before + characters(&text[..text.len() - rest.len()]) + 2;
            approvals = Some(Token { text: count, column });
            rest = after;
        }
        let is_whole = rest.is_empty() || rest.starts_with(is_blank);
        let owners_after = before + characters(&text[..text.len() - rest.len()]);
        let is_header = is_whole && !name.trim().is_empty();
        is_header.then_some(Self { optional, name: name.trim(), approvals, owners: rest, owners_after })
    }
}

/// The number of approvals; one where the text is none that GitLab takes, and no more than it allows.
fn approvals(reader: &mut Reader<'_>, token: Token<'_>, line: Line<'_>) -> u16 {
    let is_number = !token.text.is_empty() && token.text.bytes().all(|byte| byte.is_ascii_digit());
    let count = token.text.parse::<u16>().unwrap_or(if is_number { u16::MAX } else { 0 });
    let (taken, message) = match count {
        1..=APPROVALS_MAX => return count,
        0 => (1, format!("`{}` is no number of approvals, so one is required", shown(token.text))),
        _ => {
            let message = format!(
                "`{}` is more approvals than the {APPROVALS_MAX} that can be required",
                shown(token.text)
            );
            (APPROVALS_MAX, message)
        }
    };
    let suggestion = Some(format!("`[{taken}]`"));
    reader.report(DiagnosticCode::CodeownersSection, token, line, message, suggestion);
    taken
}

/// The owners among some words. GitLab knows no comment behind a rule: who is named in one owns as well.
fn owners(reader: &mut Reader<'_>, words: &[Token<'_>], line: Line<'_>) -> Vec<OwnerName> {
    let comment = words.iter().position(|word| word.text.starts_with('#'));
    let Some(comment) = comment else { return reader.owners_taken(words, line) };
    let (before, after) = words.split_at(comment);
    let mut owners = reader.owners_taken(before, line);
    let room = reader.limits.codeowners_owners_max.saturating_sub(owners.len());
    let in_comment = after
        .iter()
        .filter_map(|word| OwnerName::in_dialect(reader.dialect, word.text.trim_start_matches('#')))
        .take(room);
    let in_comment: Vec<OwnerName> = in_comment.collect();
    let (severity, message) = if in_comment.is_empty() {
        (Severity::Note, "GitLab knows no comment behind a rule; it finds no owner in this one".to_owned())
    } else {
        let names: Vec<String> = in_comment.iter().take(5).map(|name| format!("`{name}`")).collect();
        let message = format!(
            "GitLab knows no comment behind a rule: {} in it own what the rule matches",
            names.join(", ")
        );
        (Severity::Warning, message)
    };
    let suggestion = Some("put the comment on a line of its own".to_owned());
    reader.remark(DiagnosticCode::CodeownersComment, severity, after[0], line, message, suggestion);
    owners.extend(in_comment);
    owners
}

/// How long the pattern is that a line begins with: up to the first blank that no `\` stands before.
fn pattern_length(text: &str) -> usize {
    let mut before = '\0';
    let end = text.find(|c| {
        let ends = is_blank(c) && before != '\\';
        before = c;
        ends
    });
    end.unwrap_or(text.len())
}
