//! Where hosts look for a CODEOWNERS file, and which host a repository lies on.

use catalog_core::model::{Diagnostic, DiagnosticCode, PathDialect, Position, RepositoryId, Severity};

use crate::limits::HostDialects;

/// The file's name, whatever folder it lies in.
const FILE_NAME: &str = "CODEOWNERS";

/// Where GitHub looks, in its order: "About code owners" in its documentation.
const GITHUB_PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// Where GitLab looks, in its order: "Code Owners" in its documentation.
const GITLAB_PLACES: [&str; 3] = ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// Where Gitea and Forgejo look, in their order: "Code Owners" in their documentation.
const GITEA_PLACES: [&str; 4] = ["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"];
/// Where Bitbucket looks.
const BITBUCKET_PLACES: [&str; 1] = [".bitbucket/CODEOWNERS"];
/// Where any of them looks, for repositories of which no host is known.
const ALL_PLACES: [&str; 7] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".forgejo/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
];

/// Whether a path is that of a CODEOWNERS file, also where no host reads it.
pub fn has_codeowners_name(path: &str) -> bool {
    path.rsplit('/').next() == Some(FILE_NAME)
}

/// The dialect of the host that a repository lies on, as its id or the settings tell it: the id of a
/// repository that was read from a folder names no host.
pub fn dialect_of_host(repository: &RepositoryId, settings: &HostDialects) -> Option<PathDialect> {
    let (host, _) = repository.as_str().split_once('/')?;
    let host = host.to_lowercase();
    if let Some(dialect) = settings.get(host.as_str()) {
        return Some(*dialect);
    }
    // An owner's name may hold a dot as well, but then no word of it says which host it is.
    if !host.contains('.') {
        return None;
    }
    let says =
        |word: &str| host.split('.').any(|label| label == word || label.starts_with(&format!("{word}-")));
    if host == "github.com" || says("github") || host.ends_with(".ghe.com") {
        Some(PathDialect::Github)
    } else if says("gitlab") {
        Some(PathDialect::Gitlab)
    } else if host == "codeberg.org" || says("gitea") || says("forgejo") {
        Some(PathDialect::Gitea)
    } else if host == "bitbucket.org" {
        Some(PathDialect::Bitbucket)
    } else {
        None
    }
}

/// The dialect that the folder of a file stands for; `None` in folders that hosts share.
pub(super) fn dialect_of_place(path: &str) -> Option<PathDialect> {
    Some(match path {
        ".github/CODEOWNERS" => PathDialect::Github,
        ".gitlab/CODEOWNERS" => PathDialect::Gitlab,
        ".gitea/CODEOWNERS" | ".forgejo/CODEOWNERS" => PathDialect::Gitea,
        ".bitbucket/CODEOWNERS" => PathDialect::Bitbucket,
        _ => return None,
    })
}

/// The places that the host of a dialect reads, the first one first; without one all places.
pub fn places(host: Option<PathDialect>) -> &'static [&'static str] {
    match host {
        Some(PathDialect::Github) => &GITHUB_PLACES,
        Some(PathDialect::Gitlab) => &GITLAB_PLACES,
        Some(PathDialect::Gitea) => &GITEA_PLACES,
        Some(PathDialect::Bitbucket) => &BITBUCKET_PLACES,
        _ => &ALL_PLACES,
    }
}

/// Why a CODEOWNERS file at a path says nothing, where it lies at no place that its host reads.
pub fn remark_on_place(path: &str, host: Option<PathDialect>) -> Option<Diagnostic> {
    if places(host).contains(&path) {
        return None;
    }
    let expected = match host {
        Some(_) => places(host).iter().map(|place| format!("`{place}`")).collect::<Vec<_>>().join(", "),
        None => "the root, `docs/` or the folder of a host, as in `.github/CODEOWNERS`".to_owned(),
    };
    let remark = |message: String| {
        Diagnostic::new(DiagnosticCode::CodeownersPlace, message).at(path, Position::default())
    };
    if !ALL_PLACES.contains(&path) {
        let message = format!("no host reads `{path}`, so its rules count for nothing; expected {expected}");
        let mut remark = remark(message).suggest(format!("move its rules to `{}`", places(host)[0]));
        remark.severity = Severity::Note;
        return Some(remark);
    }
    let host = host.map_or("its host", display_name);
    let message =
        format!("{host} does not read `{path}`, so its rules count for nothing here; expected {expected}");
    Some(remark(message))
}

/// The host of a dialect as people write it.
pub(super) fn display_name(dialect: PathDialect) -> &'static str {
    match dialect {
        PathDialect::Github => "GitHub",
        PathDialect::Gitlab => "GitLab",
        PathDialect::Gitea => "Gitea or Forgejo",
        PathDialect::Bitbucket => "Bitbucket",
        PathDialect::Prow => "Prow",
        PathDialect::Gerrit => "Gerrit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_repository_tells_its_host() {
        let settings = HostDialects::from([("git.example.com".into(), PathDialect::Gitlab)]);
        for (id, expected) in [
            ("github.com/a/b", Some(PathDialect::Github)),
            ("gitlab.com/a/b/c", Some(PathDialect::Gitlab)),
            ("gitlab.gnome.org/a/b", Some(PathDialect::Gitlab)),
            ("codeberg.org/a/b", Some(PathDialect::Gitea)),
            ("git.gitea.example/a/b", Some(PathDialect::Gitea)),
            ("bitbucket.org/a/b", Some(PathDialect::Bitbucket)),
            ("git.example.com/a/b", Some(PathDialect::Gitlab)),
            ("git.other.com/a/b", None),
            ("gitlab/b", None),
            ("alone", None),
        ] {
            let id = RepositoryId::new(id).expect("a valid id");
            assert_eq!(dialect_of_host(&id, &settings), expected, "{id}");
        }
    }

    #[test]
    fn a_place_that_the_host_does_not_read_is_said() {
        let said = |path: &str, host| remark_on_place(path, host).map(|remark| remark.message.into_string());
        assert_eq!(said("CODEOWNERS", None), None);
        assert_eq!(said(".gitlab/CODEOWNERS", None), None);
        assert_eq!(
            said(".gitlab/CODEOWNERS", Some(PathDialect::Github)).as_deref(),
            Some(
                "GitHub does not read `.gitlab/CODEOWNERS`, so its rules count for nothing here; expected `.github/CODEOWNERS`, `CODEOWNERS`, `docs/CODEOWNERS`"
            )
        );
        assert_eq!(
            said("src/CODEOWNERS", Some(PathDialect::Bitbucket)).as_deref(),
            Some(
                "no host reads `src/CODEOWNERS`, so its rules count for nothing; expected `.bitbucket/CODEOWNERS`"
            )
        );
    }
}
