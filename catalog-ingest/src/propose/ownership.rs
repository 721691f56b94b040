//! Who owns a folder, as files say it, and the system that it belongs to.

use catalog_core::{
    model::{ManifestFormat, OwnerName, OwnerShape, PathRules, RelationKind, RepositoryDeclarations},
    path_rules::{PathMatcher, catch_all_rules},
};

use super::{
    ProposedValue,
    folder::{Folder, Tree},
};
use crate::manifest::yaml::read_yaml;

/// An owner with its evidence.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) value: ProposedValue,
    pub(super) evidence: String,
}

/// The owner of a folder: what CODEOWNERS says, else the approvers of OWNERS, else nobody.
pub(super) fn of(tree: &Tree<'_>, folder: &Folder<'_>, declarations: &RepositoryDeclarations) -> Owner {
    by_codeowners(folder, declarations).or_else(|| by_approvers(tree, folder)).unwrap_or_else(|| Owner {
        value: ProposedValue::UnknownOwner,
        evidence: "no file names an owner: write the team that answers for it, as in `group:payments`".into(),
    })
}

fn by_codeowners(folder: &Folder<'_>, declarations: &RepositoryDeclarations) -> Option<Owner> {
    let manifest = declarations
        .manifests
        .iter()
        .find(|manifest| manifest.format == ManifestFormat::Codeowners && manifest.path_rules.is_some())?;
    let rules = manifest.path_rules.as_ref()?;
    let deciding = deciding_rules(rules, folder);
    let rule =
        deciding.into_iter().find_map(|rule| rules.rules.get(rule).filter(|it| !it.owners.is_empty()))?;
    let place = format!("{}:{}", manifest.path, rule.position.line);
    // A team comes before a person.
    let team = rule.owners.iter().find_map(|owner| as_ref(owner).filter(|found| found.starts_with("group:")));
    let found = team.or_else(|| rule.owners.iter().find_map(as_ref))?;
    let evidence = match rule.owners.len() {
        1 => place,
        many => format!("{place}, which names {many} owners"),
    };
    Some(Owner { value: ProposedValue::Text(found), evidence })
}

/// The rules about everything for the root, those that decide about its files for a folder.
fn deciding_rules(rules: &PathRules, folder: &Folder<'_>) -> Vec<usize> {
    if folder.path().is_empty() {
        return catch_all_rules(rules);
    }
    let matcher = PathMatcher::new(rules);
    folder.files().next().map(|path| matcher.deciding_rules(path)).unwrap_or_default()
}

fn as_ref(owner: &OwnerName) -> Option<String> {
    match owner.shape() {
        OwnerShape::Team { team, .. } => Some(format!("group:{team}")),
        OwnerShape::Login(login) => Some(format!("user:{login}")),
        // An address is nobody that a manifest could name.
        _ => None,
    }
}

/// The first approver of the nearest Prow `OWNERS` file, which may be a group of `OWNERS_ALIASES`.
fn by_approvers(tree: &Tree<'_>, folder: &Folder<'_>) -> Option<Owner> {
    let mut above = folder.path();
    loop {
        let path = if above.is_empty() { "OWNERS".to_owned() } else { format!("{above}/OWNERS") };
        if let Some(owner) = tree.text(&path).and_then(|text| first_approver(tree, &path, &text)) {
            return Some(owner);
        }
        if above.is_empty() {
            return None;
        }
        above = above.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

fn first_approver(tree: &Tree<'_>, path: &str, text: &str) -> Option<Owner> {
    let documents = read_yaml(text, tree.limits());
    let root = documents.first()?.as_ref().ok()?.root();
    let approvers = root.get("approvers")?;
    let first = approvers.items().next()?;
    let name = first.scalar()?.trim_start_matches('@');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let kind = if is_alias(tree, name) { "group" } else { "user" };
    let evidence = match approvers.items().len() {
        1 => format!("{path}:{}", first.position().line),
        many => format!("{path}:{}, the first of {many} approvers", first.position().line),
    };
    Some(Owner { value: ProposedValue::Text(format!("{kind}:{name}")), evidence })
}

fn is_alias(tree: &Tree<'_>, name: &str) -> bool {
    let Some(text) = tree.text("OWNERS_ALIASES") else { return false };
    let documents = read_yaml(&text, tree.limits());
    let Some(Ok(document)) = documents.first() else { return false };
    document.root().get("aliases").is_some_and(|aliases| {
        aliases.entries().any(|entry| entry.key.scalar().is_some_and(|key| key.eq_ignore_ascii_case(name)))
    })
}

/// The system that the nearest manifest above declares, or that its component is part of.
pub(super) fn system_above(
    folder: &Folder<'_>,
    declarations: &RepositoryDeclarations,
) -> Option<(String, String)> {
    let above = declarations.manifests.iter().filter(|manifest| {
        let at = manifest.path.rsplit_once('/').map_or("", |(at, _)| at);
        let is_above =
            at.is_empty() || folder.path().strip_prefix(at).is_some_and(|rest| rest.starts_with('/'));
        is_above && at != folder.path() && manifest.format == ManifestFormat::Backstage
    });
    let nearest_first = {
        let mut above: Vec<_> = above.collect();
        above.sort_by_key(|manifest| std::cmp::Reverse(manifest.path.matches('/').count()));
        above
    };
    nearest_first.into_iter().find_map(|manifest| {
        let declared: Vec<_> =
            manifest.documents.iter().filter_map(|document| document.declaration.as_ref()).collect();
        let system = declared.iter().find(|declaration| declaration.entity.kind() == "system");
        if let Some(system) = system {
            let place = format!("{}:{}", manifest.path, system.position.line);
            return Some((system.entity.name().to_owned(), place));
        }
        let part_of = declared
            .iter()
            .flat_map(|declaration| &declaration.relations)
            .find(|relation| relation.kind == RelationKind::PartOf && relation.other.kind() == "system")?;
        let place = format!("{}:{}", manifest.path, part_of.position.line);
        Some((part_of.other.name().to_owned(), place))
    })
}
