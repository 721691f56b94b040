//! Paths inside a repository, as files name each other.

/// The folder of a path, empty at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// What a file in `folder` means by the relative path `target`, from the root of the repository, which is
/// empty itself; `None` where that leads out of the repository, or is no path of a file.
pub(crate) fn path_from(folder: &str, target: &str) -> Option<String> {
    let is_elsewhere = target.starts_with(['/', '~'])
        || target.contains(['\\', ':', '$'])
        || target.chars().any(char::is_control);
    if is_elsewhere { None } else { path_joined(folder, target) }
}

/// The same, whatever the characters of `target` are.
pub(crate) fn path_joined(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_repository() {
        let check = |folder, target, expected: Option<&str>| {
            assert_eq!(path_from(folder, target).as_deref(), expected, "{folder} {target}");
        };
        check("a/b", "../c.yaml", Some("a/c.yaml"));
        check("a", "..", Some(""));
        check("a", "../..", None);
        check("", "/etc/passwd", None);
        check("", "https://example.com/c", None);
        check("", "git@git.example:a/b", None);
        check("", "${HOME}/c", None);
    }
}
