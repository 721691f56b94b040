//! What a line of a sketch says of its entity.

use std::iter::Peekable;

use crate::model::{
    CodeLocation, Declaration, DeclaredRelation, Document, Field, Located, NeedTerms, Objective, Position,
    Profile, RelationClass, RelationEnd, RelationKind, Strength, Tier,
};

use super::{
    entity_ref,
    pen::{Line, Word, stale},
};

/// The words that introduce relations: the field, the kind, the end that the line's entity stands at,
/// and the strength that is stated.
fn relation(word: &str) -> Option<(Field, RelationKind, RelationEnd, Option<Strength>)> {
    use RelationEnd::{From, To};
    let (field, kind, end) = match word {
        "->" => (Field::DependsOn, RelationKind::DependsOn, From),
        "<-" => (Field::DependencyOf, RelationKind::DependsOn, To),
        "~>" => return Some((Field::Needs, RelationKind::DependsOn, From, Some(Strength::Soft))),
        "!>" => return Some((Field::Needs, RelationKind::DependsOn, From, Some(Strength::Hard))),
        "any>" => (Field::Needs, RelationKind::DependsOn, From),
        "consumes" => (Field::ConsumesApis, RelationKind::ConsumesApi, From),
        "provides" => (Field::ProvidesApis, RelationKind::ProvidesApi, From),
        "in" => (Field::DeployedTo, RelationKind::DeployedTo, From),
        "owner" => (Field::Owner, RelationKind::OwnedBy, From),
        "system" => (Field::System, RelationKind::PartOf, From),
        "partof" => (Field::SubcomponentOf, RelationKind::PartOf, From),
        "domain" => (Field::Domain, RelationKind::PartOf, From),
        "members" => (Field::Members, RelationKind::MemberOf, To),
        "memberof" => (Field::MemberOf, RelationKind::MemberOf, From),
        "parent" => (Field::Parent, RelationKind::ChildOf, From),
        "children" => (Field::Children, RelationKind::ChildOf, To),
        "monitoring" => (Field::Responsibilities, RelationKind::MonitoredBy, From),
        "objectives" => (Field::Responsibilities, RelationKind::ObjectivesSetBy, From),
        "breaking-changes" => (Field::Responsibilities, RelationKind::BreakingChangesDecidedBy, From),
        "service-level" => (Field::Responsibilities, RelationKind::ServiceLevelAnsweredBy, From),
        "journey" => (Field::Journey, RelationKind::PassesThrough, From),
        _ => return None,
    };
    Some((field, kind, end, None))
}

/// Adds what a line says to the document of its entity; its relations are of `class`.
pub(super) fn write(document: &mut Document, line: &Line<'_>, class: RelationClass) {
    let declaration = document.declaration.as_mut().expect("every document of a sketch declares");
    if class == RelationClass::Deployed {
        declaration.declared_as = Some(format!("local:{}", declaration.spelling.name).into());
    }
    let mut words = line.words[1..].iter().copied().peekable();
    let mut last_relations = 0..0;
    while let Some(word) = words.next() {
        if let Some((field, kind, subject, strength)) = relation(word.text) {
            let any_of = (word.text == "any>").then(|| next_group(declaration));
            let limits = limits(line, &mut words);
            let before = declaration.relations.len();
            while let Some(other) = words.next_if(|word| word.text.contains(':')) {
                let terms = NeedTerms { strength, any_of, ..limits.clone() };
                declaration.relations.push(DeclaredRelation {
                    field,
                    kind,
                    subject,
                    other: entity_ref(other.text),
                    position: other.position,
                    class,
                    terms: (terms != NeedTerms::default()).then(|| Box::new(terms)),
                });
            }
            if declaration.relations.len() == before {
                line.wrong(&format!("expected an entity after `{}`", word.text));
            }
            last_relations = before..declaration.relations.len();
        } else if word.text == "for" {
            let Some(purpose) = words.next().filter(|_| !last_relations.is_empty()) else {
                line.wrong("expected needs before `for` and a purpose behind it");
            };
            for relation in &mut declaration.relations[last_relations.clone()] {
                relation.terms.get_or_insert_default().purpose = Some(purpose.text.into());
            }
        } else if word.text == "alias" {
            while let Some(alias) = words.next_if(|word| word.text.contains(':')) {
                declaration.aliases.push(Located::new(entity_ref(alias.text), alias.position));
            }
        } else if word.text == "stale" {
            document.stale = Some(stale());
        } else {
            let Some(value) = words.next() else {
                line.wrong(&format!("expected a word of the sketch with a value instead of `{}`", word.text))
            };
            write_value(declaration, line, word.text, value);
        }
    }
}

