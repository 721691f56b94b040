//! Who could own what nobody owns, as recent commits say it.

use async_graphql::SimpleObject;
use catalog_core::{
    gaps::{OwnerCandidate, OwnerPlace, OwnerSuggestion, SuggestedPerson},
    graph::KnownBy,
};

use crate::clock::rfc3339;

/// Who could own something, with the evidence. A suggestion, never an assignment.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OwnerSuggestion")]
pub(crate) struct OwnerSuggestionObject {
    /// At most three groups, best first; none where the people who work on it are in no group that is known.
    candidates: Vec<OwnerCandidateObject>,
    /// At most five people of no known group who work on it, those of the most work first.
    others: Vec<SuggestedPersonObject>,
    /// How many commits of people this rests on.
    commits: u32,
    /// Since when commits were looked at, as RFC 3339 in UTC.
    since: String,
    /// `whole`, `cut`, `shallow` or `unreadable`: why not further back.
    extent: &'static str,
    /// Where the first candidate can be written down.
    places: Vec<OwnerPlaceObject>,
}

/// A group that could own something.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OwnerCandidate")]
pub(crate) struct OwnerCandidateObject {
    /// The ref of the group.
    owner: String,
    /// `high` from 50 percent, `medium` from 20, else `low`; never more than `low` for fewer than three commits.
    confidence: &'static str,
    /// The share of its people in all work, times the share of all work of whose people a group is known.
    confidence_percent: u8,
    /// How much of all work its people did; recent work weighs more.
    share_percent: u8,
    /// How many commits that is.
    commits: u32,
    /// When they made the last of them, as RFC 3339 in UTC.
    last: String,
    /// At most five of those people, those of the most work first.
    people: Vec<SuggestedPersonObject>,
}

/// Somebody who works on something, as commits call them.
#[derive(Clone, SimpleObject)]
#[graphql(name = "SuggestedPerson")]
pub(crate) struct SuggestedPersonObject {
    /// The name in the commits.
    name: String,
    /// The e-mail address in the commits, as written there.
    email: String,
    /// The ref of who that is, where a manifest declares them.
    person: Option<String>,
    /// `email`, `login` or `name`: by what they are known.
    known_by: Option<&'static str>,
    /// How many commits are theirs.
    commits: u32,
    /// How much of all work that is; recent work weighs more.
    share_percent: u8,
    /// When they made the last of them, as RFC 3339 in UTC.
    last: String,
}

/// What to write where, so that somebody owns something.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OwnerPlace")]
pub(crate) struct OwnerPlaceObject {
    /// The id of the repository.
    repository: String,
    /// The path of the file in the repository; it need not be there yet.
    path: String,
    /// The line that is replaced, or at which the entity is that is added to; null for the end of a file.
    line: Option<u32>,
    /// `replace-owner`, `add-to-spec`, `replace-rule`, `add-first-rule`, `add-rule` or
    /// `new-ownership-file`.
    action: &'static str,
    /// The line to write.
    text: String,
    /// All of that in words.
    words: String,
}

impl From<&OwnerSuggestion> for OwnerSuggestionObject {
    fn from(suggestion: &OwnerSuggestion) -> Self {
        Self {
            candidates: suggestion.candidates.iter().map(OwnerCandidateObject::from).collect(),
            others: suggestion.others.iter().map(SuggestedPersonObject::from).collect(),
            commits: suggestion.commits,
            since: rfc3339(suggestion.since),
            extent: suggestion.extent.name(),
            places: suggestion.places.iter().map(OwnerPlaceObject::from).collect(),
        }
    }
}

impl From<&OwnerCandidate> for OwnerCandidateObject {
    fn from(candidate: &OwnerCandidate) -> Self {
        Self {
            owner: candidate.owner.to_string(),
            confidence: candidate.confidence.name(),
            confidence_percent: candidate.confidence_percent,
            share_percent: candidate.share_percent,
            commits: candidate.commits,
            last: rfc3339(candidate.last),
            people: candidate.people.iter().map(SuggestedPersonObject::from).collect(),
        }
    }
}

impl From<&SuggestedPerson> for SuggestedPersonObject {
    fn from(person: &SuggestedPerson) -> Self {
        Self {
            name: person.name.to_string(),
            email: person.email.to_string(),
            person: person.person.as_ref().map(ToString::to_string),
            known_by: person.known_by.map(KnownBy::name),
            commits: person.commits,
            share_percent: person.share_percent,
            last: rfc3339(person.last),
        }
    }
}

impl From<&OwnerPlace> for OwnerPlaceObject {
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
