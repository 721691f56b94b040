//! Protocol buffers.

use expect_test::{Expect, expect};

use super::{Files, check, shown};
use crate::{
    api_change::{compare, read_definition},
    limits::DefinitionLimits,
};

const ORDERS: &str = r#"// The orders.
syntax = "proto3";
package orders.v1;

import "google/protobuf/timestamp.proto";
option (acme.owner) = { team: "orders" names: ["a", "b"] };

service Orders {
  option deprecated = false;
  rpc GetOrder(GetOrderRequest) returns (Order);
  rpc WatchOrders(GetOrderRequest) returns (stream .orders.v1.Order) {
    option (google.api.http) = { get: "/v1/{id}" additional_bindings { get: "/x" } };
  }
}

message GetOrderRequest {
  string id = 1;
}

message Order {
  reserved 9, 20 to max;
  reserved "old";
  message Item {
    string name = 1 [json_name = "n", deprecated = true];
    int32 count = 2;
  }
  enum State {
    option allow_alias = true;
    STATE_UNSPECIFIED = 0;
    OPEN = 1;
    PAID = 2 [(x) = "y"];
  }
  string id = 1;
  repeated Item items = 2;
  State state = 3;
  map<string, int64> amounts = 4;
  oneof paid_with {
    string card = 5;
    bytes voucher = 6;
  }
  google.protobuf.Timestamp at = 7;
  optional uint32 stream = 8;
}
"#;

fn check_replaced(from: &str, to: &str, expected: &Expect) {
    assert!(ORDERS.contains(from), "{from}");
    check("orders.proto", ORDERS, &ORDERS.replacen(from, to, 1), expected);
}

