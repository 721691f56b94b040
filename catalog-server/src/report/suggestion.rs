//! Who could own what nobody owns, as recent commits say it.

use catalog_core::gaps::{OwnerCandidate, OwnerPlace, OwnerSuggestion, SuggestedPerson};
use schemars::JsonSchema;
use serde::Serialize;

use super::{page::count, place::short};
use crate::clock::rfc3339;

/// Who could own something, with the evidence. A suggestion, never an assignment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerSuggestionReport {
    /// Groups, best first; none where the people who work on it are in no group that is known.
    pub candidates: Vec<OwnerCandidateReport>,
    /// People of no known group who work on it, those of the most work first.
    pub others: Vec<SuggestedPersonReport>,
    /// What the commits changed.
    pub areas: Vec<SuggestionAreaReport>,
    /// How many commits of people changed that.
    pub commits: u32,
    /// Since when commits were looked at, as RFC 3339 in UTC.
    pub since: String,
    /// `whole`, `cut`, `shallow` or `unreadable`: why not further back.
    pub extent: &'static str,
    /// Where the first candidate can be written down.
    pub places: Vec<OwnerPlaceReport>,
}

impl OwnerSuggestionReport {
    /// The best candidate with its confidence, as one cell.
    pub(super) fn first(&self) -> Option<String> {
        let first = self.candidates.first()?;
        Some(format!("{} ({})", short(&first.owner), first.confidence))
    }
}

/// A group that could own something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerCandidateReport {
    /// The group.
    #[serde(rename = "ref")]
    pub owner: String,
    /// `high` from 50 percent, `medium` from 20, else `low`; never more than `low` for fewer than three commits.
    pub confidence: &'static str,
    /// The share of its people in all work, times the share of all work of whose people a group is known.
    pub confidence_percent: u8,
    /// How much of all work its people did; recent work weighs more.
    pub share_percent: u8,
    /// How many commits that is.
    pub commits: u32,
    /// When they made the last of them, as RFC 3339 in UTC.
    pub last: String,
    /// Those people, those of the most work first.
    pub people: Vec<SuggestedPersonReport>,
}

/// Somebody who works on it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuggestedPersonReport {
    /// The name in the commits.
    pub name: String,
    /// The e-mail address in the commits, as written there.
    pub email: String,
    /// Who that is, where a manifest declares them.
    #[serde(rename = "ref")]
    pub person: Option<String>,
    /// `email`, `login` or `name`: by what they are known.
    pub known_by: Option<&'static str>,
    /// How many commits are theirs.
    pub commits: u32,
    /// How much of all work that is; recent work weighs more.
    pub share_percent: u8,
    /// When they made the last of them, as RFC 3339 in UTC.
    pub last: String,
}

/// A part of a repository.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuggestionAreaReport {
    /// The repository's id.
    pub repository: String,
    /// The path in it; empty for its root.
    pub path: String,
}

/// What to write where.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerPlaceReport {
    /// The repository's id.
    pub repository: String,
    /// The file's path in the repository; it need not be there yet.
    pub path: String,
    /// The line that is replaced, or at which the entity is that is added to; null for the end of a file.
    pub line: Option<u32>,
    /// `replace-owner`, `add-to-spec`, `replace-rule`, `add-first-rule`, `add-rule` or
    /// `new-ownership-file`.
    pub action: &'static str,
    /// The line to write.
    pub text: String,
    /// All of that in words.
    pub words: String,
}

impl From<&OwnerSuggestion> for OwnerSuggestionReport {
    fn from(suggestion: &OwnerSuggestion) -> Self {
        Self {
            candidates: suggestion.candidates.iter().map(OwnerCandidateReport::from).collect(),
            others: suggestion.others.iter().map(SuggestedPersonReport::from).collect(),
            areas: suggestion
                .areas
                .iter()
                .map(|(repository, path)| SuggestionAreaReport {
                    repository: repository.to_string(),
                    path: path.to_string(),
                })
                .collect(),
            commits: suggestion.commits,
            since: rfc3339(suggestion.since),
            extent: suggestion.extent.name(),
            places: suggestion.places.iter().map(OwnerPlaceReport::from).collect(),
        }
    }
}

impl From<&OwnerCandidate> for OwnerCandidateReport {
    fn from(candidate: &OwnerCandidate) -> Self {
        Self {
            owner: candidate.owner.to_string(),
            confidence: candidate.confidence.name(),
            confidence_percent: candidate.confidence_percent,
            share_percent: candidate.share_percent,
            commits: candidate.commits,
            last: rfc3339(candidate.last),
            people: candidate.people.iter().map(SuggestedPersonReport::from).collect(),
        }
    }
}

impl From<&SuggestedPerson> for SuggestedPersonReport {
    fn from(person: &SuggestedPerson) -> Self {
        Self {
            name: person.name.to_string(),
            email: person.email.to_string(),
            person: person.person.as_ref().map(ToString::to_string),
            known_by: person.known_by.map(catalog_core::graph::KnownBy::name),
            commits: person.commits,
            share_percent: person.share_percent,
            last: rfc3339(person.last),
        }
    }
}

impl From<&OwnerPlace> for OwnerPlaceReport {
    fn from(place: &OwnerPlace) -> Self {
        Self {
            repository: place.repository.to_string(),
            path: place.path.to_string(),
            line: place.line,
            action: place.kind.name(),
            text: place.text.clone(),
            words: place.words(),
        }
    }
}

impl OwnerSuggestionReport {
    /// The suggestion in lines: who, on what ground, and what to write.
    pub(super) fn lines(&self, code: &str, subject: &str) -> Vec<String> {
        let day = |moment: &str| moment.split('T').next().unwrap_or(moment).to_owned();
        let people = |people: &[SuggestedPersonReport]| {
            let person = |person: &SuggestedPersonReport| {
                let commits = count(person.commits as usize, "commit", "commits");
                format!("{} {commits}, {}%, last {}", person.name, person.share_percent, day(&person.last))
            };
            people.iter().map(person).collect::<Vec<_>>().join("; ")
        };
        let who = self.candidates.first().map_or_else(
            || "no group of the people who work on it is known".to_owned(),
            |of| format!("{}, {} confidence ({}%)", short(&of.owner), of.confidence, of.confidence_percent),
        );
        let mut lines = vec![format!("{} ({code}): {who}", short(subject))];
        if self.candidates.len() > 1 {
            let others = self.candidates[1..]
                .iter()
                .map(|of| format!("{}, {} ({}%)", short(&of.owner), of.confidence, of.confidence_percent));
            lines.push(format!("  or: {}", others.collect::<Vec<_>>().join("; ")));
        }
        if let Some(first) = self.candidates.first() {
            let all = count(self.commits as usize, "commit", "commits");
            let (share, since) = (first.share_percent, day(&self.since));
            lines.push(format!("  {share}% of {all} since {since}: {}", people(&first.people)));
        }
        if !self.others.is_empty() {
            lines.push(format!("  of no known group: {}", people(&self.others)));
        }
        lines.extend(self.places.iter().map(|place| format!("  {}", place.words)));
        lines
    }
}
