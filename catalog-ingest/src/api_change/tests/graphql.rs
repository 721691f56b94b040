//! The schema definition language of GraphQL.

use expect_test::{Expect, expect};

use super::{Files, check, read};
use crate::{api_change::read_definition, limits::DefinitionLimits};

const ORDERS: &str = r#""""The shop."""
schema { query: Query mutation: Changes }

directive @key(fields: String!) repeatable on OBJECT | INTERFACE

type Query {
  "One order."
  order(id: ID!, deep: Boolean = false): Order
  orders(first: Int): [Order!]!
  node(id: ID!): Node
}

type Changes { place(order: NewOrder!): Order! }

interface Node { id: ID! }

type Order implements Node @key(fields: "id") {
  id: ID!
  total: Float!
  state: State
  items(first: Int = 10): [Item!]!
}

type Item implements Node { id: ID!, name: String }

input NewOrder { total: Float!, note: String, state: State = OPEN }

enum State { OPEN PAID }
union Found = Order | Item
extend type Query { find(text: String!): [Found!]! }
type Unused { a: Int }
"#;

fn check_replaced(from: &str, to: &str, expected: &Expect) {
    assert!(ORDERS.contains(from), "{from}");
    check("schema.graphql", ORDERS, &ORDERS.replacen(from, to, 1), expected);
}

