//! Fields of the root that are asked for under several names: each is answered once, and handed out to all.

use async_graphql::{
    Name, PathSegment, Positioned, Response, ServerError, Value,
    indexmap::IndexMap,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationType, Selection,
        SelectionSet,
    },
};

use super::{budget::AnswerBudget, operation::operation_meant};

/// A query that asks for the same more than once, as one that asks for it once.
#[derive(Debug)]
pub(super) struct SameFields {
    /// The query with the first only of fields that are the same but for their names.
    pub(super) once: ExecutableDocument,
    /// The keys of the whole answer in their order, each with the key that has its value in the answer to `once`.
    keys: Vec<(Name, Name)>,
}

impl SameFields {
    /// Of a query in which no key comes from two places. `None` where no two fields of its root are the same, and
    /// where that is not looked for: among several operations, beside fragments at the root, and in what is no
    /// query. O(fields of the root²).
    pub(super) fn of(document: &ExecutableDocument) -> Option<Self> {
        let operation = operation_meant(document, None)?;
        if operation.ty != OperationType::Query {
            return None;
        }
        let mut firsts: Vec<&Field> = Vec::new();
        let mut keys = Vec::new();
        for item in &operation.selection_set.node.items {
            let Selection::Field(Positioned { node: field, .. }) = &item.node else { return None };
            let first = firsts.iter().copied().find(|first| is_same_field(first, field));
            if first.is_none() {
                firsts.push(field);
            }
            keys.push((key_of(field), key_of(first.unwrap_or(field))));
        }
        if firsts.len() == keys.len() {
            return None;
        }
        let mut once = document.clone();
        let operation = match &mut once.operations {
            DocumentOperations::Single(operation) => Some(operation),
            DocumentOperations::Multiple(operations) => operations.values_mut().next(),
        };
        let mut is_first = keys.iter().map(|(key, found_under)| key == found_under);
        operation?.node.selection_set.node.items.retain(|_| is_first.next().unwrap_or(true));
        Some(Self { once, keys })
    }

    /// Makes the answer to `once` the answer to the whole query. What is handed out again counts towards the size
    /// of the answer; of further errors there are no more than `errors_max`.
    pub(super) fn hand_out(&self, response: &mut Response, budget: &AnswerBudget, errors_max: usize) {
        let Value::Object(answered) = &mut response.data else { return };
        let mut whole = IndexMap::with_capacity(self.keys.len());
        for (key, found_under) in &self.keys {
            // What `@skip` leaves out has no value.
            let Some(value) = answered.get(found_under) else { continue };
            if key != found_under {
                budget.take(key.len() as u64 + 4 + byte_len(value));
            }
            if budget.spent().is_none() {
                whole.insert(key.clone(), value.clone());
            }
        }
        *answered = whole;
        let of_others = response.errors.iter().flat_map(|error| self.of_others(error));
        let of_others: Vec<ServerError> = of_others.take(errors_max).collect();
        response.errors.extend(of_others);
    }

    /// An error of a field as that of those that have their value from it.
    fn of_others<'a>(&'a self, error: &'a ServerError) -> impl Iterator<Item = ServerError> + 'a {
        let others = self.keys.iter().filter(move |(key, found_under)| {
            let at = error.path.first();
            key != found_under && matches!(at, Some(PathSegment::Field(at)) if at == found_under.as_str())
        });
        others.map(|(key, _)| {
            let mut path = error.path.clone();
            path[0] = PathSegment::Field(key.to_string());
            ServerError { path, ..error.clone() }
        })
    }
}

fn key_of(field: &Field) -> Name {
    field.response_key().node.clone()
}

/// Whether two fields are the same but for their own names: arguments and directives as they are written, and
/// everything below.
fn is_same_field(one: &Field, other: &Field) -> bool {
    one.name == other.name
        && one.arguments == other.arguments
        && are_same_directives(&one.directives, &other.directives)
        && is_same_set(&one.selection_set.node, &other.selection_set.node)
}

