//! How large a parsed query is once all its fragments are put in their places, without putting them there.
//!
//! Each fragment is measured once, after those that it uses, and its size is added wherever it is
//! used: a chain of fragments that each double the one before it costs as much to measure as to write.
//! Numbers stop at their greatest value instead of overflowing. O(query).

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet},
};

use super::cost_table::{CostTable, FieldCount, NAMING_ARGUMENTS};
use crate::graphql::{ErrorCode, GraphqlLimits, Refusal};

/// How many objects a list without a bound is taken to hold.
const LIST_LENGTH: u64 = 5;
/// The cost of an object, in tenths of what the limit counts.
const OBJECT_TENTHS: u64 = 10;
/// The cost of a field that writes, beside what it leads to: the store is written and read again.
const WRITE_TENTHS: u64 = 5_000;
/// The type whose fields write.
const MUTATION: &str = "Mutation";
/// The cost of a field that builds a graph of its own, beside what it leads to.
const BUILD_TENTHS: u64 = 40_000;
/// The cost of a question that is put to the whole graph however little of the answer is shown.
const SWEEP_TENTHS: u64 = 1_000;
/// The fields of the root that put such questions.
const SWEEPS: [&str; 17] = [
    "availability",
    "availabilityArithmetic",
    "blastRadius",
    "dataClasses",
    "dataReach",
    "declaredJourney",
    "diagnostics",
    "entities",
    "impact",
    "journey",
    "journeyBehind",
    "journeys",
    "ownershipCensus",
    "ownershipGaps",
    "rank",
    "readiness",
    "rollout",
];
/// The cost of a plain value.
const VALUE_TENTHS: u64 = 1;
/// The fields of the introspection types that lead to lists.
const INTROSPECTION_LISTS: [&str; 8] =
    ["types", "directives", "fields", "inputFields", "args", "enumValues", "interfaces", "possibleTypes"];

/// The size of a query or of a part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct QuerySize {
    pub(super) selections: u64,
    pub(super) aliases: u64,
    pub(super) directives: u64,
    pub(super) depth: u64,
    pub(super) introspection_depth: u64,
    pub(super) introspection_lists: u64,
    pub(super) cost_tenths: u64,
}

impl QuerySize {
    /// Adds what stands beside it.
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
        self.cost_tenths = self.cost_tenths.saturating_add(other.cost_tenths);
    }
}

/// What a selection set stands in.
#[derive(Clone, Copy)]
enum Parent<'a> {
    /// An object of this type.
    Type(&'a str),
    /// One of the types that describe the schema.
    Introspection,
    /// Nothing that the schema knows; the library will refuse it.
    Unknown,
}

impl<'a> Parent<'a> {
    fn named(name: &'a str) -> Self {
        if name.starts_with("__") { Self::Introspection } else { Self::Type(name) }
    }
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    table: &'a CostTable,
    limits: &'a GraphqlLimits,
    fragments: HashMap<&'a Name, QuerySize>,
}

/// Measures all operations of a query together; refuses a fragment that contains itself.
pub(super) fn measure(
    document: &ExecutableDocument,
    variables: &Variables,
    table: &CostTable,
    limits: &GraphqlLimits,
) -> Result<QuerySize, Refusal> {
    let mut measure = Measure { document, variables, table, limits, fragments: HashMap::new() };
    for name in innermost_first(document)? {
        let fragment = &document.fragments[name].node;
        let parent = Parent::named(&fragment.type_condition.node.on.node);
        let mut size = measure.selection_set(&fragment.selection_set.node, parent);
        size.directives = size.directives.saturating_add(fragment.directives.len() as u64);
        measure.fragments.insert(name, size);
    }
    let mut total = QuerySize::default();
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let root = match operation.ty {
            OperationType::Mutation => MUTATION,
            OperationType::Query => "Query",
            OperationType::Subscription => "Subscription",
        };
        total.add(measure.selection_set(&operation.selection_set.node, Parent::Type(root)));
        let on_variables: usize =
            operation.variable_definitions.iter().map(|variable| variable.node.directives.len()).sum();
        let directives = (operation.directives.len() + on_variables) as u64;
        total.directives = total.directives.saturating_add(directives);
    }
    Ok(total)
}