#[test]
fn a_removed_operation_breaks() {
    check_replaced(
        "  orders(first: Int): [Order!]!\n",
        "",
        &expect![[r#"
        0 breaking operation-removed - the operation `Query.orders` was removed
        removed Query.orders breaking 9:3 [0]
    "#]],
    );
    check_replaced(
        "place(",
        "buy(",
        &expect![[r#"
        0 breaking operation-removed - the operation `Mutation.place` was removed
        1 compatible operation-added 13:16 the operation `Mutation.buy` was added
        added Mutation.buy compatible 13:16 [1]
        removed Mutation.place breaking 13:16 [0]
    "#]],
    );
}

#[test]
fn a_required_argument_breaks_and_another_does_not() {
    check_replaced(
        "(first: Int):",
        "(first: Int, after: ID!):",
        &expect![[r#"
        0 breaking required-input-added 9:22 the required argument `after` was added to `Query.orders`
        changed Query.orders breaking 9:3 [0]
    "#]],
    );
    check_replaced(
        "(first: Int):",
        "(first: Int, after: ID! = 1):",
        &expect![[r#"
        0 compatible input-added 9:22 the optional argument `after` was added to `Query.orders`
        changed Query.orders compatible 9:3 [0]
    "#]],
    );
    check_replaced(
        "(first: Int):",
        "(first: Int!):",
        &expect![[r#"
        0 breaking nullability-changed 9:10 `Query.orders argument first` cannot be null any more, in what consumers send
        changed Query.orders breaking 9:3 [0]
    "#]],
    );
    check_replaced(
        "(first: Int):",
        "(last: Int):",
        &expect![[r#"
        0 breaking input-removed 9:3 the argument `first` was removed from `Query.orders`
        1 compatible input-added 9:10 the optional argument `last` was added to `Query.orders`
        changed Query.orders breaking 9:3 [0, 1]
    "#]],
    );
    check_replaced(
        "items(first: Int = 10)",
        "items(first: Int = 10, kind: String!)",
        &expect![[r#"
        0 breaking required-input-added 21:26 the required argument `Order.items(kind)` was added
        changed Mutation.place breaking 13:16 [0]
        changed Query.find breaking 30:21 [0]
        changed Query.node breaking 10:3 [0]
        changed Query.order breaking 8:3 [0]
        changed Query.orders breaking 9:3 [0]
    "#]],
    );
    check_replaced(
        "items(first: Int = 10)",
        "items",
        &expect![[r#"
        0 breaking input-removed 21:3 the argument `Order.items(first)` was removed
        changed Mutation.place breaking 13:16 [0]
        changed Query.find breaking 30:21 [0]
        changed Query.node breaking 10:3 [0]
        changed Query.order breaking 8:3 [0]
        changed Query.orders breaking 9:3 [0]
    "#]],
    );
}

#[test]
fn a_field_that_is_received_must_stay() {
    check_replaced(
        "  total: Float!\n",
        "",
        &expect![[r#"
            0 breaking field-removed 17:6 the field `Order.total` was removed
            changed Mutation.place breaking 13:16 [0]
            changed Query.find breaking 29:21 [0]
            changed Query.node breaking 10:3 [0]
            changed Query.order breaking 8:3 [0]
            changed Query.orders breaking 9:3 [0]
        "#]],
    );
    check_replaced(
        "  total: Float!\n",
        "  total: Float\n",
        &expect![[r#"
        0 breaking nullability-changed 19:3 `Order.total` can be null, in what consumers receive
        changed Mutation.place breaking 13:16 [0]
        changed Query.find breaking 30:21 [0]
        changed Query.node breaking 10:3 [0]
        changed Query.order breaking 8:3 [0]
        changed Query.orders breaking 9:3 [0]
    "#]],
    );
    check_replaced(
        "  total: Float!\n",
        "  total: Int!\n",
        &expect![[r#"
            0 breaking type-changed 19:3 `Order.total` was of type `Float` and is of type `Int` now
            changed Mutation.place breaking 13:16 [0]
            changed Query.find breaking 30:21 [0]
            changed Query.node breaking 10:3 [0]
            changed Query.order breaking 8:3 [0]
            changed Query.orders breaking 9:3 [0]
        "#]],
    );
    check_replaced(
        "  total: Float!\n",
        "  total: Float!\n  tax: Float!\n",
        &expect![[r#"
            0 compatible field-added 20:3 the field `Order.tax` was added
            changed Mutation.place compatible 13:16 [0]
            changed Query.find compatible 31:21 [0]
            changed Query.node compatible 10:3 [0]
            changed Query.order compatible 8:3 [0]
            changed Query.orders compatible 9:3 [0]
        "#]],
    );
    check_replaced(
        "[Order!]!",
        "[Order]!",
        &expect![[r#"
        0 breaking nullability-changed 9:3 `Query.orders result[]` can be null, in what consumers receive
        changed Query.orders breaking 9:3 [0]
    "#]],
    );
    check_replaced(
        "[Order!]!",
        "Order",
        &expect![[r#"
            0 breaking nullability-changed 9:3 `Query.orders result` can be null, in what consumers receive
            1 breaking type-changed 9:3 `Query.orders result` was a list and is an object now
            changed Query.orders breaking 9:3 [0, 1]
        "#]],
    );
}

#[test]
fn an_input_must_not_demand_more() {
    check_replaced(
        "note: String,",
        "note: String!,",
        &expect![[r#"
        0 breaking nullability-changed 26:33 `NewOrder.note` cannot be null any more, in what consumers send
        changed Mutation.place breaking 13:16 [0]
    "#]],
    );
    check_replaced(
        "note: String,",
        "note: String, currency: String!,",
        &expect![[r#"
            0 breaking required-field-added 26:47 the required field `NewOrder.currency` was added
            changed Mutation.place breaking 13:16 [0]
        "#]],
    );
    check_replaced(
        "note: String,",
        "note: String, currency: String,",
        &expect![[r#"
            0 compatible field-added 26:47 the field `NewOrder.currency` was added
            changed Mutation.place compatible 13:16 [0]
        "#]],
    );
    check_replaced(
        "note: String,",
        "",
        &expect![[r#"
            0 breaking field-removed 26:7 the field `NewOrder.note` was removed
            changed Mutation.place breaking 13:16 [0]
        "#]],
    );
    check_replaced(
        "State = OPEN",
        "State! = OPEN",
        &expect![[r#"
        0 breaking nullability-changed 26:47 `NewOrder.state` cannot be null any more, in what consumers send
        changed Mutation.place breaking 13:16 [0]
    "#]],
    );
}

#[test]
fn enums_unions_and_interfaces_must_keep_what_they_have() {
    check_replaced(
        "{ OPEN PAID }",
        "{ OPEN }",
        &expect![[r#"
            0 breaking enum-value-removed 28:6 the value `PAID` of `State` was removed
            changed Mutation.place breaking 13:16 [0]
            changed Query.find breaking 30:21 [0]
            changed Query.node breaking 10:3 [0]
            changed Query.order breaking 8:3 [0]
            changed Query.orders breaking 9:3 [0]
        "#]],
    );
    check_replaced(
        "{ OPEN PAID }",
        "{ OPEN PAID LOST }",
        &expect![[r#"
        0 risky enum-value-added 28:6 the value `LOST` of `State` was added, in what consumers receive
        1 compatible enum-value-added 28:6 the value `LOST` of `State` was added, in what consumers send
        changed Mutation.place risky 13:16 [0, 1]
        changed Query.find risky 30:21 [0]
        changed Query.node risky 10:3 [0]
        changed Query.order risky 8:3 [0]
        changed Query.orders risky 9:3 [0]
    "#]],
    );
    check_replaced(
        "Order | Item",
        "Order",
        &expect![[r#"
        0 breaking member-removed 29:7 `Found` is never `Item` any more, in what consumers receive
        changed Query.find breaking 30:21 [0]
    "#]],
    );
    check_replaced(
        "type Item implements Node",
        "type Item",
        &expect![[r#"
        0 breaking member-removed 15:11 `Node` is never `Item` any more, in what consumers receive
        changed Query.node breaking 10:3 [0]
    "#]],
    );
}

#[test]
fn types_that_no_operation_leads_to_count_for_other_files() {
    check_replaced(
        "type Unused { a: Int }",
        "",
        &expect![[r#"
        0 breaking type-removed - the type `Unused` was removed
    "#]],
    );
    check_replaced(
        "type Unused { a: Int }",
        "type Unused { b: Int! }",
        &expect![[r#"
            0 breaking field-removed 31:6 the field `Unused.a` was removed
            1 compatible field-added 31:15 the field `Unused.b` was added
        "#]],
    );
}

#[test]
fn what_is_said_for_people_is_no_change() {
    let after = ORDERS.replace("One order.", "An order.").replace("@key(fields: \"id\")", "@shareable");
    check("schema.graphql", ORDERS, &after, &expect![""]);
}

#[test]
fn a_type_that_moved_to_another_file_is_doubtful() {
    check_replaced(
        "enum State { OPEN PAID }\n",
        "",
        &expect![[r#"
            0 risky type-removed 0:0 the type `State` is not defined any more in the files that were read
            changed Mutation.place risky 13:16 [0]
            changed Query.find risky 29:21 [0]
            changed Query.node risky 10:3 [0]
            changed Query.order risky 8:3 [0]
            changed Query.orders risky 9:3 [0]
        "#]],
    );
}

#[test]
fn a_part_of_a_schema_is_one() {
    let before = "extend type Query @shareable { me: User }\nextend type User @key(fields: \"id\") { id: ID! @external }\n";
    check(
        "schema.graphql",
        before,
        &before.replace("me: User", "me: User @deprecated(reason: \"x\")"),
        &expect![[r#"
            0 compatible operation-deprecated 1:32 the operation `Query.me` is deprecated
            changed Query.me compatible 1:32 [0]
        "#]],
    );
    check(
        "schema.graphql",
        before,
        &before.replace("me:", "you:"),
        &expect![[r#"
        0 breaking operation-removed - the operation `Query.me` was removed
        1 compatible operation-added 1:32 the operation `Query.you` was added
        removed Query.me breaking 1:32 [0]
        added Query.you compatible 1:32 [1]
    "#]],
    );
}

#[test]
fn queries_are_no_definition() {
    for text in ["query A { a }", "# x\n\n{ a }", "fragment F on A { a }", "mutation { b }"] {
        let limits = DefinitionLimits::default();
        let definition = read_definition("a.graphql", text.as_bytes(), &Files::default(), &limits);
        assert!(definition.is_none(), "{text}");
    }
}

#[test]
fn our_own_schema_is_read_whole() {
    let text = include_str!("../../../../schema/catalog.graphql");
    let definition = read("catalog.graphql", text);
    assert_eq!(definition.diagnostics, []);
    assert!(definition.operations().any(|operation| operation == "Query.blastRadius"));
    let definitions = text.lines().filter(|line| line.starts_with("type ") || line.starts_with("input "));
    let objects = definition.shapes.iter().filter(|shape| {
        use crate::api_change::definition::Kind;
        matches!(shape.kind, Kind::Object(_)) && shape.place.position.line > 0
    });
    let roots = 3;
    assert_eq!(objects.count() + roots, definitions.count());
}
