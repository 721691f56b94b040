//! Which scope each field of the schema's roots wants.
//!
//! Everything that is asked is `read`; what changes something is listed one by one, and what is not listed is
//! for `admin` alone. A scope is wanted as soon as a field stands in the operation that is run, under
//! whatever alias and in whatever fragment, and also where a directive would leave it out.

use std::collections::HashSet;

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};

use super::{ErrorCode, Refusal, operation::operation_meant};
use crate::access::{Caller, Identity, Scope};

/// The fields of an answer to a mutation that say nothing of the catalog.
const USER_ERRORS: &str = "userErrors";

/// The scope that a field of a root wants; `None` for one that nobody has given any.
pub(super) fn scope_of(root: OperationType, field: &str) -> Option<Scope> {
    match (root, field) {
        (OperationType::Query | OperationType::Subscription, _) => Some(Scope::Read),
        (
            OperationType::Mutation,
            "startReview" | "closeReview" | "confirmOwnership" | "correctOwnership" | "handOverOwnership"
            | "rejectOwnership",
        ) => Some(Scope::Review),
        (OperationType::Mutation, "crawl") => Some(Scope::Crawl),
        (OperationType::Mutation, _) => None,
    }
}

/// What is wanted of whoever asks: a scope, or to be one of those who may ask for the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Scope(Scope),
    Introspection,
}

/// Where a selection set stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Root,
    /// In the answer of a mutation. What it leads to is the catalog, which is to be read.
    Answer,
}

/// Refuses an operation of which any field wants a scope that the caller lacks.
pub(super) fn check_scopes(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    caller: &Caller,
    may_introspect: bool,
) -> Result<(), Refusal> {
    for operation in operations_to_run(document, operation_name) {
        for (wanted, field) in wanted_by(operation, document) {
            match wanted {
                Wanted::Scope(scope) if !caller.may(scope) => return Err(lacking(caller, scope, field)),
                Wanted::Introspection if !may_introspect => return Err(no_introspection(caller, field)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Fields that tell of what is read, whoever sees it.
const OF_CRAWLS: [&str; 4] = ["crawl", "crawls", "crawlJob", "crawlProgress"];

/// Refuses an operation with a field that is only for those who see everything.
pub(super) fn check_sees_everything(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
) -> Result<(), Refusal> {
    for operation in operations_to_run(document, operation_name) {
        let fields = root_fields(operation, document);
        if let Some(field) = fields.into_iter().find(|field| OF_CRAWLS.contains(&field.as_str())) {
            let message = format!(
                "`{field}` tells of all repositories, and a part of the catalog is hidden from whoever asks"
            );
            return Err(Refusal::new(ErrorCode::Forbidden, message));
        }
    }
    Ok(())
}

/// The root fields of the mutation that is run, by their names in the schema; empty for a query.
pub(super) fn mutation_fields(document: &ExecutableDocument, operation_name: Option<&str>) -> Vec<String> {
    let mut fields = Vec::new();
    for operation in operations_to_run(document, operation_name) {
        if operation.ty == OperationType::Mutation {
            let named = root_fields(operation, document).into_iter().map(ToString::to_string);
            fields.extend(named.filter(|name| !name.starts_with("__")));
        }
    }
    fields
}

/// The operation that a request means, or else all of them.
fn operations_to_run<'d>(
    document: &'d ExecutableDocument,
    operation_name: Option<&str>,
) -> Vec<&'d OperationDefinition> {
    match operation_meant(document, operation_name) {
        Some(operation) => vec![operation],
        None => document.operations.iter().map(|(_, operation)| &operation.node).collect(),
    }
}

fn root_fields<'d>(operation: &'d OperationDefinition, document: &'d ExecutableDocument) -> Vec<&'d Name> {
    fields_at(operation, document)
        .into_iter()
        .filter(|(place, _, _)| *place == Place::Root)
        .map(|(_, name, _)| name)
        .collect()
}

fn wanted_by<'d>(
    operation: &'d OperationDefinition,
    document: &'d ExecutableDocument,
) -> Vec<(Wanted, &'d str)> {
    let wanted = |(place, name, leads_on): (Place, &'d Name, bool)| {
        let wanted = match (place, name.as_str()) {
            (_, "__typename") => return None,
            (Place::Root, "__schema" | "__type") => Wanted::Introspection,
            (Place::Root, field) => Wanted::Scope(scope_of(operation.ty, field).unwrap_or(Scope::Admin)),
            (Place::Answer, USER_ERRORS) => return None,
            (Place::Answer, _) if leads_on => Wanted::Scope(Scope::Read),
            (Place::Answer, _) => return None,
        };
        Some((wanted, name.as_str()))
    };
    fields_at(operation, document).into_iter().filter_map(wanted).collect()
}

/// The fields of the root and, of a mutation, those of their answers, each with whether it has fields of its
/// own. Each fragment is looked at once for each place.
fn fields_at<'d>(
    operation: &'d OperationDefinition,
    document: &'d ExecutableDocument,
) -> Vec<(Place, &'d Name, bool)> {
    let mut found = Vec::new();
    let mut seen: HashSet<(&Name, Place)> = HashSet::new();
    let mut open: Vec<(&SelectionSet, Place)> = vec![(&operation.selection_set.node, Place::Root)];
    while let Some((set, place)) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let (name, inner) = (&field.node.name.node, &field.node.selection_set.node);
                    found.push((place, name, !inner.items.is_empty()));
                    if place == Place::Root && operation.ty == OperationType::Mutation {
                        open.push((inner, Place::Answer));
                    }
                }
                Selection::InlineFragment(fragment) => {
                    open.push((&fragment.node.selection_set.node, place));
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name)
                        && seen.insert((name, place))
                    {
                        open.push((&fragment.node.selection_set.node, place));
                    }
                }
            }
        }
    }
    found
}

