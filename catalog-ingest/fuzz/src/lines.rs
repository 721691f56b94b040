//! Which places a text has.

use catalog_core::model::Position;

/// The lines of a text by their lengths.
pub struct Lines {
    lengths: Vec<u32>,
    /// Whether readers may take other characters than a line feed for the end of a line.
    is_ambiguous: bool,
}

impl Lines {
    /// The lines of the bytes of a file.
    pub fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let length = |line: &str| u32::try_from(line.chars().count()).expect("inputs are small");
        let is_ambiguous = text.replace("\r\n", "\n").contains('\r') || std::str::from_utf8(bytes).is_err();
        let line_ends = ['\n', '\r'];
        let lengths = if is_ambiguous {
            text.split(line_ends).map(length).collect()
        } else {
            text.split('\n').map(length).collect()
        };
        Self { lengths, is_ambiguous }
    }

    /// Wants a place to be unknown, or one of the text: a character of it, or the end of a line.
    #[track_caller]
    pub fn check(&self, position: Position, what: &str) {
        let Position { line, column } = position;
        if line == 0 {
            assert_eq!(column, 0, "{what} has a column without a line");
            return;
        }
        assert!(line as usize <= self.lengths.len(), "{what} is on line {line} of {}", self.lengths.len());
        assert!(column > 0, "{what} is on line {line} and in no column");
        if !self.is_ambiguous {
            let length = self.lengths[line as usize - 1];
            assert!(column <= length + 1, "{what} is in column {column} of {length} on line {line}");
        }
    }
}
