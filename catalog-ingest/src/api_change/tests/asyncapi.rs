//! AsyncAPI 2 and 3.

use expect_test::expect;

use super::check;

const VERSION_2: &str = r"asyncapi: 2.6.0
channels:
  orders.created:
    subscribe:
      message: {$ref: '#/components/messages/OrderCreated'}
  orders.cancel:
    publish:
      message: {payload: {type: object, required: [id], properties: {id: {type: string}}}}
components:
  messages:
    OrderCreated:
      payload: {type: object, required: [id], properties: {id: {type: string}, total: {type: number}}}
";

const VERSION_3: &str = r"asyncapi: 3.0.0
channels:
  created:
    address: orders.created
    messages:
      OrderCreated:
        payload: {type: object, required: [id], properties: {id: {type: string}, total: {type: number}}}
  cancel:
    address: orders.cancel
    messages:
      Cancel: {payload: {type: object, required: [id], properties: {id: {type: string}}}}
operations:
  sendCreated: {action: send, channel: {$ref: '#/channels/created'}}
  takeCancel: {action: receive, channel: {$ref: '#/channels/cancel'}}
";

#[test]
fn a_channel_that_is_gone_breaks() {
    check(
        "asyncapi.yaml",
        VERSION_2,
        &VERSION_2.replace("orders.created:", "orders.made:"),
        &expect![[r#"
        0 breaking operation-removed - the operation `channel orders.created send` was removed
        1 compatible operation-added 5:7 the operation `channel orders.made send` was added
        removed channel orders.created send breaking 5:7 [0]
        added channel orders.made send compatible 5:7 [1]
    "#]],
    );
    check(
        "asyncapi.yaml",
        VERSION_3,
        &VERSION_3.replace("orders.created", "orders.made"),
        &expect![[r#"
        0 breaking operation-removed - the operation `channel orders.created send` was removed
        1 compatible operation-added 13:16 the operation `channel orders.made send` was added
        removed channel orders.created send breaking 13:16 [0]
        added channel orders.made send compatible 13:16 [1]
    "#]],
    );
}

#[test]
fn the_version_of_the_language_does_not_matter() {
    check("asyncapi.yaml", VERSION_2, VERSION_3, &expect![""]);
}

#[test]
fn what_the_application_sends_is_received() {
    check(
        "asyncapi.yaml",
        VERSION_2,
        &VERSION_2.replace(", total: {type: number}", ""),
        &expect![[r#"
        0 breaking field-removed 12:16 the field `channel orders.created send message.total` was removed, in what consumers receive
        changed channel orders.created send breaking 5:7 [0]
    "#]],
    );
    check(
        "asyncapi.yaml",
        VERSION_3,
        &VERSION_3.replace("total:", "sum:"),
        &expect![[r#"
        0 breaking field-removed 7:18 the field `channel orders.created send message.total` was removed, in what consumers receive
        1 compatible field-added 7:87 the field `channel orders.created send message.sum` was added, in what consumers receive
        changed channel orders.created send breaking 13:16 [0, 1]
    "#]],
    );
}

#[test]
fn what_the_application_receives_is_sent() {
    let from = "required: [id], properties: {id: {type: string}}";
    let to = "required: [id, why], properties: {id: {type: string}, why: {type: string}}";
    check(
        "asyncapi.yaml",
        VERSION_2,
        &VERSION_2.replace(from, to),
        &expect![[r#"
        0 breaking required-field-added 8:100 the required field `channel orders.cancel receive message.why` was added, in what consumers send
        changed channel orders.cancel receive breaking 8:7 [0]
    "#]],
    );
    check(
        "asyncapi.yaml",
        VERSION_3,
        &VERSION_3.replace(from, to),
        &expect![[r#"
        0 breaking required-field-added 11:99 the required field `channel orders.cancel receive message.why` was added, in what consumers send
        changed channel orders.cancel receive breaking 14:15 [0]
    "#]],
    );
}

#[test]
fn a_message_more_surprises_and_a_message_less_is_missed() {
    let one = "message: {$ref: '#/components/messages/OrderCreated'}";
    let two = "message: {oneOf: [{$ref: '#/components/messages/OrderCreated'}, {name: OrderSplit, payload: {type: object}}]}";
    let more = VERSION_2.replace(one, two);
    check(
        "asyncapi.yaml",
        VERSION_2,
        &more,
        &expect![[r#"
        0 risky member-added 5:7 `channel orders.created send message` can also be `OrderSplit`, in what consumers receive
        changed channel orders.created send risky 5:7 [0]
    "#]],
    );
    check(
        "asyncapi.yaml",
        &more,
        VERSION_2,
        &expect![[r#"
        0 breaking member-removed 5:7 `channel orders.created send message` is never `OrderSplit` any more, in what consumers receive
        changed channel orders.created send breaking 5:7 [0]
    "#]],
    );
}

#[test]
fn a_channel_without_operations_counts() {
    let text = "asyncapi: 3.0.0\nchannels:\n  a: {messages: {m: {payload: {type: string}}}}\n  b: {}\n";
    check(
        "asyncapi.yaml",
        text,
        &text.replace("  b: {}\n", "").replace("string", "number"),
        &expect![[r#"
        0 breaking type-changed 3:31 `channel a message` was `string` and is `number` now, in what consumers send or receive
        1 breaking operation-removed - the operation `channel b` was removed
        changed channel a breaking 3:6 [0]
        removed channel b breaking 4:6 [1]
    "#]],
    );
}

#[test]
fn a_payload_in_another_language_is_not_compared() {
    let text = "asyncapi: 2.0.0\nchannels: {a: {publish: {message: {schemaFormat: application/vnd.apache.avro;version=1.9.0, payload: {type: record}}}}}\n";
    check(
        "asyncapi.yaml",
        text,
        &text.replace("record", "string"),
        &expect![[r#"
        unknown definition-reference asyncapi.yaml:2 a payload is described as `application/vnd.apache.avro;version=1.9.0`, expected JSON Schema
    "#]],
    );
}
