//! Which names a tree may give to a file or folder.
//!
//! Libgit2 hands every name through and judges only at checkout, which never happens here. The rules
//! are those of git's own `verify_path`, with its protections for HFS+ and NTFS always on.

/// Why a name is refused; `None` for a name that a file can have.
pub(super) fn refusal(name: &[u8]) -> Option<&'static str> {
    if name.is_empty() {
        return Some("is empty");
    }
    if name.contains(&b'/') {
        return Some("holds a `/`");
    }
    if name.iter().any(u8::is_ascii_control) {
        return Some("holds a control character");
    }
    // Nearly every name ends here; all that stand for `.` or `.git` begin in one of these ways.
    let suspicious = matches!(name[0], b'.' | b'g' | b'G' | 0x80..) || name.contains(&b'\\');
    if !suspicious {
        return None;
    }
    for part in name.split(|byte| *byte == b'\\') {
        if part == b"." || part == b".." {
            return Some("stands for a folder above or for itself");
        }
        if stands_for_git_folder(part) {
            return Some("stands for `.git` on some file systems");
        }
    }
    None
}

/// Whether a name is `.git`, or HFS+ or NTFS would take it for that.
fn stands_for_git_folder(name: &[u8]) -> bool {
    let stream = name.split(|byte| *byte == b':').next().unwrap_or_default();
    let end = stream.iter().rposition(|byte| !matches!(byte, b'.' | b' ')).map_or(0, |at| at + 1);
    let on_ntfs = &stream[..end];
    if on_ntfs.eq_ignore_ascii_case(b".git") || on_ntfs.eq_ignore_ascii_case(b"git~1") {
        return true;
    }
    if name.is_ascii() {
        return false;
    }
    String::from_utf8_lossy(name)
        .chars()
        .filter(|character| !is_ignored_by_hfs(*character))
        .collect::<String>()
        .eq_ignore_ascii_case(".git")
}

fn is_ignored_by_hfs(character: char) -> bool {
    matches!(
        character,
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_climb_or_hide_are_refused() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "/etc",
            "a\nb",
            "a\u{7f}",
            ".git",
            ".GIT",
            "git~1",
            "GIT~1",
            ".git ",
            ".git.",
            ".git . .",
            ".g\u{200c}it",
            "\u{feff}.git",
            ".git::$INDEX_ALLOCATION",
            ".git:x",
            ".git\\x",
            "a\\..\\b",
        ] {
            assert!(refusal(name.as_bytes()).is_some(), "{name:?}");
        }
    }

    #[test]
    fn names_of_files_are_taken() {
        for name in
            [".github", ".gitignore", "git", "git~2", "gitx", "...", "a b", "größe", "a\\b", "=cmd", "-rf"]
        {
            assert_eq!(refusal(name.as_bytes()), None, "{name:?}");
        }
        assert_eq!(refusal(b"caf\xe9"), None);
    }
}
