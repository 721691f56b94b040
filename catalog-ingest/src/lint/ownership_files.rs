//! Ownership files against the tree they are about: rules that decide nothing, files that no host reads.

use catalog_core::{
    model::{Diagnostic, DiagnosticCode, Manifest, ManifestFormat, PathRule, Position},
    path_rules::{PathMatcher, dead_rules},
};

use crate::{limits::ManifestLimits, manifest::keep_within, repository::is_vendored};

/// The folders in which some host looks for its CODEOWNERS file, beside the root.
const FOLDERS: [&str; 6] = [".github", ".gitlab", ".gitea", ".forgejo", ".bitbucket", "docs"];
/// How much of a pattern a message shows, in characters.
const PATTERN_CHARS_MAX: usize = 80;

/// Says which rules of a CODEOWNERS file decide about no path.
pub(super) fn remark_on_dead_rules(
    manifest: &Manifest,
    paths: &[Box<[u8]>],
    limits: &ManifestLimits,
    remarks: &mut Vec<Diagnostic>,
) {
    let Some(rules) = manifest.path_rules.as_ref().filter(|_| manifest.format == ManifestFormat::Codeowners)
    else {
        return;
    };
    let dead = dead_rules(rules, &PathMatcher::new(rules), paths.iter().map(|path| &**path));
    let mut found = Vec::new();
    for index in dead.matches_nothing {
        let rule = &rules.rules[index];
        let message = format!("the rule `{}` matches no file of the repository", shown(&rule.pattern));
        let remark = on_rule(&manifest.path, rule, DiagnosticCode::CodeownersUnused, message);
        found.push(match nearly(&rule.pattern, paths) {
            Some(near) => remark.suggest(format!("write `{near}`, since case matters")),
            None => remark,
        });
    }
    for index in dead.always_overridden {
        let rule = &rules.rules[index];
        let message = format!(
            "the rule `{}` decides nothing: a later rule decides about every file that it matches",
            shown(&rule.pattern)
        );
        found.push(on_rule(&manifest.path, rule, DiagnosticCode::CodeownersOverridden, message));
    }
    found.sort_by_key(|diagnostic| diagnostic.position);
    keep_within(&mut found, limits.diagnostics_max);
    remarks.append(&mut found);
}

fn on_rule(path: &str, rule: &PathRule, code: DiagnosticCode, message: String) -> Diagnostic {
    Diagnostic::new(code, message).at(path, rule.position)
}

/// The pattern in another case, where it then begins a path of the tree.
fn nearly(pattern: &str, paths: &[Box<[u8]>]) -> Option<String> {
    let plain = pattern.trim_matches('/');
    let is_plain = !plain.is_empty() && plain.is_ascii() && !plain.contains(['*', '?', '\\', '[']);
    if !is_plain || !pattern.starts_with('/') {
        return None;
    }
    let found = paths.iter().find_map(|path| {
        let (start, rest) = path.split_at_checked(plain.len())?;
        let is_whole = rest.first().is_none_or(|byte| *byte == b'/');
        (is_whole && start.eq_ignore_ascii_case(plain.as_bytes())).then_some(start)
    })?;
    let found = std::str::from_utf8(found).ok()?;
    Some(format!("/{found}{}", if pattern.ends_with('/') { "/" } else { "" }))
}

/// Says which files would be ownership files but for the case of their name. What lies in the wrong place
/// is said by the reader.
pub(super) fn remark_on_case(paths: &[Box<[u8]>], remarks: &mut Vec<Diagnostic>) {
    for path in paths {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        if name == b"CODEOWNERS" || !name.eq_ignore_ascii_case(b"CODEOWNERS") {
            continue;
        }
        let Ok(path) = std::str::from_utf8(path) else { continue };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder.split('/').any(|part| is_vendored(part.as_bytes())) {
            continue;
        }
        let message = format!("`{path}` is read by no host: expected the name `CODEOWNERS` in capitals");
        let remark =
            Diagnostic::new(DiagnosticCode::CodeownersMisspelt, message).at(path, Position::default());
        let is_place = folder.is_empty() || FOLDERS.contains(&folder);
        remarks.push(match folder {
            "" => remark.suggest("rename it to `CODEOWNERS`"),
            folder if is_place => remark.suggest(format!("rename it to `{folder}/CODEOWNERS`")),
            _ => remark,
        });
    }
}

fn shown(pattern: &str) -> String {
    let mut shown: String = pattern.chars().take(PATTERN_CHARS_MAX).collect();
    if pattern.chars().nth(PATTERN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}
