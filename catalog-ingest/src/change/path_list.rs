//! A list of paths that another program made, as `git diff --name-only` prints it.
//!
//! With a NUL byte anywhere, each path ends in one (`-z`) and is taken as it is. Else each is a line; one in
//! double quotes is written as git writes odd names (core.quotePath).

use std::collections::BTreeSet;

use catalog_core::model::grouped;

use super::ChangeError;
use crate::limits::TreeLimits;

/// The paths of a list, in the order of their bytes, each once.
pub(super) fn read(list: &[u8], limits: &TreeLimits) -> Result<BTreeSet<Box<[u8]>>, ChangeError> {
    let has_ends = list.contains(&0);
    let separator = if has_ends { 0 } else { b'\n' };
    let mut paths = BTreeSet::new();
    for line in list.split(|byte| *byte == separator) {
        let line = if has_ends { line } else { line.strip_suffix(b"\r").unwrap_or(line) };
        if line.is_empty() {
            continue;
        }
        let quoted = if has_ends { None } else { unquoted(line) };
        let path = quoted.as_deref().unwrap_or(line);
        let path = path.strip_prefix(b"./").unwrap_or(path);
        if let Some(reason) = refusal(path, limits.path_bytes_max) {
            let shown: String =
                String::from_utf8_lossy(path).chars().take(200).flat_map(char::escape_debug).collect();
            return Err(ChangeError::ListedPath { path: shown, reason });
        }
        paths.insert(path.into());
        if paths.len() > limits.entries_max {
            return Err(ChangeError::ListTooLong { value: grouped(limits.entries_max) });
        }
    }
    Ok(paths)
}

/// Why a path is none of a repository.
pub(super) fn refusal(path: &[u8], bytes_max: usize) -> Option<&'static str> {
    if path.starts_with(b"/") {
        Some("is an absolute path")
    } else if path.len() > bytes_max {
        Some("is longer than the limit `tree.path_bytes_max`")
    } else if path.split(|byte| *byte == b'/').any(|part| part == b"..") {
        Some("leads out of a folder")
    } else {
        None
    }
}

/// The name that git wrote in double quotes with the escapes of C; `None` for what is not written so.
fn unquoted(line: &[u8]) -> Option<Vec<u8>> {
    let inner = line.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut path = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'"' => return None,
            b'\\' => match rest.next()? {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                escaped @ (b'"' | b'\\') => escaped,
                first @ b'0'..=b'3' => {
                    let mut value = first - b'0';
                    for _ in 0..2 {
                        let digit = rest.next().filter(|digit| matches!(digit, b'0'..=b'7'))?;
                        value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                    }
                    value
                }
                _ => return None,
            },
            plain => plain,
        };
        path.push(byte);
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::CrawlLimits;

    fn check(list: &[u8], expected: &[&[u8]]) {
        let paths = read(list, &CrawlLimits::default().tree).expect("the list is read");
        let paths: Vec<&[u8]> = paths.iter().map(|path| &**path).collect();
        assert_eq!(paths, expected);
    }

    #[test]
    fn lines_are_paths() {
        check(b"b c\na/b\r\n\n./a/b\n", &[b"a/b", b"b c"]);
        check(b"", &[]);
    }

    #[test]
    fn odd_names_are_read_as_git_writes_them() {
        check(b"\"a\\nb\\303\\251\\\"\\\\\"\n", &["a\nb\u{e9}\"\\".as_bytes()]);
        check(b"\"half\n\"odd\\z\"\n", &[b"\"half", b"\"odd\\z\""]);
    }

    #[test]
    fn with_ends_every_byte_counts() {
        check(b"a\nb\0\"c\"\0\xff\0", &[b"\"c\"", b"a\nb", b"\xff"]);
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for path in ["/etc/passwd", "../x", "a/../../b"] {
            let error = read(path.as_bytes(), &CrawlLimits::default().tree).expect_err("it is refused");
            assert!(error.to_string().contains(path), "{error}");
        }
    }
}
