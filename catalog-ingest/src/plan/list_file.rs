//! The text of a list of repositories.

use catalog_core::model::{Diagnostic, DiagnosticCode, Position, RepositoryId};

/// One line of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListLine<'a> {
    /// A path or a URL.
    pub(super) address: &'a str,
    /// The id in the second column.
    pub(super) id: Option<RepositoryId>,
}

/// The lines of a list that say something: the address up to the first tab or blank, and an id
/// after it. `#` begins a comment at the start of a line or after a blank.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Result<ListLine<'_>, Diagnostic>> {
    text.trim_start_matches('\u{feff}').lines().enumerate().filter_map(|(index, line)| {
        let comment = line.match_indices('#').find(|(at, _)| {
            line[..*at].chars().next_back().is_none_or(char::is_whitespace)
        });
        let line = comment.map_or(line, |(at, _)| &line[..at]).trim();
        if line.is_empty() {
            return None;
        }
        let (address, id) = match line.split_once(char::is_whitespace) {
            Some((address, id)) => (address, Some(id.trim())),
            None => (line, None),
        };
        let Some(text) = id else { return Some(Ok(ListLine { address, id: None })) };
        match RepositoryId::new(text).filter(|id| !id.as_str().contains(char::is_whitespace)) {
            Some(id) => Some(Ok(ListLine { address, id: Some(id) })),
            None => {
                let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
                let message = format!(
                    "line {number} of the list has a second column that is no id; expected `owner/name` without blanks"
                );
                let mut diagnostic = Diagnostic::new(DiagnosticCode::RepositoryUnreadable, message);
                diagnostic.position = Position::new(number, 1);
                Some(Err(diagnostic))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blanks_and_ids_are_told_apart() {
        let text =
            "\u{feff}# all of them\n\n  /srv/a.git  \r\nhttps://h.org/o/r#x acme/r # why\n/srv/b\ta//b\n";
        let found: Vec<_> = lines(text)
            .map(|line| match line {
                Ok(line) => format!("{} {:?}", line.address, line.id),
                Err(diagnostic) => format!("line {}", diagnostic.position.line),
            })
            .collect();
        assert_eq!(found, ["/srv/a.git None", "https://h.org/o/r#x Some(acme/r)", "line 5"]);
    }
}
