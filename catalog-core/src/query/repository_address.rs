//! From an address that somebody copied to a repository of the catalog, and to a path in it.

use crate::graph::{CatalogGraph, RepositoryView};

/// The words behind which the pages of hosts name a commit or branch and a path: GitHub, GitLab, Gitea, Bitbucket.
const PAGES: [&str; 6] = ["blob", "tree", "raw", "src", "blame", "edit"];
/// The words that Gitea writes between those and the branch.
const GITEA_WORDS: [&str; 3] = ["branch", "commit", "tag"];

/// Whether a word is the address of something on a host, by its form: `https://…`, `ssh://…`, `git@host:…`.
pub fn is_address(text: &str) -> bool {
    parts_of(text).is_some()
}

/// Finds the repository that an address names, of a clone, or of a page about one of its files. Logins, `.git` and
/// letters' case make no difference. `None` where the catalog has no repository of that address. O(repositories).
pub fn find_by_address<'g>(
    graph: &'g CatalogGraph,
    text: &str,
) -> Option<(RepositoryView<'g>, Option<String>)> {
    let (host, parts) = parts_of(text)?;
    let is_meant = |repository: &RepositoryView<'_>, count: usize| is_at(*repository, &host, &parts[..count]);
    // Groups lie inside groups, so that only the catalog tells where the repository's name ends.
    let found = (1..=parts.len()).rev().find_map(|count| {
        let repository = graph.repositories().find(|repository| is_meant(repository, count))?;
        Some((repository, count))
    });
    let (repository, count) = found?;
    Some((repository, path_of_page(&parts[count..])))
}

/// The path in a repository that an address leads to, empty for the whole of it; `None` where it leads elsewhere.
pub fn path_behind_address(repository: RepositoryView<'_>, text: &str) -> Option<String> {
    let (host, parts) = parts_of(text)?;
    let count = (1..=parts.len()).rev().find(|count| is_at(repository, &host, &parts[..*count]))?;
    Some(path_of_page(&parts[count..]).unwrap_or_default())
}

/// Whether a repository lies on a host under this name.
fn is_at(repository: RepositoryView<'_>, host: &str, parts: &[&str]) -> bool {
    let named = format!("{host}/{}", parts.join("/"));
    let named = named.strip_suffix(".git").unwrap_or(&named);
    repository.id().as_str().eq_ignore_ascii_case(named) || {
        let known = parts_of(&repository.head().address);
        known.is_some_and(|(host, parts)| {
            let address = format!("{host}/{}", parts.join("/"));
            address.strip_suffix(".git").unwrap_or(&address).eq_ignore_ascii_case(named)
        })
    }
}

/// Host and path of an address, without login, port, query and fragment.
fn parts_of(text: &str) -> Option<(String, Vec<&str>)> {
    let text = text.trim();
    let (authority, path) = match text.split_once("://") {
        Some((scheme, rest)) if ["http", "https", "ssh", "git"].contains(&scheme) => rest.split_once('/')?,
        Some(_) => return None,
        // As ssh writes it: somebody at a host, and the path behind a colon.
        None => {
            let (authority, path) = text.split_once(':')?;
            let is_ssh = authority.contains('@') && !authority.contains('/') && !path.starts_with('/');
            is_ssh.then_some((authority, path))?
        }
    };
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next().filter(|host| !host.is_empty())?;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| (host.to_lowercase(), parts))
}

/// The path that a page is about, from what its address says behind the repository: `blob/main/src/a.rs`,
/// `-/tree/main/src`, `src/branch/main/src`.
fn path_of_page(rest: &[&str]) -> Option<String> {
    let rest = rest.strip_prefix(&["-"][..]).unwrap_or(rest);
    let (page, rest) = rest.split_first()?;
    if !PAGES.contains(page) {
        return None;
    }
    let (first, behind) = rest.split_first()?;
    let path = if *page == "src" && GITEA_WORDS.contains(first) { behind.get(1..)? } else { behind };
    (!path.is_empty()).then(|| path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch;

    const SKETCH: &str = "
        repository github.com/Acme/shop
        component:web
        repository gitlab.com/acme/deep/er/pay
        component:pay
        repository git.example.com/acme/shop
        component:other
    ";

    fn check(address: &str, expected: &str) {
        let graph = sketch::graph(SKETCH);
        let found = find_by_address(&graph, address).map(|(repository, path)| match path {
            Some(path) => format!("{}:{path}", repository.id()),
            None => repository.id().to_string(),
        });
        assert_eq!(found.unwrap_or_default(), expected, "{address}");
    }

    #[test]
    fn addresses_of_clones_lead_to_their_repository() {
        check("https://github.com/acme/shop", "github.com/Acme/shop");
        check("https://github.com/Acme/Shop.git", "github.com/Acme/shop");
        check("https://token@github.com:443/acme/shop/", "github.com/Acme/shop");
        check("git@github.com:acme/shop.git", "github.com/Acme/shop");
        check("ssh://git@gitlab.com:2222/acme/deep/er/pay.git", "gitlab.com/acme/deep/er/pay");
        check("https://git.example.com/acme/shop", "git.example.com/acme/shop");
        check("https://github.com/acme/other", "");
        check("https://example.com/acme/shop", "");
    }

    #[test]
    fn addresses_of_pages_lead_to_their_path() {
        check(
            "https://github.com/acme/shop/blob/main/src/cart.ts#L12-L20",
            "github.com/Acme/shop:src/cart.ts",
        );
        check("https://github.com/acme/shop/tree/main", "github.com/Acme/shop");
        check("https://github.com/acme/shop/issues/4?q=a", "github.com/Acme/shop");
        check("https://gitlab.com/acme/deep/er/pay/-/blob/main/a/b.rs", "gitlab.com/acme/deep/er/pay:a/b.rs");
        check("https://git.example.com/acme/shop/src/branch/main/a/b", "git.example.com/acme/shop:a/b");
    }

    #[test]
    fn other_words_are_no_addresses() {
        for text in [
            "web",
            "component:web",
            "acme/shop:src/a.ts",
            "src/a.ts",
            "file:///etc/passwd",
            "https://",
            "@:",
            "a@b:",
        ] {
            assert!(!is_address(text), "{text}");
        }
        assert!(is_address("git@example.com:a/b"));
    }
}
