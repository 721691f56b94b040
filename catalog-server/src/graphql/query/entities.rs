//! `entities`: a list of entities.

use async_graphql::{Context, InputObject, Object, Result};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::EntityRef,
    query::{EntityFilter, OWNER_KINDS, WHOLE_KINDS, ref_of_kinds},
};

use super::{entity_named, graph_of};
use crate::graphql::{
    ErrorCode,
    page::{PageArguments, check_refs, check_text, error, plain_page},
    types::entity::{EntityObject, EntityPage},
};

/// How many values one part of a filter may name.
const VALUES_MAX: usize = 100;

#[derive(Default)]
pub(super) struct EntitiesQuery;

/// Which entities to list. The parts are joined by *and*, the values of one part by *or*; a part that
/// is left out or empty asks for nothing. Texts are compared without regard to case.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "EntityFilter")]
pub(super) struct EntityFilterInput {
    /// Kinds, as in `component`.
    #[graphql(default)]
    kinds: Vec<String>,
    /// Namespaces.
    #[graphql(default)]
    namespaces: Vec<String>,
    /// Sorts of a kind, as in `service`.
    #[graphql(default)]
    types: Vec<String>,
    /// Stages of life, as in `production`.
    #[graphql(default)]
    lifecycles: Vec<String>,
    /// Tags.
    #[graphql(default)]
    tags: Vec<String>,
    /// Refs of owners, as in `group:shop`; without a kind, a group or else a person.
    #[graphql(default)]
    owners: Vec<String>,
    /// Refs of systems or domains that the entities are a part of, directly or not; without a kind, a system
    /// or else a domain.
    #[graphql(default)]
    systems: Vec<String>,
    /// Repositories that declare the entities: a whole id, or the end of one after a `/`.
    #[graphql(default)]
    repositories: Vec<String>,
    /// Only entities without an owner.
    #[graphql(default)]
    unowned: bool,
    /// Only critical entities: of tier 0 or 1.
    #[graphql(default)]
    critical: bool,
    /// Also names that something points at and nothing declares.
    #[graphql(default)]
    placeholders: bool,
}

#[Object]
impl EntitiesQuery {
    /// The entities that pass a filter, by ref.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only these, at most 100, as in `component:default/web`; names that are not in the catalog are \
                    passed over. `lookup` keeps the order and says of each name that is none what it may mean."
        )]
        refs: Option<Vec<String>>,
        #[graphql(desc = "Which entities; all that are declared where it is left out.")] filter: Option<
            EntityFilterInput,
        >,
        #[graphql(desc = "How many rows from the beginning, 1 to 100; 50 where it is left out.")]
        first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows before the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<EntityPage> {
        let graph = graph_of(ctx)?;
        let mut filter = filter.unwrap_or_default();
        if let Some(refs) = &refs {
            check_refs(ctx, "refs", refs.len())?;
            refs.iter().try_for_each(|text| check_text(ctx, "refs", text))?;
            // Who names what nothing declares wants to see it.
            filter.placeholders = true;
        }
        let filter = filter.read(graph)?;
        let numbers = match refs {
            None => filter.numbers(graph),
            Some(refs) => {
                let mut named: Vec<_> = refs.iter().filter_map(|text| entity_named(graph, text)).collect();
                named.sort_unstable_by_key(|entity| entity.name());
                named.dedup();
                named.retain(|entity| filter.matches(*entity));
                named.into_iter().map(Entity::index).collect()
            }
        };
        plain_page(
            ctx,
            graph.revision(),
            &numbers,
            &PageArguments { first, after, last, before },
            |number| graph.entity_at(*number).name().to_string(),
            |number| EntityObject::new(graph, graph.entity_at(*number)),
            |number| graph.entity_at(*number),
        )
    }
}

impl EntityFilterInput {
    pub(super) fn read(self, graph: &CatalogGraph) -> Result<EntityFilter> {
        let parts = [
            ("kinds", &self.kinds),
            ("namespaces", &self.namespaces),
            ("types", &self.types),
            ("lifecycles", &self.lifecycles),
            ("tags", &self.tags),
            ("owners", &self.owners),
            ("systems", &self.systems),
            ("repositories", &self.repositories),
        ];
        for (part, values) in parts {
            if values.len() > VALUES_MAX {
                let message =
                    format!("`{part}` names {} values, expected at most {VALUES_MAX}", values.len());
                return Err(error(ErrorCode::ArgumentInvalid, message));
            }
        }
        Ok(EntityFilter {
            owners: read_refs(graph, "owners", &OWNER_KINDS, &self.owners)?,
            systems: read_refs(graph, "systems", &WHOLE_KINDS, &self.systems)?,
            kinds: self.kinds,
            namespaces: self.namespaces,
            types: self.types,
            lifecycles: self.lifecycles,
            tags: self.tags,
            repositories: self.repositories,
            unowned: self.unowned,
            critical: self.critical,
            placeholders: self.placeholders,
        })
    }
}

fn read_refs(graph: &CatalogGraph, part: &str, kinds: &[&str], texts: &[String]) -> Result<Vec<EntityRef>> {
    texts.iter().map(|text| read_ref(graph, part, kinds, text)).collect()
}

/// Reads a ref that may leave out its kind.
pub(super) fn read_ref(
    graph: &CatalogGraph,
    argument: &str,
    kinds: &[&str],
    text: &str,
) -> Result<EntityRef> {
    ref_of_kinds(graph, text, kinds)
        .map_err(|fault| error(ErrorCode::ArgumentInvalid, format!("`{argument}`: {fault}")))
}
