//! The bytes of a manifest as text, for formats that are text as a whole.
//!
//! What is no text, or is something else in the place of a manifest (a Git LFS pointer, an unresolved
//! merge), is refused with the place that shows it.

use catalog_core::model::{Diagnostic, DiagnosticCode, Excerpt, Position, grouped};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const SAVE_AS_UTF8: &str = "save the file as UTF-8";
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/";

/// Reads the content of the file at `path` as UTF-8; a byte order mark is dropped.
///
/// Refuses UTF-16 and everything else that is not UTF-8, NUL, Git LFS pointers and conflict markers.
pub fn decode<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Box<Diagnostic>> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        let message = "is UTF-16 text (a byte order mark says so), expected UTF-8";
        return Err(refusal(DiagnosticCode::NotUtf8, path, Position::START, message, Some(SAVE_AS_UTF8)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let valid = std::str::from_utf8(&bytes[..offset]).unwrap_or_default();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        let message = format!("the file is not UTF-8: its byte {offset} is 0x{byte:02x}");
        refusal(DiagnosticCode::NotUtf8, path, end_of(valid), message, Some(SAVE_AS_UTF8))
    })?;
    if let Some(offset) = text.find('\0') {
        let message = format!("holds a NUL at byte {offset}, expected text");
        return Err(refusal(DiagnosticCode::NotUtf8, path, end_of(&text[..offset]), message, None));
    }
    if text.starts_with(LFS_POINTER) {
        let message = "is a Git LFS pointer instead of the file itself";
        let suggestion = "take manifests out of Git LFS, with a rule in .gitattributes";
        return Err(refusal(
            DiagnosticCode::ManifestIsPointer,
            path,
            Position::START,
            message,
            Some(suggestion),
        ));
    }
    if let Some((line, marker)) = conflict_marker(text) {
        let position = Position::new(line, 1);
        let message =
            format!("line {line} begins with the conflict marker `{marker}` of an unresolved merge");
        let mut refused = refusal(DiagnosticCode::MergeConflict, path, position, message, None);
        refused.excerpt = Excerpt::of(text, position, 7);
        return Err(refused);
    }
    Ok(text)
}

/// What to say of a file that was not read because of its size.
///
/// `limit_name` is the name of the limit in the settings, as in `manifest.bytes_max`.
pub fn too_large(path: &str, size: u64, limit_name: &str, limit: u64) -> Diagnostic {
    let message = format!("is {} bytes, over the limit `{limit_name}` of {}", grouped(size), grouped(limit));
    Diagnostic::new(DiagnosticCode::ManifestTooLarge, message).at(path, Position::default())
}

fn refusal(
    code: DiagnosticCode,
    path: &str,
    position: Position,
    message: impl Into<Box<str>>,
    suggestion: Option<&str>,
) -> Box<Diagnostic> {
    let mut diagnostic = Diagnostic::new(code, message).at(path, position);
    diagnostic.suggestion = suggestion.map(Into::into);
    Box::new(diagnostic)
}

/// The first line that opens a conflict, where a later one closes it.
fn conflict_marker(text: &str) -> Option<(u32, &str)> {
    let is_marker = |line: &str, mark: &str| {
        line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let mut open = None;
    for (number, line) in (1..).zip(text.lines()) {
        if open.is_none() && is_marker(line, "<<<<<<<") {
            open = Some((number, &line[..7]));
        } else if open.is_some() && is_marker(line, ">>>>>>>") {
            return open;
        }
    }
    None
}

/// The position right after a text.
fn end_of(text: &str) -> Position {
    let line = 1 + text.bytes().filter(|byte| *byte == b'\n').count();
    let column = 1 + text.rsplit('\n').next().map_or(0, |line| line.chars().count());
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position::new(number(line), number(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        let read = match decode("catalog-info.yaml", bytes) {
            Ok(text) => format!("text {text:?}"),
            Err(diagnostic) => {
                let Position { line, column } = diagnostic.position;
                format!("{} {line}:{column} {}", diagnostic.code.name(), diagnostic.message)
            }
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        check(b"\xEF\xBB\xBFa: 1", "text \"a: 1\"");
    }

    #[test]
    fn utf_16_is_named() {
        check(b"\xFF\xFEa\0", "not-utf8 1:1 is UTF-16 text (a byte order mark says so), expected UTF-8");
    }

    #[test]
    fn a_stray_byte_is_placed() {
        check(b"a: 1\nowner: caf\xE9\n", "not-utf8 2:11 the file is not UTF-8: its byte 15 is 0xe9");
        check(b"a: 1\nb: \0\n", "not-utf8 2:4 holds a NUL at byte 8, expected text");
    }

    #[test]
    fn pointers_and_conflicts_are_named() {
        check(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            "manifest-is-pointer 1:1 is a Git LFS pointer instead of the file itself",
        );
        check(
            b"a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> topic\n",
            "merge-conflict 2:1 line 2 begins with the conflict marker `<<<<<<<` of an unresolved merge",
        );
        check(b"<<<<<<< only half a conflict", "text \"<<<<<<< only half a conflict\"");
    }

    #[test]
    fn a_size_is_readable() {
        let diagnostic = too_large("catalog-info.yaml", 1_048_577, "manifest.bytes_max", 1 << 20);
        assert_eq!(
            &*diagnostic.message,
            "is 1,048,577 bytes, over the limit `manifest.bytes_max` of 1,048,576"
        );
    }
}
