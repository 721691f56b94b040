//! What a query must pass before the GraphQL library sees it.
//!
//! The library's own limits are read after the work that they should prevent: fragments that double
//! one another take it minutes at nine hundred bytes. So a query is first taken apart into tokens, then
//! parsed once, then measured with each fragment looked at once; only what is small, shallow and cheap
//! enough is handed on, as the document that was parsed here.

mod cost_table;
mod lexer;
mod measure;

#[cfg(test)]
mod tests;

use async_graphql::{
    Variables,
    parser::{Error as ParseError, parse_query, types::ExecutableDocument},
};

pub(super) use cost_table::CostTable;

use super::{ErrorCode, GraphqlLimits, Refusal};

/// How much of the parser's explanation is passed on, in characters.
const EXPLANATION_CHARS_MAX: usize = 200;

/// Parses a query that stays within every limit, and tells its cost.
pub(super) fn vet(
    query: &str,
    variables: &Variables,
    table: &CostTable,
    limits: &GraphqlLimits,
) -> Result<(ExecutableDocument, u64), Refusal> {
    let within = |name, value: u64, met: u64, what| {
        if met > value { Err(Refusal::over_limit(name, value, met, what)) } else { Ok(()) }
    };
    let bytes_max = limits.query_bytes_max as u64;
    within("graphql.query_bytes_max", bytes_max, query.len() as u64, "bytes in the query")?;
    lexer::check_tokens(query, limits)?;
    let document = parse_query(query).map_err(|error| explain(&error))?;

    let operations = document.operations.iter().len();
    let declared: usize =
        document.operations.iter().map(|(_, operation)| operation.node.variable_definitions.len()).sum();
    let variables_met = declared.max(variables.len());
    let counts = [
        ("graphql.operations_max", limits.operations_max, operations, "operations in the query"),
        ("graphql.fragments_max", limits.fragments_max, document.fragments.len(), "fragments in the query"),
        ("graphql.variables_max", limits.variables_max, variables_met, "variables of the request"),
    ];
    for (name, value, met, what) in counts {
        within(name, value as u64, met as u64, what)?;
    }

    let size = measure::measure(&document, variables, table, limits)?;
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
    let cost = size.cost_tenths.div_ceil(10);
    within("graphql.cost_max", limits.cost_max, cost, what)?;
    Ok((document, cost))
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
