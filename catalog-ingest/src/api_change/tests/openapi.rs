//! OpenAPI 3 and Swagger 2.

use expect_test::{Expect, expect};

use super::{Files, check, read, shown};
use crate::{
    api_change::{compare, read_definition},
    limits::DefinitionLimits,
};

const ORDERS: &str = r"openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
servers: [{url: https://orders.acme.example/v1}]
paths:
  /orders:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        '200':
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Order'}}
        '404': {description: none}
    post:
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/NewOrder'}
      responses: {'201': {description: made}}
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      responses:
        '200':
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
components:
  schemas:
    Order:
      type: object
      required: [id, total]
      properties:
        id: {type: string, format: uuid, readOnly: true}
        total: {type: number}
        state: {type: string, enum: [open, paid]}
        parent: {$ref: '#/components/schemas/Order'}
    NewOrder:
      type: object
      required: [total]
      properties:
        total: {type: number}
        state: {type: string, enum: [open, paid]}
        note: {type: string}
";

/// The change that replacing a part of the text makes.
fn check_replaced(from: &str, to: &str, expected: &Expect) {
    assert!(ORDERS.contains(from), "{from}");
    check("openapi.yaml", ORDERS, &ORDERS.replacen(from, to, 1), expected);
}

#[test]
fn a_removed_operation_breaks() {
    check_replaced(
        "  /orders/{id}:\n",
        "  /order/{id}:\n",
        &expect![[r#"
        0 breaking operation-removed - the operation `GET /orders/{id}` was removed
        1 compatible operation-added 25:7 the operation `GET /order/{id}` was added
        added GET /order/{id} compatible 25:7 [1]
        removed GET /orders/{id} breaking 25:7 [0]
    "#]],
    );
}

#[test]
fn the_name_of_a_path_parameter_does_not_matter() {
    let after = ORDERS.replace("{id}", "{order}").replace("name: id", "name: order");
    check("openapi.yaml", ORDERS, &after, &expect![""]);
}

#[test]
fn a_new_parameter_breaks_where_it_must_be_sent() {
    let limit = "- {name: limit, in: query, schema: {type: integer}}";
    check_replaced(
        limit,
        &format!("{limit}\n        - {{name: page, in: query, required: true}}"),
        &expect![[r#"
            0 breaking required-input-added 9:11 the required query parameter `page` was added to `GET /orders`
            changed GET /orders breaking 7:7 [0]
        "#]],
    );
    check_replaced(
        limit,
        &format!("{limit}\n        - {{name: page, in: query}}"),
        &expect![[r#"
        0 compatible input-added 9:11 the optional query parameter `page` was added to `GET /orders`
        changed GET /orders compatible 7:7 [0]
    "#]],
    );
    check_replaced(
        "limit, in: query,",
        "limit, in: query, required: true,",
        &expect![[r#"
        0 breaking input-required 8:11 the query parameter `limit` of `GET /orders` must be sent now
        changed GET /orders breaking 7:7 [0]
    "#]],
    );
    check_replaced(
        limit,
        "- {name: other, in: query}",
        &expect![[r#"
        0 risky input-removed 7:7 the query parameter `limit` was removed from `GET /orders`
        1 compatible input-added 8:11 the optional query parameter `other` was added to `GET /orders`
        changed GET /orders risky 7:7 [0, 1]
    "#]],
    );
}

#[test]
fn a_type_may_become_wider_where_it_is_sent() {
    check_replaced(
        "in: query, schema: {type: integer}",
        "in: query, schema: {type: number}",
        &expect![[r#"
        0 compatible type-changed 8:44 `GET /orders query parameter limit` was `integer` and is `number` now, in what consumers send
        changed GET /orders compatible 7:7 [0]
    "#]],
    );
    check_replaced(
        "in: query, schema: {type: integer}",
        "in: query, schema: {type: string}",
        &expect![[r#"
        0 breaking type-changed 8:44 `GET /orders query parameter limit` was `integer` and is `string` now, in what consumers send
        changed GET /orders breaking 7:7 [0]
    "#]],
    );
}

#[test]
fn a_field_that_is_received_must_stay() {
    check_replaced(
        "        total: {type: number}\n",
        "        sum: {type: number}\n",
        &expect![[r#"
        0 breaking field-removed 33:7 the field `Order.total` was removed, in what consumers receive
        1 compatible field-added 37:14 the field `Order.sum` was added, in what consumers receive
        changed GET /orders breaking 7:7 [0, 1]
        changed GET /orders/{id} breaking 25:7 [0, 1]
    "#]],
    );
    check_replaced(
        "required: [id, total]",
        "required: [id]",
        &expect![[r#"
        0 breaking field-optional 37:16 the field `Order.total` can be left out now, in what consumers receive
        changed GET /orders breaking 7:7 [0]
        changed GET /orders/{id} breaking 25:7 [0]
    "#]],
    );
    check_replaced(
        "required: [id, total]",
        "required: [id, total, state]",
        &expect![[r#"
        0 compatible field-required 38:16 the field `Order.state` must be there now, in what consumers receive
        changed GET /orders compatible 7:7 [0]
        changed GET /orders/{id} compatible 25:7 [0]
    "#]],
    );
    check_replaced(
        "total: {type: number}",
        "total: {type: number, nullable: true}",
        &expect![[r#"
        0 breaking nullability-changed 37:16 `Order.total` can be null, in what consumers receive
        changed GET /orders breaking 7:7 [0]
        changed GET /orders/{id} breaking 25:7 [0]
    "#]],
    );
    check_replaced(
        "total: {type: number}",
        "total: {type: string}",
        &expect![[r#"
        0 breaking type-changed 37:16 `Order.total` was `number` and is `string` now, in what consumers receive
        changed GET /orders breaking 7:7 [0]
        changed GET /orders/{id} breaking 25:7 [0]
    "#]],
    );
    check_replaced(
        "total: {type: number}",
        "total: {type: integer}",
        &expect![[r#"
        0 compatible type-changed 37:16 `Order.total` was `number` and is `integer` now, in what consumers receive
        changed GET /orders compatible 7:7 [0]
        changed GET /orders/{id} compatible 25:7 [0]
    "#]],
    );
    check_replaced(
        "format: uuid",
        "format: ulid",
        &expect![[r#"
        0 risky format-changed 36:13 the format of `Order.id` was `uuid` and is `ulid` now, in what consumers receive
        changed GET /orders risky 7:7 [0]
        changed GET /orders/{id} risky 25:7 [0]
    "#]],
    );
}

#[test]
fn a_field_that_is_sent_must_not_be_demanded() {
    check_replaced(
        "required: [total]",
        "required: [total, note]",
        &expect![[r#"
        0 breaking field-required 46:15 the field `NewOrder.note` must be there now, in what consumers send
        changed POST /orders breaking 16:7 [0]
    "#]],
    );
    check_replaced(
        "required: [total]",
        "required: []",
        &expect![[r#"
        0 compatible field-optional 44:16 the field `NewOrder.total` can be left out now, in what consumers send
        changed POST /orders compatible 16:7 [0]
    "#]],
    );
    check_replaced(
        "        note: {type: string}\n",
        "",
        &expect![[r#"
        0 risky field-removed 41:7 the field `NewOrder.note` was removed, in what consumers send
        changed POST /orders risky 16:7 [0]
    "#]],
    );
    check_replaced(
        "required: [total]\n      properties:",
        "required: [total, currency]\n      properties:\n        currency: {type: string}",
        &expect![[r#"
            0 breaking required-field-added 44:19 the required field `NewOrder.currency` was added, in what consumers send
            changed POST /orders breaking 16:7 [0]
        "#]],
    );
}

#[test]
fn a_value_of_an_enum_breaks_who_sends_it_and_surprises_who_receives_it() {
    let after = ORDERS.replace("[open, paid]", "[open]");
    check(
        "openapi.yaml",
        ORDERS,
        &after,
        &expect![[r#"
        0 breaking enum-value-removed 45:16 the value `paid` of `NewOrder.state` was removed, in what consumers send
        1 compatible enum-value-removed 38:16 the value `paid` of `Order.state` was removed, in what consumers receive
        changed GET /orders compatible 7:7 [1]
        changed GET /orders/{id} compatible 25:7 [1]
        changed POST /orders breaking 16:7 [0]
    "#]],
    );
    let after = ORDERS.replace("[open, paid]", "[open, paid, lost]");
    check(
        "openapi.yaml",
        ORDERS,
        &after,
        &expect![[r#"
        0 risky enum-value-added 38:16 the value `lost` of `Order.state` was added, in what consumers receive
        1 compatible enum-value-added 45:16 the value `lost` of `NewOrder.state` was added, in what consumers send
        changed GET /orders risky 7:7 [0]
        changed GET /orders/{id} risky 25:7 [0]
        changed POST /orders compatible 16:7 [1]
    "#]],
    );
    let after = ORDERS.replace("type: string, enum: [open, paid]", "type: string");
    check(
        "openapi.yaml",
        ORDERS,
        &after,
        &expect![[r#"
        0 risky type-changed 38:16 `Order.state` is not one of a list of values any more, in what consumers receive
        1 compatible type-changed 45:16 `NewOrder.state` is not one of a list of values any more, in what consumers send
        changed GET /orders risky 7:7 [0]
        changed GET /orders/{id} risky 25:7 [0]
        changed POST /orders compatible 16:7 [1]
    "#]],
    );
}

#[test]
fn a_response_that_succeeds_is_missed() {
    check_replaced(
        "'201': {description: made}",
        "'202': {description: taken}",
        &expect![[r#"
        0 breaking output-removed 16:7 the response 201 was removed from `POST /orders`
        1 compatible output-added 20:26 the response 202 was added to `POST /orders`
        changed POST /orders breaking 16:7 [0, 1]
    "#]],
    );
    check_replaced(
        "        '404': {description: none}\n",
        "",
        &expect![[r#"
        0 compatible output-removed 7:7 the response 404 was removed from `GET /orders`
        changed GET /orders compatible 7:7 [0]
    "#]],
    );
    check_replaced(
        "            application/json:\n              schema: {type: array",
        "            text/csv:\n              schema: {type: array",
        &expect![[r#"
            0 breaking output-removed 7:7 the response 200 `application/json` was removed from `GET /orders`
            1 compatible output-added 13:15 the response 200 `text/csv` was added to `GET /orders`
            changed GET /orders breaking 7:7 [0, 1]
        "#]],
    );
}

#[test]
fn a_body_breaks_where_it_is_demanded_or_refused() {
    check_replaced(
        "      requestBody:\n",
        "      requestBody:\n        required: true\n",
        &expect![[r#"
        0 breaking input-required 17:9 the request body of `POST /orders` must be sent now
        changed POST /orders breaking 16:7 [0]
    "#]],
    );
    let from = "application/json:\n            schema: {$ref: '#/components/schemas/NewOrder'}";
    check_replaced(
        from,
        "application/xml:\n            schema: {$ref: '#/components/schemas/NewOrder'}",
        &expect![[r#"
            0 breaking input-removed 16:7 the request body `application/json` was removed from `POST /orders`
            1 compatible input-added 19:13 the optional request body `application/xml` was added to `POST /orders`
            changed POST /orders breaking 16:7 [0, 1]
        "#]],
    );
}

#[test]
fn what_is_said_for_people_is_no_change() {
    let after = ORDERS
        .replace("title: Orders, version: 1.0.0", "title: The orders, version: 2.0.0, description: new")
        .replace("'404': {description: none}", "'404': {description: nothing}")
        .replace("NewOrder", "OrderToBe");
    check("openapi.yaml", ORDERS, &after, &expect![""]);
}

#[test]
fn deprecation_and_addresses_are_told() {
    check_replaced(
        "    post:\n",
        "    post:\n      deprecated: true\n",
        &expect![[r#"
        0 compatible operation-deprecated 16:7 the operation `POST /orders` is deprecated
        changed POST /orders compatible 16:7 [0]
    "#]],
    );
    check_replaced(
        "example/v1",
        "example/v2",
        &expect![[r#"
        0 risky address-removed 0:0 `https://orders.acme.example/v1` is no address of the interface any more
    "#]],
    );
}

#[test]
fn json_and_swagger_2_are_read_alike() {
    let before = r##"{
	"swagger": "2.0", "basePath": "/v1",
	"paths": {
		"/a": {"post": {
			"parameters": [{"in": "body", "name": "b", "schema": {"$ref": "#/definitions/B"}},
				{"in": "query", "name": "q", "type": "string", "enum": ["x", "\ud83d\ude00"]}],
			"responses": {"200": {"schema": {"$ref": "#/definitions/B"}}}
		}}
	},
	"definitions": {"B": {"type": "object", "properties": {"c": {"type": "string", "description": "a\/b"}}}}
}"##;
    let after = before.replace("\"c\"", "\"d\"").replace("[\"x\",", "[");
    check(
        "swagger.json",
        before,
        &after,
        &expect![[r#"
        0 breaking field-removed 10:23 the field `B.c` was removed, in what consumers receive
        1 breaking enum-value-removed 6:5 the value `x` of `POST /a query parameter q` was removed, in what consumers send
        2 risky field-removed 10:23 the field `B.c` was removed, in what consumers send
        3 compatible field-added 10:62 the field `B.d` was added, in what consumers receive
        4 compatible field-added 10:62 the field `B.d` was added, in what consumers send
        changed POST /a breaking 4:18 [0, 1, 2, 3, 4]
    "#]],
    );
}

#[test]
fn composed_schemas_are_one() {
    let text = |animal: &str| {
        format!(
            "openapi: 3.1.0
paths:
  /a:
    get:
      responses:
        '200':
          content:
            application/json:
              schema:
                allOf:
                  - {{$ref: '#/components/schemas/Base'}}
                  - {{type: object, properties: {{pet: {{$ref: '#/components/schemas/Pet'}}}}}}
components:
  schemas:
    Base: {{type: object, properties: {{id: {{type: [string, 'null']}}}}}}
    Pet: {{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/{animal}'}}]}}
    Cat: {{type: object, properties: {{purrs: {{type: boolean}}}}}}
    Dog: {{type: object, properties: {{barks: {{type: boolean}}}}}}
    Owl: {{type: object, additionalProperties: {{type: string}}}}
"
        )
    };
    check(
        "openapi.yaml",
        &text("Dog"),
        &text("Owl"),
        &expect![[r#"
        0 risky member-added 16:10 `Pet` can also be `Owl`, in what consumers receive
        1 compatible member-removed 16:10 `Pet` is never `Dog` any more, in what consumers receive
        changed GET /a risky 5:7 [0, 1]
    "#]],
    );
    check(
        "openapi.yaml",
        &text("Dog"),
        &text("Dog").replace("[string, 'null']", "string"),
        &expect![[r#"
        0 compatible nullability-changed 15:43 `GET /a response 200 application/json.id` cannot be null any more, in what consumers receive
        changed GET /a compatible 5:7 [0]
    "#]],
    );
    check(
        "openapi.yaml",
        &text("Dog"),
        &text("Dog").replace("purrs: {type: boolean}", "{}"),
        &expect![[r#"
        0 breaking field-removed 17:10 the field `Cat.purrs` was removed, in what consumers receive
        changed GET /a breaking 5:7 [0]
    "#]],
    );
}

#[test]
fn what_another_file_says_is_followed() {
    let text = "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          content:\n            application/json: {schema: {$ref: 'parts/order.yaml#/Order'}}\n";
    let of = |order: &'static str| {
        let files = Files([("api/parts/order.yaml", order)].into());
        let limits = DefinitionLimits::default();
        read_definition("api/openapi.yaml", text.as_bytes(), &files, &limits).expect("it is a definition")
    };
    let before = of("Order: {type: object, properties: {a: {$ref: '#/Amount'}}}\nAmount: {type: number}\n");
    let after = of("Order: {type: object, properties: {a: {$ref: '#/Amount'}}}\nAmount: {type: string}\n");
    assert_eq!(before.files, ["api/openapi.yaml".into(), "api/parts/order.yaml".into()]);
    let change = compare(&before, &after, &DefinitionLimits::default());
    expect![[r#"
        0 breaking type-changed 2:9 `Amount` was `number` and is `string` now, in what consumers receive
        changed GET /a breaking 5:7 [0]
    "#]]
    .assert_eq(&shown(&change));
    assert_eq!(change.changes[0].place.as_ref().map(|place| &*place.path), Some("api/parts/order.yaml"));
    let gone = read("api/openapi.yaml", text);
    expect![[r#"
        unknown definition-reference api/openapi.yaml:8 the reference `parts/order.yaml#/Order` leads to nothing that could be read
    "#]].assert_eq(&shown(&compare(&before, &gone, &DefinitionLimits::default())));
}
