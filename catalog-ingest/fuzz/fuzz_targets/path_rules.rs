//! Patterns and paths, line by line: what the index finds is what trying each rule finds.
//!
//! The first byte chooses the dialect and the folder. A line that begins with a blank is a path; one that
//! begins with a digit belongs to the section of that number.
#![no_main]

use catalog_core::model::{OwnerName, PathDialect, PathRule, PathRules, PathSection, Position, RuleEffect};
use libfuzzer_sys::fuzz_target;

const LINES_MAX: usize = 60;
const PATTERN_BYTES_MAX: usize = 512;

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else { return };
    let dialect = PathDialect::ALL[usize::from(*choice) % PathDialect::ALL.len()];
    let (mut rules, mut paths) = (Vec::new(), Vec::new());
    for line in text.split(|byte| *byte == b'\n').take(LINES_MAX) {
        if let Some(path) = line.strip_prefix(b" ") {
            paths.push(path);
            continue;
        }
        let Ok(line) = std::str::from_utf8(line) else { continue };
        let (section, pattern) = match line.as_bytes().first() {
            Some(digit @ b'0'..=b'2') => (u32::from(digit - b'0'), &line[1..]),
            _ => (0, line),
        };
        let owner = OwnerName::in_dialect(dialect, "@acme/shop");
        if pattern.len() <= PATTERN_BYTES_MAX {
            let (effect, pattern) = match (dialect, pattern.strip_prefix('!')) {
                (PathDialect::Gitlab, Some(excluded)) => (RuleEffect::Exclusion, excluded),
                (PathDialect::Gerrit, Some(closed)) => (RuleEffect::NoParent, closed),
                _ => (RuleEffect::Grant, pattern),
            };
            let rule = PathRule::new(pattern, owner.into_iter().collect(), Position::START);
            rules.push(PathRule { effect, section, ..rule });
        }
    }
    let section = PathSection { name: "".into(), optional: false, approvals: 1 };
    let sections = if dialect == PathDialect::Gitlab { vec![section; 3] } else { Vec::new() };
    if sections.is_empty() {
        rules.iter_mut().for_each(|rule| rule.section = 0);
    }
    let folder = if *choice >= 128 && dialect.is_by_folder() { "a" } else { "" };
    let rules = PathRules { sections, folder: folder.into(), ..PathRules::new(dialect, rules) };
    catalog_fuzz::check_path_rules(&rules, paths.into_iter());
});
