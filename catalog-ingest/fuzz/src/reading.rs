//! What must hold of a reading, whatever was read.

use catalog_core::{
    model::{
        Declaration, Diagnostic, FoundBy, ManifestFormat, PathDialect, PathRules, Position, RepositoryId,
    },
    path_rules::{PathMatcher, catch_all_rules, check_pattern, dead_rules},
};
use catalog_ingest::{
    limits::ManifestLimits,
    manifest::{ManifestFile, ManifestReading, ReadOptions, read},
    port_mapping::PortMapping,
};

use crate::{
    LOGIN, Lines,
    limits::small_limits,
    siblings::{Beside, split_files},
};

/// Paths that rules are asked about.
const PATHS: [&str; 8] =
    ["a", "a/b", "src/main.rs", "docs/a b/c.md", "CODEOWNERS", ".github/x.yml", "a/b/c/d/e/f", "\u{e9}/#.js"];

/// Reads an input as a manifest of a format, once by its name and once by its content, and checks both.
///
/// The input may hold further files after the manifest, which it may include.
pub fn read_manifest(format: ManifestFormat, repository: &str, path: &str, input: &[u8]) {
    let files = split_files(input);
    let limits = small_limits();
    let repository = RepositoryId::new(repository).expect("targets name repositories");
    for found_by in [FoundBy::Name, FoundBy::Content] {
        let file = ManifestFile { repository: &repository, path, bytes: files[0], found_by };
        let options = ReadOptions { limits: &limits, port: &PortMapping::default() };
        let beside = Beside(&files[1..]);
        let reading = read(format, &file, &beside, options);
        if found_by == FoundBy::Name {
            assert_eq!(reading, read(format, &file, &beside, options), "reading twice gives two readings");
        }
        check_reading(&reading, files[0], path, &limits);
    }
}

fn check_reading(reading: &ManifestReading, bytes: &[u8], path: &str, limits: &ManifestLimits) {
    let lines = Lines::of(bytes);
    assert!(reading.diagnostics.len() <= limits.diagnostics_max, "{} diagnostics", reading.diagnostics.len());
    for diagnostic in &reading.diagnostics {
        if diagnostic.path.as_deref() == Some(path) {
            lines.check(diagnostic.position, "a diagnostic");
        }
        check_words(diagnostic);
    }
    assert!(reading.documents.len() <= limits.yaml_documents_max.max(limits.yaml_nodes_max));
    for document in &reading.documents {
        lines.check(document.position, "a document");
        assert!(!document.strict || document.problems.is_empty(), "strict, and {:?}", document.problems);
        if let Some(declaration) = &document.declaration {
            check_declaration(declaration, &lines);
        }
    }
    for target in &reading.location_targets {
        lines.check(target.position, "a target");
    }
    assert!(reading.inputs.is_sorted_by(|left, right| left.path < right.path), "{:?}", reading.inputs);
    if let Some(rules) = &reading.path_rules {
        assert!(rules.rules.len() <= limits.codeowners_rules_max, "{} rules", rules.rules.len());
        for rule in &rules.rules {
            lines.check(rule.position, "a rule");
            assert!(rule.section == 0 || (rule.section as usize) < rules.sections.len());
        }
        check_path_rules(rules, PATHS.iter().map(|path| path.as_bytes()));
    }
    if bytes.windows(LOGIN.len()).any(|window| window == LOGIN.as_bytes()) {
        // Patterns and owners of rules are kept as they are written.
        let ManifestReading { documents, location_targets, diagnostics, .. } = reading;
        let shown = format!("{documents:?} {location_targets:?} {diagnostics:?}");
        assert!(!shown.contains(LOGIN), "a login is kept: {shown}");
    }
}

/// Messages are one line without anything that a terminal would act on.
fn check_words(diagnostic: &Diagnostic) {
    let code = diagnostic.code.name();
    assert!(!diagnostic.message.is_empty(), "{code} says nothing");
    for text in [Some(&diagnostic.message), diagnostic.suggestion.as_ref()].into_iter().flatten() {
        assert!(!text.chars().any(char::is_control), "{code}: {text:?}");
        assert!(text.len() <= 4_096, "{code} says {} bytes", text.len());
    }
}

fn check_declaration(declaration: &Declaration, lines: &Lines) {
    let at = |position: Position, what: &str| lines.check(position, what);
    at(declaration.position, "an entity");
    for relation in &declaration.relations {
        at(relation.position, "a relation");
    }
    for (_, value) in declaration.labels.iter().chain(&declaration.annotations) {
        at(value.position, "a label or an annotation");
    }
    declaration.tags.iter().for_each(|tag| at(tag.position, "a tag"));
    declaration.links.iter().for_each(|link| at(link.position, "a link"));
    declaration.aliases.iter().for_each(|alias| at(alias.position, "an alias"));
    declaration.objectives.iter().for_each(|objective| at(objective.position, "an objective"));
    declaration.code_locations.iter().for_each(|location| at(location.position, "a place of code"));
    let texts =
        [&declaration.title, &declaration.description, &declaration.entity_type, &declaration.lifecycle];
    texts.into_iter().flatten().for_each(|text| at(text.position, "a text"));
}

/// The rules of a file answer about paths as their slow reading does, in which each rule is tried.
pub fn check_path_rules<'p>(rules: &PathRules, paths: impl Iterator<Item = &'p [u8]> + Clone) {
    let matcher = PathMatcher::new(rules);
    let mut matches = vec![false; rules.rules.len()];
    let mut decides = vec![false; rules.rules.len()];
    for path in paths.clone() {
        let matching = matcher.all_matching(path);
        let deciding = matcher.deciding_rules(path);
        assert!(matching.is_sorted() && deciding.iter().all(|rule| matching.contains(rule)), "{rules:?}");
        assert_eq!(matcher.deciding_rule(path), deciding.last().copied(), "{rules:?}");
        let overridden = matcher.overridden_rules(path);
        assert_eq!(overridden.len() + deciding.len(), matching.len(), "{rules:?}");
        if matches!(rules.dialect, PathDialect::Github | PathDialect::Bitbucket) {
            assert_eq!(deciding.last(), matching.last(), "{rules:?} about {path:?}");
        }
        matching.iter().for_each(|rule| matches[*rule] = true);
        deciding.iter().for_each(|rule| decides[*rule] = true);
    }
    let dead = dead_rules(rules, &matcher, paths);
    let numbers = |is_dead: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..rules.rules.len()).filter(|rule| is_dead(*rule)).collect()
    };
    assert_eq!(dead.matches_nothing, numbers(&|rule| !matches[rule]), "{rules:?}");
    assert_eq!(dead.always_overridden, numbers(&|rule| matches[rule] && !decides[rule]), "{rules:?}");
    for (rule, matches) in rules.rules.iter().zip(matches) {
        let checked = check_pattern(rules.dialect, &rule.pattern);
        assert!(checked.is_ok() || !matches, "`{}` matches, and {checked:?}", rule.pattern);
    }
    assert!(catch_all_rules(rules).iter().all(|rule| *rule < rules.rules.len()));
}