fn is_same_set(one: &SelectionSet, other: &SelectionSet) -> bool {
    let mut pairs = one.items.iter().zip(&other.items);
    one.items.len() == other.items.len()
        && pairs.all(|(one, other)| match (&one.node, &other.node) {
            (Selection::Field(one), Selection::Field(other)) => {
                one.node.response_key() == other.node.response_key() && is_same_field(&one.node, &other.node)
            }
            (Selection::FragmentSpread(one), Selection::FragmentSpread(other)) => {
                one.node.fragment_name == other.node.fragment_name
                    && are_same_directives(&one.node.directives, &other.node.directives)
            }
            (Selection::InlineFragment(one), Selection::InlineFragment(other)) => {
                let type_of =
                    |of: &InlineFragment| of.type_condition.as_ref().map(|of| of.node.on.node.clone());
                type_of(&one.node) == type_of(&other.node)
                    && are_same_directives(&one.node.directives, &other.node.directives)
                    && is_same_set(&one.node.selection_set.node, &other.node.selection_set.node)
            }
            _ => false,
        })
}

fn are_same_directives(one: &[Positioned<Directive>], other: &[Positioned<Directive>]) -> bool {
    let mut pairs = one.iter().zip(other);
    one.len() == other.len()
        && pairs.all(|(one, other)| {
            one.node.name == other.node.name && one.node.arguments == other.node.arguments
        })
}

/// About as many bytes as a value takes in JSON.
fn byte_len(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| key.len() as u64 + 4 + byte_len(value)).sum()
        }
        Value::List(items) => items.iter().map(|item| 1 + byte_len(item)).sum(),
        Value::String(text) => text.len() as u64 + 2,
        Value::Binary(written) => written.len() as u64,
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Enum(_) => 4,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    /// The keys that are run of a query, where some have their value from others.
    fn run(query: &str) -> Option<String> {
        let same = SameFields::of(&parse_query(query).expect("a query"))?;
        let (_, operation) = same.once.operations.iter().next().expect("an operation");
        let keys = operation.node.selection_set.node.items.iter().map(|item| match &item.node {
            Selection::Field(field) => key_of(&field.node).to_string(),
            _ => "...".to_owned(),
        });
        Some(keys.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_is_asked_twice_is_run_once() {
        let check =
            |query: &str, expected: Option<&str>| assert_eq!(run(query).as_deref(), expected, "{query}");
        check("{ a b: a c }", Some("a c"));
        check("query Q($x: Int) { b: a(n: $x) { c } c: a(n: $x) { c } d: a(n: 1) { c } }", Some("b d"));
        check(
            "{ x: a { ...F ... on T { c } } y: a { ...F ... on T { c } } } fragment F on T { b }",
            Some("x"),
        );
        check("{ x: a @skip(if: true) y: a @skip(if: true) }", Some("x"));
        check("{ a b }", None);
        check("{ x: a(n: 1) y: a(n: 2) }", None);
        check("{ x: a @skip(if: true) y: a }", None);
        check("{ x: a { b } y: a { c } }", None);
        check("{ x: a { b } y: a { c: b } }", None);
        check("{ x: a { ... on T { b } } y: a { ... on U { b } } }", None);
        check("{ x: a { ...F } y: a { ...G } } fragment F on T { b } fragment G on T { c }", None);
        check("mutation { x: a y: a }", None);
        check("subscription { x: a y: a }", None);
        check("{ x: a y: a ...F } fragment F on Query { b }", None);
        check("query A { x: a y: a } query B { b }", None);
    }

    #[test]
    fn keys_are_in_the_order_of_the_query() {
        let document =
            parse_query("{ z: a y: b x: a w: a @skip(if: true) v: a @skip(if: true) }").expect("a query");
        let same = SameFields::of(&document).expect("some are the same");
        let answered = [("z", 1), ("y", 2)].map(|(key, value)| (Name::new(key), Value::from(value)));
        let mut response = Response::new(Value::Object(answered.into_iter().collect()));
        same.hand_out(&mut response, &AnswerBudget::new(1_000), 20);
        assert_eq!(response.data.to_string(), "{z: 1, y: 2, x: 1}");
    }
}
