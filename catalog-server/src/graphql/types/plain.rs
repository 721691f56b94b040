//! The plain fields of what stands in long lists: entities, their relations, and what a change can break.
//!
//! Each says what the field of the same name says in `entity`, `relation` and `blast_radius`; a test holds the
//! ones against the others.

use std::io::Write;

use async_graphql::{SelectionField, Value};
use catalog_core::graph::Entity;

use super::{
    blast_radius::{AffectedRow, BlastRadiusObject},
    entity::{EntityStandingValue, ID_TYPE},
    relation::{RelationClassValue, RelationName, RelationSeen, StrengthValue, relations_of},
};
use crate::graphql::{
    GraphqlLimits,
    cursor::encode_id,
    page::row_count,
    plain_rows::{PlainRow, RowPlan, WriteField, plain_number, plain_object, plain_text, plain_value},
};

impl<'g> PlainRow for Entity<'g> {
    const TYPE_NAME: &'static str = "Entity";

    fn plain_field<'q>(field: SelectionField<'q>, limits: &GraphqlLimits) -> Option<WriteField<'q, Self>>
    where
        Self: 'q,
    {
        match field.name() {
            "id" => plain_value(|entity: &Self| Value::String(encode_id(ID_TYPE, entity.name().as_str()).0)),
            "ref" => plain_text(|entity: &Self| Some(entity.name().as_str())),
            "kind" => plain_text(|entity: &Self| Some(entity.kind())),
            "namespace" => plain_text(|entity: &Self| Some(entity.name().namespace())),
            "name" => plain_text(|entity: &Self| Some(entity.spelled_name())),
            "title" => plain_text(|entity: &Self| entity.title()),
            "description" => plain_text(|entity: &Self| entity.description()),
            "type" => plain_text(|entity: &Self| entity.entity_type()),
            "lifecycle" => plain_text(|entity: &Self| entity.lifecycle()),
            "tier" => {
                plain_value(|entity: &Self| entity.tier().map_or(Value::Null, |tier| tier.number().into()))
            }
            "critical" => plain_value(|entity: &Self| entity.is_critical().into()),
            "standing" => plain_value(|entity: &Self| EntityStandingValue::from(entity.standing()).into()),
            "owner" => plain_object(field, limits, |entity: &Self| entity.owner()),
            "system" => plain_object(field, limits, |entity: &Self| entity.system()),
            "relations" => relations(field, limits),
            _ => None,
        }
    }

    fn look_ahead(&self) -> u8 {
        let first = |entity: &Self| entity.name().as_str().bytes().next().unwrap_or(0);
        first(self).wrapping_add(self.owner().as_ref().map_or(0, first))
    }
}

/// The first relations of an entity, where nothing but `first` says which.
fn relations<'q, 'g: 'q>(
    field: SelectionField<'q>,
    limits: &GraphqlLimits,
) -> Option<WriteField<'q, Entity<'g>>> {
    let first = match field.arguments().ok()?.as_slice() {
        [] => limits.page_rows_default,
        [(name, Value::Number(first))] if name == "first" => {
            // What is too much is for the library to refuse.
            row_count("first", i32::try_from(first.as_i64()?).ok()?, limits).ok()?
        }
        _ => return None,
    };
    let mut parts: Vec<(String, Option<RowPlan<'q, RelationSeen<'g>>>)> = Vec::new();
    for part in field.selection_set() {
        let key = part.alias().unwrap_or_else(|| part.name()).to_owned();
        match part.name() {
            "totalCount" => parts.push((key, None)),
            "nodes" => parts.push((key, Some(RowPlan::of(part, limits)?))),
            _ => return None,
        }
    }
    Some(Box::new(move |entity, out| {
        let mut before = '{';
        for (key, plan) in &parts {
            write!(out, "{before}\"{key}\":").expect("memory can be written to");
            match plan {
                Some(plan) => plan.write_list(relations_of(*entity).take(first), None, out),
                None => write!(out, "{}", relations_of(*entity).count()).expect("memory can be written to"),
            }
            before = ',';
        }
        out.push(b'}');
    }))
}

impl PlainRow for RelationSeen<'_> {
    const TYPE_NAME: &'static str = "Relation";

    fn plain_field<'q>(field: SelectionField<'q>, limits: &GraphqlLimits) -> Option<WriteField<'q, Self>>
    where
        Self: 'q,
    {
        match field.name() {
            "name" => plain_value(|seen: &Self| RelationName::of(seen.relation.kind(), seen.end).into()),
            "entity" => plain_object(field, limits, |seen: &Self| Some(seen.other())),
            "class" => plain_value(|seen: &Self| RelationClassValue::from(seen.relation.class()).into()),
            _ => None,
        }
    }

    fn look_ahead(&self) -> u8 {
        self.other().look_ahead()
    }
}

/// An affected entity with the answer that it is of.
#[derive(Clone, Copy)]
pub(super) struct AffectedSeen<'g> {
    pub(super) answer: &'g BlastRadiusObject,
    pub(super) row: AffectedRow,
}

impl<'g> AffectedSeen<'g> {
    fn entity(&self) -> Entity<'g> {
        self.answer.entity_at(self.row.entity)
    }
}

impl<'g> PlainRow for AffectedSeen<'g> {
    const TYPE_NAME: &'static str = "AffectedEntity";

    fn plain_field<'q>(field: SelectionField<'q>, limits: &GraphqlLimits) -> Option<WriteField<'q, Self>>
    where
        Self: 'q,
    {
        match field.name() {
            "ref" => plain_text(|seen: &Self| Some(seen.entity().name().as_str())),
            "entity" => plain_object(field, limits, |seen: &Self| Some(seen.entity())),
            "distance" => plain_number(|seen: &Self| seen.row.distance),
            "via" => plain_object(field, limits, |seen: &Self| {
                Some(seen.answer.entity_at(seen.answer.way_to(seen.row).0))
            }),
            "strength" => {
                plain_value(|seen: &Self| StrengthValue::from(seen.answer.way_to(seen.row).1).into())
            }
            _ => None,
        }
    }

    fn look_ahead(&self) -> u8 {
        self.entity().look_ahead()
    }
}
