//! Paths of a repository for which neither an ownership file nor an entity answers.

use rustc_hash::FxHashSet;

use crate::{
    graph::{DeclarationView, Entity, EntityStanding, PathRuleView, RepositoryPathRules, RepositoryView},
    model::{Origin, PathDialect, RuleEffect, Severity},
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap};

/// How many patterns or folders a message names.
const NAMED_MAX: usize = 3;
/// Stands for any text that a `*` matches: nobody writes a rule for it.
const ANY: &str = "\u{fffd}";

/// The catalog keeps the rules of a repository and where its entities lie, not the list of its files
/// (`catalog owner --repository ID --all-paths` reads that from the repository). What is known without it:
/// a rule that leaves what it matches to nobody; that no rule is about everything; that no entity lies at
/// the root. An entity without an owner answers as well, since that is the gap `unowned`.
///
/// A repository with neither an ownership file nor a manifest is the gap `repository-uncatalogued`, and
/// one with an ownership file that cannot be read is none: who owns its paths is not known.
pub(super) static RULE: GapRule = GapRule {
    code: "path-unowned",
    summary: "Some paths of a repository belong to nobody: no rule of its ownership file covers them or the one that does names no owner, and no entity lies above them. One gap a repository.",
    why: "A change there is reviewed by nobody in particular, and whoever finds a fault in it has nobody to tell.",
    remedy: "Begin the ownership file with a rule about everything, as in `* @organisation/team`, name an owner in the rules that have none, or put a manifest at the root; `catalog owner --repository ID --all-paths` lists the paths.",
    severity: Severity::Note,
    check: GapCheck::Whole { all, about },
};

fn all(GapQuestion { graph, .. }: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    graph.repositories().for_each(|repository| gaps.extend(gap(repository)));
}

fn about(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let repository = entity.repository().filter(|_| entity.standing() == EntityStanding::Repository);
    gaps.extend(repository.and_then(gap));
}

fn gap(repository: RepositoryView<'_>) -> Option<OwnershipGap> {
    let rules = repository.path_rules();
    let is_asked = !repository.is_host() && (rules.is_some() || repository.catalog_manifests() > 0);
    let is_known = repository.unread_ownership_files(ANY).next().is_none();
    // Most repositories have a rule about everything and none without an owner.
    if !is_asked || !is_known || rules.is_some_and(owns_everything) {
        return None;
    }
    let entity = repository.entity()?;
    let folders = folders_of_entities(repository);
    let is_left = |path: &str| !has_entity_above(&folders, path);
    let disowned: Vec<PathRuleView<'_>> = rules.map(|rules| disowned(rules, &is_left)).unwrap_or_default();
    let is_rest_left = is_left(ANY) && rules.is_none_or(names_nobody_for_the_rest);
    let mut says = Vec::new();
    if !disowned.is_empty() {
        let patterns = disowned.iter().map(|of| of.rule.pattern.to_string());
        let leave = if disowned.len() == 1 { "leaves" } else { "leave" };
        says.push(format!("what {} of `{}` {leave} to nobody", listed(patterns), disowned[0].path()));
    }
    if is_rest_left {
        says.push(match rules {
            Some(rules) => format!("what no rule of `{}` gives to anybody", rules.path()),
            None if folders.is_empty() => "its files, of which no ownership file speaks".to_owned(),
            None => format!(
                "what lies outside of {}, of which no ownership file speaks",
                listed(folders.iter().map(ToString::to_string))
            ),
        });
    }
    if says.is_empty() {
        return None;
    }
    let message = format!(
        "in repository `{}` nobody answers for {}; no entity lies above it",
        repository.id(),
        says.join(", nor for "),
    );
    let origins: Vec<Origin> = disowned.iter().take(NAMED_MAX).map(PathRuleView::origin).collect();
    let stale = rules.and_then(|rules| rules.staleness()).or_else(|| repository.staleness());
    let mut gap = OwnershipGap::new(&RULE, RULE.severity, entity, message).at(origins).resting_on(stale);
    gap.repository = Some(repository.id().clone());
    Some(gap)
}

/// The folders that an entity lies in which answers for the paths below it; empty for the root. Sorted.
fn folders_of_entities(repository: RepositoryView<'_>) -> Vec<&str> {
    let answering = repository
        .entities()
        .filter(|entity| !matches!(entity.name().kind(), "group" | "user" | "location" | "template"));
    let paths = answering.filter_map(Entity::declaration).map(DeclarationView::path);
    let mut folders: Vec<&str> =
        paths.map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder)).collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

fn has_entity_above(folders: &[&str], path: &str) -> bool {
    let mut above = path;
    loop {
        if folders.binary_search(&above).is_ok() {
            return true;
        }
        if above.is_empty() {
            return false;
        }
        above = above.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

fn owns_everything(rules: RepositoryPathRules<'_>) -> bool {
    !names_nobody_for_the_rest(rules) && rules.rules().all(|of| !of.rule.owners.is_empty())
}

fn names_nobody_for_the_rest(rules: RepositoryPathRules<'_>) -> bool {
    rules.catch_all().iter().all(|of| of.rule.owners.is_empty())
}

/// The rules without owners that leave a path to nobody, the first of each pattern.
fn disowned<'g>(rules: RepositoryPathRules<'g>, is_left: &impl Fn(&str) -> bool) -> Vec<PathRuleView<'g>> {
    let mut met = FxHashSet::default();
    let without_owners =
        rules.rules().filter(|of| of.rule.owners.is_empty() && of.rule.effect == RuleEffect::Grant);
    without_owners
        .filter(|of| {
            let Some(path) = example_of(of) else { return false };
            let decides = |deciding: &[PathRuleView<'_>]| {
                deciding.iter().any(|found| found.rule.position == of.rule.position)
                    && deciding.iter().all(|found| found.rule.owners.is_empty())
            };
            is_left(&path) && decides(&rules.deciding(&path)) && met.insert(&*of.rule.pattern)
        })
        .collect()
}

/// A path that a rule matches, if one can be told from its pattern: of patterns with brackets and of
/// regular expressions none can.
fn example_of(of: &PathRuleView<'_>) -> Option<String> {
    let is_plain = !of.rule.pattern.contains(['[', '\\', '{']);
    if !is_plain || of.dialect() == PathDialect::Gitea || of.dialect().is_by_folder() {
        return None;
    }
    let mut path = of.rule.pattern.trim_start_matches('/').replace("**", "*").replace(['*', '?'], ANY);
    if path.is_empty() || path.ends_with('/') {
        path.push_str(ANY);
    }
    Some(path)
}

/// Some names between backticks, the others counted.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = match names.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named: Vec<String> = names.take(NAMED_MAX).map(|name| format!("`{name}`")).collect();
    named.join(", ") + &more
}
