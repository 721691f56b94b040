//! What a query must pass before the GraphQL library sees it.
//!
//! The library's own limits are read after the work that they should prevent: fragments that double
//! one another take it minutes at nine hundred bytes. So a query is first taken apart into tokens, then
//! parsed once, then measured with each fragment looked at once; only what is small, shallow and cheap
//! enough is handed on, as the document that was parsed here.

mod cost_table;
mod lexer;
mod measure;
mod parsed;
mod repeats;
mod variables;

#[cfg(test)]
mod tests;

use std::sync::{OnceLock, atomic::AtomicBool};

use async_graphql::{
    Variables,
    parser::{
        Error as ParseError, parse_query,
        types::{ExecutableDocument, OperationType, Selection},
    },
};

pub(super) use cost_table::CostTable;
pub(super) use parsed::{ParsedQueries, ParsedQuery};
pub(super) use variables::{check_given, has_only_plain};

use super::{ErrorCode, GraphqlLimits, Refusal};

/// How much of the parser's explanation is passed on, in characters.
const EXPLANATION_CHARS_MAX: usize = 200;

/// Fields of the root that look up what they name, and do not go through the graph. Queries of these alone
/// have places of their own.
const QUICK_FIELDS: [&str; 4] = ["__typename", "entity", "node", "owner"];

/// What a query with its variables comes to, once it has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    /// What it costs, in the unit of `graphql.cost_max`; at least 1.
    pub(super) cost: u64,
    /// Whether it is cheap and only looks up what it names.
    pub(super) is_quick: bool,
}

/// Parses a query that stays within every limit of its text.
pub(super) fn parse(query: &str, limits: &GraphqlLimits) -> Result<ParsedQuery, Refusal> {
    let bytes_max = limits.query_bytes_max as u64;
    within("graphql.query_bytes_max", bytes_max, query.len() as u64, "bytes in the query")?;
    lexer::check_tokens(query, limits)?;
    let document = parse_query(query).map_err(|error| explain(&error))?;
    let operations = document.operations.iter().len();
    let fragments = document.fragments.len();
    let counts = [
        ("graphql.operations_max", limits.operations_max, operations, "operations in the query"),
        ("graphql.fragments_max", limits.fragments_max, fragments, "fragments in the query"),
    ];
    for (name, value, met, what) in counts {
        within(name, value as u64, met as u64, what)?;
    }
    let repeats_a_key = repeats::repeats_a_key(&document)?;
    let is_query = document.operations.iter().all(|(_, operation)| operation.node.ty == OperationType::Query);
    let only_looks_up = is_query && only_looks_up(&document);
    let (same_fields, fits_schema) = (OnceLock::new(), AtomicBool::new(false));
    Ok(ParsedQuery { document, is_query, repeats_a_key, same_fields, only_looks_up, fits_schema })
}

/// Lets a query with its variables pass, if it stays within every limit of what it asks.
pub(super) fn weigh(
    query: &ParsedQuery,
    variables: &Variables,
    table: &CostTable,
    limits: &GraphqlLimits,
) -> Result<Weight, Refusal> {
    let document = &query.document;
    let declared: usize =
        document.operations.iter().map(|(_, operation)| operation.node.variable_definitions.len()).sum();
    let variables_max = limits.variables_max as u64;
    let variables_met = declared.max(variables.len()) as u64;
    within("graphql.variables_max", variables_max, variables_met, "variables of the request")?;

    let size = measure::measure(document, variables, table, limits)?;
    let sizes = [
        ("graphql.selections_max", limits.selections_max, size.selections, "selected fields"),
        ("graphql.aliases_max", limits.aliases_max, size.aliases, "aliases"),
        ("graphql.directives_max", limits.directives_max, size.directives, "directives"),
        ("graphql.depth_max", limits.depth_max, size.depth, "fields within fields"),
        (
            "graphql.introspection_depth_max",
            limits.introspection_depth_max,
            size.introspection_depth,
            "fields within fields about the schema",
        ),
        (
            "graphql.introspection_lists_max",
            limits.introspection_lists_max,
            size.introspection_lists,
            "lists within lists about the schema",
        ),
    ];
    for (name, value, met, what) in sizes {
        within(name, value as u64, met, what)?;
    }
    let what = "cost of the query by its `first` arguments, multiplied down";
    let cost = size.cost_tenths.div_ceil(10).max(1);
    within("graphql.cost_max", limits.cost_max, cost, what)?;
    Ok(Weight { cost, is_quick: query.only_looks_up && cost <= limits.quick_cost_max })
}

fn within(name: &'static str, value: u64, met: u64, what: &str) -> Result<(), Refusal> {
    if met > value { Err(Refusal::over_limit(name, value, met, what)) } else { Ok(()) }
}

/// Whether the root has nothing but fields that look up what they name.
fn only_looks_up(document: &ExecutableDocument) -> bool {
    let mut selections =
        document.operations.iter().flat_map(|(_, operation)| &operation.node.selection_set.node.items);
    selections.all(|selection| match &selection.node {
        Selection::Field(field) => QUICK_FIELDS.contains(&field.node.name.node.as_str()),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
    })
}

/// The parser's error without the text of the query, which may be long and need not be sent back.
fn explain(error: &ParseError) -> Refusal {
    let position = error.positions().next();
    let text = match error {
        ParseError::Syntax { message, .. } => {
            let expectation = message.lines().last().unwrap_or_default();
            format!("the query is not GraphQL: {}", expectation.trim_start_matches([' ', '=']))
        }
        other => format!("the query is not GraphQL: {other}"),
    };
    let refusal =
        Refusal::new(ErrorCode::QuerySyntax, text.chars().take(EXPLANATION_CHARS_MAX).collect::<String>());
    match position {
        Some(position) => refusal.at(position.line, position.column),
        None => refusal,
    }
}
