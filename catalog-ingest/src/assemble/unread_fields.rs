//! Fields of a document that are there but cannot be read keep the values that they had.

use catalog_core::model::{Declaration, DeclaredRelation, Document, Field, Manifest, Stale};

/// Gives the unread fields of a document their last good values, out of the same entity's declaration
/// in the manifest as it was; whether there were any. The document is then stale.
pub(crate) fn take_over(document: &mut Document, old: &Manifest, stale: &Stale) -> bool {
    let Some(declaration) = document.declaration.as_mut().filter(|it| !it.unread.is_empty()) else {
        return false;
    };
    let found = old.documents.iter().find_map(|document| {
        let before = document.declaration.as_ref().filter(|before| before.entity == declaration.entity)?;
        Some((document, before))
    });
    let Some((old_document, before)) = found else { return false };
    let mut since: Option<Stale> = None;
    for field in declaration.unread.clone() {
        if !take_field(declaration, before, field) {
            continue;
        }
        // A document that is stale as a whole has no unread fields of its own.
        let was_stale = before.unread.is_empty() || before.unread.contains(&field);
        let of_field =
            old_document.stale.as_ref().filter(|_| was_stale).or(old.stale.as_ref()).unwrap_or(stale);
        if since.as_ref().is_none_or(|since| of_field.since < since.since) {
            since = Some(of_field.clone());
        }
    }
    let taken = since.is_some();
    if taken {
        document.stale = since;
    }
    taken
}

/// Takes one field over; whether it had a value that is not there now.
fn take_field(new: &mut Declaration, old: &Declaration, field: Field) -> bool {
    match field {
        Field::Title => take_value(&mut new.title, &old.title),
        Field::Description => take_value(&mut new.description, &old.description),
        Field::Type => take_value(&mut new.entity_type, &old.entity_type),
        Field::Lifecycle => take_value(&mut new.lifecycle, &old.lifecycle),
        Field::Tier => take_value(&mut new.tier, &old.tier),
        Field::Profile => take_value(&mut new.profile, &old.profile),
        Field::Labels => take_named(&mut new.labels, &old.labels),
        Field::Annotations => take_named(&mut new.annotations, &old.annotations),
        Field::Tags => take_list(&mut new.tags, &old.tags, |left, right| left.value == right.value),
        Field::Links => take_list(&mut new.links, &old.links, |left, right| left.value == right.value),
        Field::Slo => take_list(&mut new.objectives, &old.objectives, |left, right| {
            left.value.indicator == right.value.indicator
        }),
        Field::Aliases => take_list(&mut new.aliases, &old.aliases, |left, right| left.value == right.value),
        Field::CodeLocations => {
            take_list(&mut new.code_locations, &old.code_locations, |left, right| left.value == right.value)
        }
        Field::DataClass => {
            take_list(&mut new.data_classes, &old.data_classes, |left, right| left.value == right.value)
        }
        Field::Owner
        | Field::System
        | Field::SubcomponentOf
        | Field::Domain
        | Field::SubdomainOf
        | Field::ProvidesApis
        | Field::ConsumesApis
        | Field::DependsOn
        | Field::DependencyOf
        | Field::Parent
        | Field::Children
        | Field::Members
        | Field::MemberOf
        | Field::Needs
        | Field::DeployedTo
        | Field::Related
        | Field::Responsibilities
        | Field::Journey => take_relations(new, old, field),
    }
}

fn take_value<T: Clone>(new: &mut Option<T>, old: &Option<T>) -> bool {
    let taken = new.is_none() && old.is_some();
    if taken {
        new.clone_from(old);
    }
    taken
}

fn take_named<T: Clone>(new: &mut Vec<(Box<str>, T)>, old: &[(Box<str>, T)]) -> bool {
    take_list(new, old, |left, right| left.0 == right.0)
}

/// Adds the old items that have no counterpart among the new ones.
fn take_list<T: Clone>(new: &mut Vec<T>, old: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    let before = new.len();
    for item in old {
        if !new.iter().any(|present| same(present, item)) {
            new.push(item.clone());
        }
    }
    new.len() > before
}

fn take_relations(new: &mut Declaration, old: &Declaration, field: Field) -> bool {
    // Groups of alternatives are numbered within a document, so the old ones get numbers of their own.
    let groups = new.relations.iter().filter_map(|it| it.terms.as_ref()?.any_of).max().map_or(0, |it| it + 1);
    let old: Vec<DeclaredRelation> = old
        .relations
        .iter()
        .filter(|relation| relation.field == field)
        .cloned()
        .map(|mut relation| {
            if let Some(group) = relation.terms.as_mut().and_then(|terms| terms.any_of.as_mut()) {
                *group = group.saturating_add(groups);
            }
            relation
        })
        .collect();
    take_list(&mut new.relations, &old, |left, right| {
        (left.field, left.kind, left.subject, &left.other)
            == (right.field, right.kind, right.subject, &right.other)
    })
}