#[test]
fn a_removed_method_breaks() {
    check_replaced(
        "  rpc GetOrder(GetOrderRequest) returns (Order);\n",
        "",
        &expect![[r#"
        0 breaking operation-removed - the operation `orders.v1.Orders/GetOrder` was removed
        removed orders.v1.Orders/GetOrder breaking 10:7 [0]
    "#]],
    );
    check_replaced(
        "package orders.v1;",
        "package orders.v2;",
        &expect![[r#"
            0 breaking type-removed - the type `orders.v1.GetOrderRequest` was removed
            1 breaking type-removed - the type `orders.v1.Order` was removed
            2 breaking operation-removed - the operation `orders.v1.Orders/GetOrder` was removed
            3 breaking operation-removed - the operation `orders.v1.Orders/WatchOrders` was removed
            4 compatible operation-added 10:7 the operation `orders.v2.Orders/GetOrder` was added
            5 compatible operation-added 11:7 the operation `orders.v2.Orders/WatchOrders` was added
            removed orders.v1.Orders/GetOrder breaking 10:7 [2]
            removed orders.v1.Orders/WatchOrders breaking 11:7 [3]
            added orders.v2.Orders/GetOrder compatible 10:7 [4]
            added orders.v2.Orders/WatchOrders compatible 11:7 [5]
        "#]],
    );
    check_replaced(
        "returns (stream .orders",
        "returns (.orders",
        &expect![[r#"
        0 breaking streaming-changed 11:7 the response of `orders.v1.Orders/WatchOrders` is one message now
        changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
    "#]],
    );
}

#[test]
fn a_field_is_its_number() {
    check_replaced(
        "  string id = 1;\n  repeated",
        "  repeated",
        &expect![[r#"
            0 breaking field-removed 20:9 the field `orders.v1.Order.id` was removed
            changed orders.v1.Orders/GetOrder breaking 10:7 [0]
            changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
        "#]],
    );
    check_replaced(
        "State state = 3;",
        "State state = 10;",
        &expect![[r#"
        0 breaking field-number-changed 35:9 the field `orders.v1.Order.state` had the number 3 and has 10 now
        changed orders.v1.Orders/GetOrder breaking 10:7 [0]
        changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
    "#]],
    );
    check_replaced(
        "State state = 3;",
        "string note = 3;",
        &expect![[r#"
        0 breaking field-number-reused 35:10 the number 3 of the field `orders.v1.Order.state` is that of `note` now
        changed orders.v1.Orders/GetOrder breaking 10:7 [0]
        changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
    "#]],
    );
    check_replaced(
        "State state = 3;",
        "State status = 3;",
        &expect![[r#"
        0 risky field-renamed 35:9 the field `orders.v1.Order.state` is called `status` now, under the same number
        changed orders.v1.Orders/GetOrder risky 10:7 [0]
        changed orders.v1.Orders/WatchOrders risky 11:7 [0]
    "#]],
    );
    check_replaced(
        "int32 count = 2;",
        "int32 count = 2; int32 more = 3;",
        &expect![[r#"
            0 compatible field-added 25:28 the field `orders.v1.Order.Item.more` was added
            changed orders.v1.Orders/GetOrder compatible 10:7 [0]
            changed orders.v1.Orders/WatchOrders compatible 11:7 [0]
        "#]],
    );
    check_replaced(
        "string card = 5;\n    bytes voucher = 6;",
        "string card = 6;\n    bytes voucher = 5;",
        &expect![[r#"
            0 breaking field-number-reused 39:11 the number 5 of the field `orders.v1.Order.card` is that of `voucher` now
            1 breaking field-number-changed 38:12 the field `orders.v1.Order.card` had the number 5 and has 6 now
            2 breaking field-number-reused 38:12 the number 6 of the field `orders.v1.Order.voucher` is that of `card` now
            3 breaking field-number-changed 39:11 the field `orders.v1.Order.voucher` had the number 6 and has 5 now
            changed orders.v1.Orders/GetOrder breaking 10:7 [0, 1, 2, 3]
            changed orders.v1.Orders/WatchOrders breaking 11:7 [0, 1, 2, 3]
        "#]],
    );
}

#[test]
fn a_type_may_stay_the_same_on_the_wire() {
    check_replaced(
        "int32 count",
        "int64 count",
        &expect![[r#"
            0 risky type-changed 25:11 `orders.v1.Order.Item.count` was `int32` and is `int64` now
            changed orders.v1.Orders/GetOrder risky 10:7 [0]
            changed orders.v1.Orders/WatchOrders risky 11:7 [0]
        "#]],
    );
    check_replaced(
        "int32 count",
        "sint32 count",
        &expect![[r#"
            0 breaking type-changed 25:12 `orders.v1.Order.Item.count` was `int32` and is `sint32` now
            changed orders.v1.Orders/GetOrder breaking 10:7 [0]
            changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
        "#]],
    );
    check_replaced(
        "repeated Item items",
        "Item items",
        &expect![[r#"
            0 breaking type-changed 23:11 `orders.v1.Order.items` was a list and is a message now
            changed orders.v1.Orders/GetOrder breaking 10:7 [0]
            changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
        "#]],
    );
    check_replaced(
        "map<string, int64>",
        "map<string, string>",
        &expect![[r#"
            0 breaking type-changed 36:23 `orders.v1.Order.amounts{}` was `int64` and is `string` now
            changed orders.v1.Orders/GetOrder breaking 10:7 [0]
            changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
        "#]],
    );
    check_replaced(
        "google.protobuf.Timestamp at",
        "string at",
        &expect![[r#"
        0 breaking type-changed 41:10 `orders.v1.Order.at` was `google.protobuf.Timestamp` and is `string` now
        changed orders.v1.Orders/GetOrder breaking 10:7 [0]
        changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
    "#]],
    );
}

#[test]
fn a_value_of_an_enum_is_its_number() {
    check_replaced(
        "    PAID = 2 [(x) = \"y\"];\n",
        "",
        &expect![[r#"
            0 breaking enum-value-removed 27:8 the value `PAID` of `orders.v1.Order.State` was removed
            changed orders.v1.Orders/GetOrder breaking 10:7 [0]
            changed orders.v1.Orders/WatchOrders breaking 11:7 [0]
        "#]],
    );
    check_replaced(
        "PAID = 2",
        "SETTLED = 2",
        &expect![[r#"
        0 risky enum-value-renamed 27:8 the value `PAID` of `orders.v1.Order.State` is called `SETTLED` now, under the same number
        changed orders.v1.Orders/GetOrder risky 10:7 [0]
        changed orders.v1.Orders/WatchOrders risky 11:7 [0]
    "#]],
    );
    check_replaced(
        "OPEN = 1;",
        "OPEN = 1; LOST = 3;",
        &expect![[r#"
        0 risky enum-value-added 27:8 the value `LOST` of `orders.v1.Order.State` was added, in what consumers receive
        changed orders.v1.Orders/GetOrder risky 10:7 [0]
        changed orders.v1.Orders/WatchOrders risky 11:7 [0]
    "#]],
    );
}

#[test]
fn words_that_are_keywords_elsewhere_are_names() {
    let text = "syntax = \"proto2\";\nmessage message {\n  required string option = 1;\n  optional group Result = 2 { required int32 rpc = 1; }\n  repeated int32 service = 0x3;\n  extensions 100 to 199;\n  extend Other { optional int32 x = 126; }\n}\nextend message { optional int32 y = 100; }\nenum E { option = 0; reserved = -1; reserved 5; }\n";
    check(
        "a.proto",
        text,
        &text.replace("required int32", "optional int32"),
        &expect![[r#"
        0 breaking field-optional 4:46 the field `message.Result.rpc` can be left out now, in what consumers send or receive
    "#]],
    );
}

#[test]
fn messages_that_no_method_leads_to_count_for_other_files() {
    let text = "message A { int32 a = 1; B b = 2; }\nmessage B { int32 c = 1; }\n";
    check(
        "a.proto",
        text,
        &text.replace("int32 c = 1;", ""),
        &expect![[r#"
            0 breaking field-removed 2:9 the field `B.c` was removed
        "#]],
    );
    check(
        "a.proto",
        text,
        "message A { int32 a = 1; }\n",
        &expect![[r#"
            0 breaking field-removed 1:9 the field `A.b` was removed
            1 breaking type-removed - the type `B` was removed
        "#]],
    );
}

#[test]
fn what_is_said_for_people_is_no_change() {
    let after =
        ORDERS.replace("// The orders.", "/* All\norders. */").replace("team: \"orders\"", "team: \"shop\"");
    check("orders.proto", ORDERS, &after, &expect![""]);
}

#[test]
fn what_another_file_says_is_followed() {
    let text = "package a;\nimport \"a/b.proto\";\nservice S { rpc M(B) returns (B); }\n";
    let of = |imported: &'static str| {
        let files = Files([("proto/a/b.proto", imported)].into());
        let limits = DefinitionLimits::default();
        read_definition("proto/a/s.proto", text.as_bytes(), &files, &limits).expect("it is a definition")
    };
    let before = of("package a;\nmessage B { int32 x = 1; int32 y = 2; }\nmessage Z { int32 z = 1; }\n");
    let after = of("package a;\nmessage B { int32 x = 1; }\n");
    assert_eq!(before.files, ["proto/a/s.proto".into(), "proto/a/b.proto".into()]);
    expect![[r#"
        0 breaking field-removed 2:9 the field `a.B.y` was removed
        changed a.S/M breaking 3:17 [0]
    "#]]
    .assert_eq(&shown(&compare(&before, &after, &DefinitionLimits::default())));
}
