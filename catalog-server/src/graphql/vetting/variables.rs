//! The variables of a request beside those that its query declares.
//!
//! The library holds every request against the schema, its variables too, although programs send the same few
//! queries again and again. Where each variable is declared as a plain type and has a value of just that type,
//! one value fits wherever another did. Everything else, as lists and what is left out, is held again each time.

use async_graphql::{
    Value, Variables,
    parser::types::{BaseType, ExecutableDocument, OperationDefinition, VariableDefinition},
};

use super::{ErrorCode, Refusal};

/// Refuses a request that leaves out a variable without which the operation that is meant cannot be run. The
/// library finds that out where it comes to use the variable, and then takes it for a fault of the field.
pub(in crate::graphql) fn check_given(
    variables: &Variables,
    meant: Option<&OperationDefinition>,
) -> Result<(), Refusal> {
    let declared = meant.iter().flat_map(|operation| &operation.variable_definitions);
    let mut missing = declared.filter(|declared| {
        let VariableDefinition { name, var_type, default_value, .. } = &declared.node;
        !var_type.node.nullable && default_value.is_none() && !variables.contains_key(&name.node)
    });
    let Some(missing) = missing.next() else { return Ok(()) };
    let VariableDefinition { name, var_type, .. } = &missing.node;
    let message =
        format!("the variable `${}` is missing; the query declares it as `{}`", name.node, var_type.node);
    Err(Refusal::new(ErrorCode::QueryInvalid, message).at(missing.pos.line, missing.pos.column))
}

/// Whether a query has no variables, or only such as all values of their types are alike.
pub(in crate::graphql) fn has_only_plain(variables: &Variables, document: &ExecutableDocument) -> bool {
    let mut declared = document.operations.iter().flat_map(|(_, of)| &of.node.variable_definitions);
    declared.all(|declared| is_plain(&declared.node, variables))
}

fn is_plain(declared: &VariableDefinition, variables: &Variables) -> bool {
    let BaseType::Named(type_name) = &declared.var_type.node.base else { return false };
    match (type_name.as_str(), variables.get(&declared.name.node)) {
        ("String" | "ID", Some(Value::String(_))) | ("Boolean", Some(Value::Boolean(_))) => true,
        ("Int", Some(Value::Number(number))) => {
            number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::graphql::operation::operation_meant;

    fn check(query: &str, variables: Json, expected: bool) {
        let document = parse_query(query).expect("a query");
        assert_eq!(has_only_plain(&Variables::from_json(variables), &document), expected, "{query}");
    }

    #[test]
    fn what_has_to_be_given_is_missed_before_anything_is_asked() {
        let check = |query: &str, name: Option<&str>, expected: Option<&str>| {
            let document = parse_query(query).expect("a query");
            let variables = Variables::from_json(json!({"there": 1, "null": null}));
            let found =
                check_given(&variables, operation_meant(&document, name)).map_err(|refusal| refusal.message);
            assert_eq!(found.err().as_deref(), expected, "{query}");
        };
        let missing = "the variable `$a` is missing; the query declares it as `[String!]!`";
        check("query ($there: Int!, $a: [String!]!) { a }", None, Some(missing));
        check("query A($there: Int!, $a: [String!]!) { a }", None, Some(missing));
        check("query ($a: String, $b: Int! = 1, $null: Int!) { a }", None, None);
        let two = "query A($a: [String!]!) { a } query B { a }";
        check(two, Some("A"), Some(missing));
        check(two, Some("B"), None);
        check(two, None, None);
    }

    #[test]
    fn plain_is_what_is_there_and_of_its_plain_type() {
        check("{ a }", json!({}), true);
        check(
            "query ($a: String!, $b: Int, $c: ID, $d: Boolean) { a }",
            json!({"a": "", "b": 1, "c": "", "d": true}),
            true,
        );
        for (declared, value) in [
            ("$a: String", json!(null)),
            ("$a: String!", json!(1)),
            ("$a: Int", json!(1.5)),
            ("$a: Int", json!(3_000_000_000_u32)),
            ("$a: [String!]", json!(["a"])),
            ("$a: Direction", json!("DEPENDENTS")),
            ("$a: EntityFilterInput", json!({})),
            ("$a: Float", json!(1.5)),
        ] {
            check(&format!("query ({declared}) {{ a }}"), json!({"a": value}), false);
        }
        check("query ($a: String) { a }", json!({}), false);
        check("query A($a: String) { a } query B($b: String) { a }", json!({"a": ""}), false);
    }
}
