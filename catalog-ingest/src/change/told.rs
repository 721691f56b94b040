//! A change that somebody describes from afar: which paths it touches, and the texts of the manifests in it.

use std::collections::BTreeMap;

use catalog_core::model::{ChangedPath, PathStatus, RepositoryDeclarations, Timestamp, grouped};

use super::path_list;
use crate::{
    assemble::{Told, told},
    limits::CrawlLimits,
};

/// A change as it is described.
#[derive(Clone, Debug)]
pub struct DescribedChange<'a> {
    /// The paths that it touches.
    pub paths: &'a [ChangedPath],
    /// Texts of files as the change makes them, by path: of each manifest that it adds or alters, and of what
    /// these include. Texts of files that are no manifests are passed over.
    pub texts: &'a BTreeMap<Box<str>, Box<[u8]>>,
    /// Bounds on what is read.
    pub limits: &'a CrawlLimits,
    /// When it is read.
    pub now: Timestamp,
}

/// What a repository says with a change that was described.
#[derive(Clone, Debug)]
pub struct DescribedDeclarations {
    /// What it says. Where it says the same as before, nothing but times may differ.
    pub after: RepositoryDeclarations,
    /// What could not be told, a sentence each, in order.
    pub untold: Vec<String>,
}

impl DescribedDeclarations {
    /// Whether the manifests say the same as before.
    pub fn says_the_same(&self, before: &RepositoryDeclarations) -> bool {
        self.after.manifests == before.manifests
    }
}

/// What a repository says with a change, on top of what is known of it. O(manifests known + texts).
pub fn read_described(change: &DescribedChange<'_>, known: &RepositoryDeclarations) -> DescribedDeclarations {
    let DescribedChange { paths, texts, limits, now } = *change;
    let found = told(&Told { known, paths, texts, limits, now });
    DescribedDeclarations { after: found.declarations, untold: found.untold.into_iter().collect() }
}

/// Looks over the paths of a described change, and puts them in the order of their bytes, each once.
///
/// # Errors
///
/// A path is none of a repository, or there are too many: in words.
pub fn described_paths(
    paths: impl IntoIterator<Item = ChangedPath>,
    limits: &CrawlLimits,
) -> Result<Vec<ChangedPath>, String> {
    let mut found: BTreeMap<Box<[u8]>, ChangedPath> = BTreeMap::new();
    for path in paths {
        let from = match &path.status {
            PathStatus::Renamed { from } => Some(&**from),
            _ => None,
        };
        for bytes in [Some(path.bytes()), from].into_iter().flatten() {
            let refusal = if bytes.is_empty() {
                Some("is empty")
            } else if bytes.contains(&0) {
                Some("holds a NUL byte")
            } else {
                path_list::refusal(bytes, limits.tree.path_bytes_max)
            };
            if let Some(reason) = refusal {
                let shown: String = path.shown().chars().take(200).flat_map(char::escape_debug).collect();
                return Err(format!("the path `{shown}` {reason}"));
            }
        }
        found.insert(path.bytes().into(), path);
        if found.len() > limits.tree.entries_max {
            let value = grouped(limits.tree.entries_max);
            return Err(format!("there are more paths than the limit `tree.entries_max` of {value}"));
        }
    }
    Ok(found.into_values().collect())
}

#[cfg(test)]
mod tests {
    use catalog_core::sketch;

    use super::*;
    use crate::limits::ScanMode;

    const INFO: &str = "catalog-info.yaml";
    const WEB: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\nspec: {type: service, lifecycle: production, owner: group:shop}\n";

    fn known() -> RepositoryDeclarations {
        let mut known = sketch::repositories("repository shop/web").remove(0);
        let paths = [added(INFO)];
        let texts = texts(&[(INFO, WEB)]);
        known = read_described(&described(&paths, &texts, &CrawlLimits::default()), &known).after;
        assert_eq!(names(&known), ["component:default/web"]);
        known
    }