/// What stands between an arrow and what it leads to: how long is waited, how often it is tried again.
fn limits<'l>(line: &Line<'_>, words: &mut Peekable<impl Iterator<Item = Word<'l>>>) -> NeedTerms {
    let mut terms = NeedTerms::default();
    while let Some(word) = words.next_if(|word| matches!(word.text, "timeout" | "retries" | "endpoint")) {
        let value = words.next().map_or("", |value| value.text);
        match word.text {
            "timeout" => {
                let timeout =
                    value.parse().unwrap_or_else(|_| line.wrong("a timeout is a number of milliseconds"));
                terms.timeout_ms = Some(timeout);
            }
            "retries" => {
                let retries = value.parse().unwrap_or_else(|_| line.wrong("retries are a number"));
                terms.retries = Some(retries);
            }
            _ => terms.endpoint = Some(value.into()),
        }
    }
    terms
}

/// The number after those of the groups that the document has.
fn next_group(declaration: &Declaration) -> u16 {
    let groups = declaration.relations.iter().filter_map(|relation| relation.terms.as_ref()?.any_of);
    groups.max().map_or(0, |last| last + 1)
}

fn write_value(declaration: &mut Declaration, line: &Line<'_>, word: &str, value: Word<'_>) {
    let position = value.position;
    let text = || Some(located(value.text, position));
    match word {
        "tier" => {
            let tier = value.text.parse().ok().and_then(Tier::new);
            let tier = tier.unwrap_or_else(|| line.wrong("a tier is a number from 0 to 4"));
            declaration.tier = Some(Located::new(tier, position));
        }
        "type" => declaration.entity_type = text(),
        "lifecycle" => declaration.lifecycle = text(),
        "title" => declaration.title = text(),
        "description" => declaration.description = text(),
        "slo" => {
            let objective = Objective { indicator: "availability".into(), target: value.text.into() };
            declaration.objectives.push(Located::new(objective, position));
        }
        "expects" => {
            let objective = Objective { indicator: "availability".into(), target: value.text.into() };
            let Some(relation) = declaration.relations.last_mut() else {
                line.wrong("expected a need before `expects`")
            };
            relation.terms.get_or_insert_default().expects.push(objective);
        }
        "tag" => declaration.tags.extend(value.text.split(',').map(|tag| located(tag, position))),
        "data" => {
            declaration.data_classes.extend(value.text.split(',').map(|class| located(class, position)));
        }
        "email" => {
            declaration.profile.get_or_insert_with(Profile::default).email = Some(value.text.into());
        }
        "slug" => declaration.annotations.push(keyed("github.com/team-slug", value.text, position)),
        "login" => declaration.annotations.push(keyed("github.com/user-login", value.text, position)),
        "code" => {
            let location = CodeLocation { repository: None, path: value.text.into() };
            declaration.code_locations.push(Located::new(location, position));
        }
        "unread" if value.text == "members" => declaration.unread.push(Field::Members),
        "annotation" | "label" => {
            let Some((key, value)) = value.text.split_once('=') else {
                line.wrong("expected `key=value`");
            };
            let list = if word == "label" { &mut declaration.labels } else { &mut declaration.annotations };
            list.push(keyed(key, value, position));
        }
        _ => line.wrong(&format!("`{word}` is no word of a sketch")),
    }
}

fn located(text: &str, position: Position) -> Located<Box<str>> {
    Located::new(text.into(), position)
}

fn keyed(key: &str, value: &str, position: Position) -> (Box<str>, Located<Box<str>>) {
    (key.into(), located(value, position))
}
