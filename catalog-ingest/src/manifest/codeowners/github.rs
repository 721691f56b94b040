//! Lines as GitHub reads them, and Bitbucket.

use catalog_core::model::{DiagnosticCode, OwnerName, PathDialect, PathRule, Position, Severity};

use super::{
    line::{RuleLine, Token, characters},
    reader::{Line, Reader},
    remarks::shown,
};

/// Reads one line. One with an owner that is none is skipped as a whole; a rule without owners is kept,
/// since it takes paths from the rules before it.
pub(super) fn read_line(reader: &mut Reader<'_>, line: Line<'_>) {
    let Some(rule) = RuleLine::parse(line.text) else { return };
    if !reader.count_rule()
        || is_for_an_app(reader, &rule, line)
        || !pattern_is_taken(reader, rule.pattern, line)
    {
        return;
    }
    let Some(owners) = owners(reader, &rule, line) else { return };
    if owners.is_empty() {
        let message = format!("the rule `{}` has no owner", shown(rule.pattern.text));
        reader.report(DiagnosticCode::CodeownersNoOwner, rule.pattern, line, message, None);
    }
    let position = Position::new(line.number, rule.pattern.column);
    reader.rules.push(PathRule::new(rule.pattern.text, owners, position));
}

/// Whether a line is in the language of an app for Bitbucket, which Bitbucket itself does not read.
fn is_for_an_app(reader: &mut Reader<'_>, rule: &RuleLine<'_>, line: Line<'_>) -> bool {
    let pattern = rule.pattern.text;
    let found = if pattern.starts_with("@@@") {
        "defines a group"
    } else if pattern.starts_with("CODEOWNERS.") {
        "is a setting"
    } else if pattern.starts_with("Check(") {
        "is a check"
    } else if line.text.contains("@\"") {
        "quotes a name"
    } else {
        return false;
    };
    if reader.dialect != PathDialect::Bitbucket {
        return false;
    }
    let message = format!(
        "the line is skipped: it {found}, in the language of an app that Bitbucket itself does not read"
    );
    reader.report(DiagnosticCode::CodeownersDialect, rule.pattern, line, message, None);
    true
}

/// Says once that the members of Bitbucket's own teams stand in a file that is not read.
pub(super) fn remark_on_teams(reader: &mut Reader<'_>) {
    let is_team = |owner: &&OwnerName| owner.as_str().starts_with("@teams/");
    let named =
        |rule: &PathRule| rule.owners.iter().find(is_team).map(|owner| (rule.position, owner.clone()));
    if reader.dialect != PathDialect::Bitbucket {
        return;
    }
    let Some((position, owner)) = reader.rules.iter().find_map(named) else { return };
    let message =
        format!("`{owner}` stays a name: the members that `.bitbucket/teams.yaml` gives it are not read");
    let mut remark = reader.remarks.new_at(DiagnosticCode::CodeownersOwner, position, message);
    remark.severity = Severity::Note;
    remark.suggestion = Some("declare the team as a group in a manifest, to see its members".into());
    reader.remarks.push(remark);
}

fn pattern_is_taken(reader: &mut Reader<'_>, pattern: Token<'_>, line: Line<'_>) -> bool {
    if let Some(rest) = pattern.text.strip_prefix("\\#")
        && pattern.text.len() <= reader.limits.codeowners_pattern_bytes_max
    {
        let message = "a pattern cannot begin with `#`, also not after a `\\`".to_owned();
        let suggestion = format!("`?{}`, which matches any first character", shown(rest));
        reader.report(DiagnosticCode::CodeownersPattern, pattern, line, message, Some(suggestion));
        return false;
    }
    let taken = reader.pattern_is_taken(pattern, line);
    if taken {
        remark_on_brackets(reader, pattern, line);
    }
    taken
}

/// GitHub knows no ranges of characters, but folders are named `[id]`, so the text is taken as it is.
fn remark_on_brackets(reader: &mut Reader<'_>, pattern: Token<'_>, line: Line<'_>) {
    let Some(open) = pattern.text.find('[') else { return };
    if !pattern.text[open..].contains(']') {
        return;
    }
    let message = format!(
        "`[` and `]` in `{}` stand for themselves: ranges of characters are not supported",
        shown(pattern.text)
    );
    let bracket = Token { text: "[", column: pattern.column + characters(&pattern.text[..open]) };
    let suggestion = "write one rule for each, or `?` for one character of any kind".to_owned();
    let code = DiagnosticCode::CodeownersPattern;
    reader.remark(code, Severity::Warning, bracket, line, message, Some(suggestion));
}

/// The owners of a rule; `None` where one of them is none, and the host skips the line.
fn owners(reader: &mut Reader<'_>, rule: &RuleLine<'_>, line: Line<'_>) -> Option<Vec<OwnerName>> {
    let owners_max = reader.limits.codeowners_owners_max;
    let mut owners = Vec::with_capacity(rule.owners.len().min(owners_max));
    for token in &rule.owners {
        if let Some(owner) = OwnerName::in_dialect(reader.dialect, token.text) {
            if owners.len() < owners_max {
                owners.push(owner);
            }
            continue;
        }
        let message = format!(
            "`{}` is no owner, so the line is skipped: expected {}",
            shown(token.text),
            reader.expected_owners()
        );
        let suggestion = reader.owner_meant(token.text);
        reader.report(DiagnosticCode::CodeownersOwner, *token, line, message, suggestion);
        return None;
    }
    if let Some(beyond) = rule.owners.get(owners_max) {
        reader.report_too_many(rule.owners.len(), *beyond, line);
    }
    Some(owners)
}