    fn described<'a>(
        paths: &'a [ChangedPath],
        texts: &'a BTreeMap<Box<str>, Box<[u8]>>,
        limits: &'a CrawlLimits,
    ) -> DescribedChange<'a> {
        DescribedChange { paths, texts, limits, now: sketch::READ_AT }
    }

    fn path(path: &str, status: PathStatus) -> ChangedPath {
        ChangedPath::new(path.as_bytes(), status)
    }

    fn added(of: &str) -> ChangedPath {
        path(of, PathStatus::Added)
    }

    fn texts(of: &[(&str, &str)]) -> BTreeMap<Box<str>, Box<[u8]>> {
        of.iter().map(|(path, text)| ((*path).into(), text.as_bytes().into())).collect()
    }

    fn names(of: &RepositoryDeclarations) -> Vec<String> {
        let documents = of.manifests.iter().flat_map(|manifest| &manifest.documents);
        let declared = documents.filter_map(|of| of.declaration.as_ref());
        let mut names: Vec<String> = declared.map(|of| of.entity.to_string()).collect();
        names.sort();
        names
    }

    /// Describes a change of a repository that declares `component:web`; checks what it declares then, and the
    /// first words of what could not be told.
    fn check(paths: &[ChangedPath], sent: &[(&str, &str)], expected: &[&str], untold: &[&str]) {
        let known = known();
        let (texts, limits) = (texts(sent), CrawlLimits::default());
        let found = read_described(&described(paths, &texts, &limits), &known);
        assert_eq!(names(&found.after), expected);
        assert_eq!(found.untold.len(), untold.len(), "{:?}", found.untold);
        for (said, part) in found.untold.iter().zip(untold) {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn a_text_takes_the_place_of_what_was_read() {
        let shop = WEB.replace("name: web", "name: shop");
        check(&[path(INFO, PathStatus::Modified)], &[(INFO, &shop)], &["component:default/shop"], &[]);
        let both = format!("{WEB}---\n{shop}");
        let names = ["component:default/shop", "component:default/web"];
        check(&[path(INFO, PathStatus::Modified)], &[(INFO, &both)], &names, &[]);
        check(&[added("a/catalog-info.yaml")], &[("a/catalog-info.yaml", &shop)], &names, &[]);
    }

    #[test]
    fn what_is_deleted_or_moved_is_gone_from_where_it_was() {
        check(&[path(INFO, PathStatus::Deleted)], &[], &[], &[]);
        let moved = path("a/catalog-info.yaml", PathStatus::Renamed { from: INFO.as_bytes().into() });
        check(std::slice::from_ref(&moved), &[("a/catalog-info.yaml", WEB)], &["component:default/web"], &[]);
        check(&[moved], &[], &["component:default/web"], &["`a/catalog-info.yaml` was not sent"]);
        let away = path("notes.txt", PathStatus::Renamed { from: INFO.as_bytes().into() });
        check(&[away], &[("notes.txt", "nothing")], &[], &[]);
    }

    #[test]
    fn what_was_not_sent_is_said_and_not_guessed() {
        let web = ["component:default/web"];
        check(&[path(INFO, PathStatus::Modified)], &[], &web, &["counts as what it said before"]);
        check(&[added("a/catalog-info.yaml")], &[], &web, &["what it says is not known"]);
        check(&[path("src/main.rs", PathStatus::Modified)], &[], &web, &[]);
    }

    #[test]
    fn a_text_that_breaks_off_keeps_what_was_read() {
        check(
            &[path(INFO, PathStatus::Modified)],
            &[(INFO, "kind: [")],
            &["component:default/web"],
            &["cannot be read whole"],
        );
    }

    #[test]
    fn a_manifest_is_known_by_its_content_where_that_is_asked_for() {
        let known = known();
        let (paths, texts) =
            ([added("deploy/any.yaml")], texts(&[("deploy/any.yaml", &WEB.replace("web", "any"))]));
        for (scan, expected) in [(ScanMode::Name, 1), (ScanMode::Content, 2)] {
            let limits = CrawlLimits { scan, ..CrawlLimits::default() };
            let found = read_described(&described(&paths, &texts, &limits), &known);
            assert_eq!(names(&found.after).len(), expected);
        }
    }

    #[test]
    fn of_several_codeowners_files_the_first_place_counts() {
        let known = known();
        let paths = [added("CODEOWNERS"), added(".github/CODEOWNERS"), added("docs/CODEOWNERS")];
        let texts =
            texts(&[("CODEOWNERS", "* @a"), (".github/CODEOWNERS", "* @b"), ("docs/CODEOWNERS", "* @c")]);
        let limits = CrawlLimits::default();
        let found = read_described(&described(&paths, &texts, &limits), &known);
        let rules: Vec<&str> =
            found.after.manifests.iter().filter(|of| of.path_rules.is_some()).map(|of| &*of.path).collect();
        assert_eq!(rules, [".github/CODEOWNERS"]);
    }

    #[test]
    fn paths_that_are_none_of_a_repository_are_refused() {
        let limits = CrawlLimits::default();
        for wrong in ["/etc/passwd", "../a", "a/../../b", "", "a\0b", &"x".repeat(100_000)] {
            assert!(described_paths([added(wrong)], &limits).is_err(), "{wrong:?}");
            let moved = path("a", PathStatus::Renamed { from: wrong.as_bytes().into() });
            assert!(described_paths([moved], &limits).is_err(), "{wrong:?}");
        }
        let paths = described_paths([added("b"), added("a"), added("b")], &limits).expect("they are paths");
        assert_eq!(paths, [added("a"), added("b")]);
    }
}
