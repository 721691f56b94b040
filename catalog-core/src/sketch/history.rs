//! What the commits of a sketched repository say.

use crate::model::{
    AreaAuthor, HistoryArea, HistoryAuthor, HistoryExtent, LastCommit, RepositoryHistory, Timestamp,
};

use super::{COMMIT, READ_AT, pen::Line};

/// The rows of a `history` while they are read.
pub(super) struct DrawnHistory {
    since_days: i64,
    extent: HistoryExtent,
    rows: Vec<Row>,
}

/// Somebody's work in an area.
struct Row {
    area: Box<str>,
    email: Box<str>,
    name: Box<str>,
    commits: u32,
    at: Timestamp,
}

impl DrawnHistory {
    /// Takes the line that begins it: `history`, `history since DAYS EXTENT`.
    pub(super) fn begin(line: &Line<'_>) -> Self {
        let words: Vec<&str> = line.words[1..].iter().map(|word| word.text).collect();
        let (days, extent) = match words.as_slice() {
            [] => ("365", "whole"),
            ["since", days] => (*days, "whole"),
            ["since", days, extent] => (*days, *extent),
            _ => line.wrong("expected `since`, a number of days and an extent"),
        };
        let extent = HistoryExtent::ALL.into_iter().find(|known| known.name() == extent);
        Self {
            since_days: number(line, days),
            extent: extent.unwrap_or_else(|| line.wrong("there is no such extent")),
            rows: Vec::new(),
        }
    }

    /// Takes a line of it: area, e-mail address, commits, days since the last of them, and a name.
    pub(super) fn take(&mut self, line: &Line<'_>) {
        let words: Vec<&str> = line.words.iter().map(|word| word.text).collect();
        let (area, email, commits, days, name) = match words.as_slice() {
            [area, email, commits, days] => {
                (*area, *email, *commits, *days, email.split('@').next().unwrap_or(email))
            }
            [area, email, commits, days, name] => (*area, *email, *commits, *days, *name),
            _ => line.wrong("expected an area, an e-mail address, commits and days"),
        };
        self.rows.push(Row {
            area: if area == "." { "" } else { area }.into(),
            email: email.into(),
            name: name.into(),
            commits: u32::try_from(number(line, commits)).unwrap_or(0),
            at: days_ago(number(line, days)),
        });
    }

    pub(super) fn to_model(&self) -> RepositoryHistory {
        let mut authors: Vec<HistoryAuthor> = Vec::new();
        for row in self.rows.iter().filter(|row| row.commits > 0) {
            match authors.iter_mut().find(|author| author.email == row.email) {
                Some(author) => {
                    author.commits += row.commits;
                    author.last = author.last.max(row.at);
                }
                None => authors.push(HistoryAuthor {
                    name: row.name.clone(),
                    email: row.email.clone(),
                    commits: row.commits,
                    last: row.at,
                }),
            }
        }
        authors.sort_by(|a, b| b.commits.cmp(&a.commits).then_with(|| a.email.cmp(&b.email)));
        let mut paths: Vec<&str> = self.rows.iter().map(|row| &*row.area).chain([""]).collect();
        paths.sort_unstable();
        paths.dedup();
        let worked = || self.rows.iter().filter(|row| row.commits > 0);
        let area = |path: &str| {
            let mut work: Vec<AreaAuthor> = worked()
                .filter(|row| *row.area == *path)
                .map(|row| AreaAuthor {
                    author: authors
                        .iter()
                        .zip(0..)
                        .find(|(author, _)| author.email == row.email)
                        .map_or(0, |at| at.1),
                    commits: row.commits,
                    weight: u64::from(row.commits) * RepositoryHistory::weight(READ_AT.0 - row.at.0, 1),
                    last: row.at,
                })
                .collect();
            work.sort_by_key(|of| (std::cmp::Reverse(of.weight), of.author));
            HistoryArea {
                path: path.into(),
                commits: work.iter().map(|of| of.commits).sum(),
                weight: work.iter().map(|of| of.weight).sum(),
                last: worked().filter(|row| *row.area == *path).max_by_key(|row| row.at).map(last),
                authors: work,
            }
        };
        let nobody = LastCommit {
            id: COMMIT,
            name: "".into(),
            email: "".into(),
            at: READ_AT,
            subject: "a change".into(),
        };
        RepositoryHistory {
            last: worked().max_by_key(|row| row.at).map_or(nobody, last),
            commits: authors.iter().map(|author| author.commits).sum(),
            since: days_ago(self.since_days),
            extent: self.extent,
            areas: paths.into_iter().map(area).collect(),
            authors,
            manifests: Vec::new(),
        }
    }
}

fn last(row: &Row) -> LastCommit {
    LastCommit {
        id: COMMIT,
        name: row.name.clone(),
        email: row.email.clone(),
        at: row.at,
        subject: "a change".into(),
    }
}

fn days_ago(days: i64) -> Timestamp {
    Timestamp(READ_AT.0 - days * 86_400)
}

fn number(line: &Line<'_>, text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| line.wrong("expected a number"))
}