fn lacking(caller: &Caller, scope: Scope, field: &str) -> Refusal {
    let message = format!("`{field}` wants the scope `{scope}`");
    refusal_of(caller, message).wanting(scope)
}

fn no_introspection(caller: &Caller, field: &str) -> Refusal {
    refusal_of(caller, format!("`{field}` is not for whoever asks: the schema is not shown to them"))
}

/// Whoever sent no token may still send one; everybody else has what they have.
fn refusal_of(caller: &Caller, message: String) -> Refusal {
    match caller.identity {
        Identity::Anonymous => {
            let hint = "; send a good token as `authorization: Bearer TOKEN`";
            Refusal::new(ErrorCode::Unauthenticated, message + hint)
        }
        _ => Refusal::new(ErrorCode::Forbidden, message),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{
        parse_query, parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    };

    use super::*;
    use crate::{access::Scopes, graphql::schema_sdl};

    /// The fields of the roots of the real schema.
    fn roots() -> Vec<(OperationType, String)> {
        let schema = parse_schema(schema_sdl()).expect("the schema is one");
        let mut fields = Vec::new();
        for definition in schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let root = match definition.node.name.node.as_str() {
                "Query" => OperationType::Query,
                "Mutation" => OperationType::Mutation,
                "Subscription" => OperationType::Subscription,
                _ => continue,
            };
            let TypeKind::Object(object) = definition.node.kind else { continue };
            fields.extend(object.fields.iter().map(|field| (root, field.node.name.node.to_string())));
        }
        fields
    }

    fn holder(scopes: Scopes) -> Caller {
        Caller::new(Identity::Person { subject: "ann".into() }, scopes)
    }

    fn check(caller: &Caller, query: &str) -> Option<String> {
        let document = parse_query(query).expect("GraphQL");
        let may_introspect = caller.may(Scope::Read);
        let refused = check_scopes(&document, None, caller, may_introspect).err()?;
        Some(format!("{} {}", refused.code.name(), refused.scope.map_or("-", Scope::name)))
    }

    fn operation(root: OperationType, body: &str) -> String {
        format!("{root} {{ {body} }}")
    }

    #[test]
    fn every_field_of_the_roots_has_a_scope() {
        let roots = roots();
        assert!(roots.len() > 20, "{roots:?}");
        for (root, field) in roots {
            assert!(scope_of(root, &field).is_some(), "{root} `{field}` needs a scope in graphql/scopes.rs");
        }
    }

    #[test]
    fn each_field_is_for_those_with_its_scope_in_whatever_form_it_is_asked() {
        for (root, field) in roots() {
            let wanted = scope_of(root, &field).expect("it has one");
            for scope in Scope::ALL {
                let caller = holder(Scopes::NONE.with(scope));
                let expected = match scope == wanted || scope == Scope::Admin {
                    true => None,
                    false => Some(format!("FORBIDDEN {wanted}")),
                };
                let kind = if root == OperationType::Mutation { "Mutation" } else { "Query" };
                for body in [
                    field.clone(),
                    format!("__typename other: {field}"),
                    format!("... {{ {field} }}"),
                    format!("... on {kind} @include(if: true) {{ ... {{ x: {field} }} }}"),
                    format!("{field} @skip(if: true)"),
                ] {
                    assert_eq!(check(&caller, &operation(root, &body)), expected, "{scope}: {body}");
                }
                let spread = format!(
                    "{} fragment A on {kind} {{ ...B }} fragment B on {kind} {{ {field} }}",
                    operation(root, "...A")
                );
                assert_eq!(check(&caller, &spread), expected, "{scope}: {spread}");
            }
        }
    }

    #[test]
    fn what_a_mutation_answers_of_the_catalog_is_read() {
        let reviewer = holder(Scopes::NONE.with(Scope::Review));
        let plain = "mutation { closeReview { userErrors { message } __typename } }";
        assert_eq!(check(&reviewer, plain), None);
        for leads_on in [
            "mutation { closeReview { review { id } } }",
            "mutation { closeReview { userErrors: review { id } } }",
            "mutation { closeReview { ...A } } fragment A on ReviewPayload { x: review { title } }",
        ] {
            assert_eq!(check(&reviewer, leads_on).as_deref(), Some("FORBIDDEN read"), "{leads_on}");
            let both = holder(Scopes::NONE.with(Scope::Review).with(Scope::Read));
            assert_eq!(check(&both, leads_on), None);
        }
    }

    #[test]
    fn the_schema_is_shown_to_those_who_may_see_it() {
        let crawler = holder(Scopes::NONE.with(Scope::Crawl));
        for query in [
            "{ __schema { types { name } } }",
            "{ x: __type(name: \"Entity\") { name } }",
            "{ ...A } fragment A on Query { __schema { types { name } } }",
            "mutation { __schema { types { name } } }",
        ] {
            assert_eq!(check(&crawler, query).as_deref(), Some("FORBIDDEN -"), "{query}");
            assert_eq!(check(&holder(Scopes::NONE.with(Scope::Read)), query), None, "{query}");
        }
        assert_eq!(check(&crawler, "{ __typename }"), None);
    }

    #[test]
    fn whoever_sent_no_token_is_asked_for_one() {
        let stranger = Caller::new(Identity::Anonymous, Scopes::NONE);
        assert_eq!(check(&stranger, "{ catalog { revision } }").as_deref(), Some("UNAUTHENTICATED read"));
    }

    #[test]
    fn only_the_operation_that_is_run_wants_scopes() {
        let document =
            parse_query("query A { catalog { revision } } mutation B { startReview }").expect("GraphQL");
        let reader = holder(Scopes::NONE.with(Scope::Read));
        let check = |name| check_scopes(&document, name, &reader, true).map_err(|refusal| refusal.scope);
        assert_eq!(check(Some("A")), Ok(()));
        for name in [Some("B"), Some("C"), None] {
            assert_eq!(check(name), Err(Some(Scope::Review)), "{name:?}");
        }
        assert_eq!(mutation_fields(&document, Some("B")), ["startReview"]);
        assert!(mutation_fields(&document, Some("A")).is_empty());
    }
}
