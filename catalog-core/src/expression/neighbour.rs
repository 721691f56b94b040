//! An entity next to another one, as an expression sees it: its facts are made when they are asked for.

use cel::{
    ExecutionError,
    common::{
        traits::{Container, Indexer},
        types::{CelString, Type},
        value::{CowVal, Val},
    },
};

use crate::{graph::Entity, model::Strength};

use super::{FactValue, entity_fact};

/// An entity with how much it is needed, or needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// The strength of the need.
    pub strength: Strength,
}

/// The facts that a neighbour has.
const NEIGHBOUR_FACTS: [&str; 14] = [
    "critical",
    "data",
    "declared",
    "kind",
    "lifecycle",
    "name",
    "owner",
    "ref",
    "stale",
    "strength",
    "system",
    "tags",
    "tier",
    "type",
];

static NEIGHBOUR_TYPE: Type = Type::new_unspecified_type("neighbour");

impl<'g> Neighbour<'g> {
    fn fact(self, name: &str) -> Option<FactValue<'g>> {
        if !NEIGHBOUR_FACTS.contains(&name) {
            return None;
        }
        match name {
            "strength" => Some(self.strength.name().into()),
            name => entity_fact(self.entity, name)?.ok(),
        }
    }
}

impl Val for Neighbour<'_> {
    fn get_type(&self) -> &Type {
        &NEIGHBOUR_TYPE
    }

    fn cel_type() -> &'static Type {
        &NEIGHBOUR_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        // What borrows cannot be told by its type, so that neighbours are compared by their refs.
        let reference = CelString::from("ref");
        let same = |indexer: &dyn Indexer| {
            let found = indexer.get(&reference).ok()?;
            Some(found.downcast_ref::<CelString<'_>>()?.inner() == self.entity.name().as_str())
        };
        *other.get_type() == NEIGHBOUR_TYPE && other.as_indexer().and_then(same).unwrap_or(false)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }
}

impl Indexer for Neighbour<'_> {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = index.downcast_ref::<CelString<'_>>().map(CelString::inner).unwrap_or_default();
        let fact = self.fact(name).ok_or_else(|| ExecutionError::no_such_key(name))?;
        Ok(CowVal::Owned(fact.into_val()))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(index).map(CowVal::into_owned)
    }
}

impl Container for Neighbour<'_> {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        let name = value.downcast_ref::<CelString<'_>>().map(CelString::inner).unwrap_or_default();
        Ok(NEIGHBOUR_FACTS.contains(&name))
    }
}