impl<'a> Measure<'a> {
    /// Goes down into a selection set by recursion: the lexer has bounded the open brackets.
    fn selection_set(&self, set: &'a SelectionSet, parent: Parent<'_>) -> QuerySize {
        let mut total = QuerySize::default();
        for selection in &set.items {
            let directives = selection.node.directives().len() as u64;
            total.directives = total.directives.saturating_add(directives);
            total.add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent),
                Selection::FragmentSpread(spread) => {
                    self.fragments.get(&spread.node.fragment_name.node).copied().unwrap_or_default()
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let inner = condition.map_or(parent, |condition| Parent::named(&condition.node.on.node));
                    self.selection_set(&fragment.node.selection_set.node, inner)
                }
            });
        }
        total
    }

    fn field(&self, field: &'a Field, parent: Parent<'_>) -> QuerySize {
        let name = field.name.node.as_str();
        let is_object = !field.selection_set.node.items.is_empty();
        let shape = match parent {
            Parent::Type(type_name) => self.table.field(type_name, name),
            Parent::Introspection | Parent::Unknown => None,
        };
        let below = match (parent, shape) {
            (Parent::Introspection, _) => Parent::Introspection,
            (_, Some(shape)) => Parent::Type(&shape.type_name),
            _ if name == "__schema" || name == "__type" => Parent::Introspection,
            _ => Parent::Unknown,
        };
        let mut size = self.selection_set(&field.selection_set.node, below);
        let is_introspection_list =
            matches!(parent, Parent::Introspection) && INTROSPECTION_LISTS.contains(&name);
        let (count, factor) = match shape.map(|shape| shape.count) {
            Some(FieldCount::One | FieldCount::Rows) => (1, 1),
            Some(FieldCount::List) => (LIST_LENGTH, LIST_LENGTH),
            // The page is one object; its rows are many.
            Some(FieldCount::Page) => (1, self.page_rows(field)),
            Some(FieldCount::Named) => (1, self.names(field)),
            None if is_introspection_list => (LIST_LENGTH, LIST_LENGTH),
            None => (1, 1),
        };
        let own = if is_object { OBJECT_TENTHS } else { VALUE_TENTHS };
        size.cost_tenths = size.cost_tenths.saturating_mul(factor).saturating_add(own.saturating_mul(count));
        if let Parent::Type(type_name) = parent {
            size.cost_tenths = size.cost_tenths.saturating_add(work_tenths(type_name, name, is_object));
        }
        size.selections = size.selections.saturating_add(1);
        size.aliases = size.aliases.saturating_add(u64::from(field.alias.is_some()));
        if matches!(parent, Parent::Introspection) {
            size.introspection_depth = size.introspection_depth.saturating_add(1);
            size.introspection_lists =
                size.introspection_lists.saturating_add(u64::from(is_introspection_list));
        } else {
            size.depth = size.depth.saturating_add(1);
        }
        size
    }

    /// The rows of a page: what `first` or `last` says, literally or by a variable.
    fn page_rows(&self, field: &Field) -> u64 {
        let said = ["first", "last"]
            .into_iter()
            .filter_map(|argument| field.get_argument(argument))
            .filter_map(|value| value.node.clone().into_const_with(|name| self.variable(&name)).ok())
            .filter_map(|value| as_count(&value))
            .max();
        said.unwrap_or(self.limits.page_rows_default as u64).max(1)
    }

    /// How many things the arguments of a field name, literally or by a variable.
    fn names(&self, field: &Field) -> u64 {
        let said = NAMING_ARGUMENTS
            .into_iter()
            .filter_map(|argument| field.get_argument(argument))
            .filter_map(|value| value.node.clone().into_const_with(|name| self.list(&name)).ok())
            .map(|value| if let Value::List(items) = value { items.len() as u64 } else { 1 })
            .max();
        said.unwrap_or(1).max(1)
    }

    /// What a variable stands for where it is a list: what the request sends, else the longest default.
    fn list(&self, name: &Name) -> Result<Value, std::convert::Infallible> {
        if let Some(sent) = self.variables.get(name) {
            return Ok(sent.clone());
        }
        let definitions =
            self.document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
        let defaults = definitions
            .filter(|definition| definition.node.name.node == *name)
            .filter_map(|definition| Some(definition.node.default_value.as_ref()?.node.clone()));
        let length = |value: &Value| if let Value::List(items) = value { items.len() } else { 1 };
        Ok(defaults.max_by_key(length).unwrap_or(Value::Null))
    }

    /// What a variable stands for: what the request sends, else the greatest default that an
    /// operation gives to it.
    fn variable(&self, name: &Name) -> Result<Value, std::convert::Infallible> {
        if let Some(sent) = self.variables.get(name) {
            return Ok(sent.clone());
        }
        let definitions =
            self.document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
        let defaults = definitions
            .filter(|definition| definition.node.name.node == *name)
            .filter_map(|definition| as_count(&definition.node.default_value.as_ref()?.node));
        Ok(defaults.max().map_or(Value::Null, Value::from))
    }
}

/// What a field costs beside what it leads to.
fn work_tenths(type_name: &str, field: &str, is_object: bool) -> u64 {
    match type_name {
        MUTATION => WRITE_TENTHS,
        "Query" if field == "check" => BUILD_TENTHS,
        "Query" if SWEEPS.contains(&field) => SWEEP_TENTHS,
        // Each field of it is a question of its own.
        "Structure" if is_object => SWEEP_TENTHS,
        // A policy may ask anything of an entity and its neighbours.
        "Entity" if field == "readiness" => SWEEP_TENTHS,
        _ => 0,
    }
}

fn as_count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

/// The fragments, each after those that it uses.
pub(super) fn innermost_first(document: &ExecutableDocument) -> Result<Vec<&Name>, Refusal> {
    let uses: HashMap<&Name, HashSet<&Name>> = document
        .fragments
        .iter()
        .map(|(name, fragment)| (name, spreads_of(&fragment.node.selection_set.node, document)))
        .collect();
    let mut order: Vec<&Name> = Vec::with_capacity(uses.len());
    let mut done: HashSet<&Name> = HashSet::new();
    // At most as many rounds as there are fragments, whose number is bounded.
    loop {
        let mut ready: Vec<&Name> = uses
            .iter()
            .filter(|(name, used)| !done.contains(*name) && used.iter().all(|used| done.contains(used)))
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            break;
        }
        ready.sort_unstable();
        done.extend(ready.iter().copied());
        order.append(&mut ready);
    }
    let stuck = uses.keys().filter(|name| !done.contains(*name)).min();
    match stuck {
        None => Ok(order),
        Some(name) => {
            let position = document.fragments[*name].pos;
            let message = format!("fragment `{name}` contains itself, or one that does");
            Err(Refusal::new(ErrorCode::FragmentCycle, message).at(position.line, position.column))
        }
    }
}

/// The fragments that a selection set uses, those of its inner sets included.
fn spreads_of<'a>(set: &'a SelectionSet, document: &'a ExecutableDocument) -> HashSet<&'a Name> {
    let mut found = HashSet::new();
    let mut open = vec![set];
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    // A fragment that is not there is for the library to refuse.
                    if document.fragments.contains_key(name) {
                        found.insert(name);
                    }
                }
            }
        }
    }
    found
}
