//! Whether what a consumer says it calls is an operation.

/// Whether `endpoint`, as `NeedTerms::endpoint` holds what a consumer calls, may mean the operation with this
/// id; an upper bound that is safe to rely on, so that a doubtful text means it.
///
/// - HTTP: `GET /rates/{pair}`; parameters match by place, whatever their names, a concrete part (`/rates/eur`)
///   matches one, and a path before the operation's own (`/v2/rates/eur`, or a whole URL) may stand for the
///   address. Without a method every method is meant.
/// - GraphQL: `Query.order`, `query order` or `order`.
/// - gRPC: `orders.v1.Orders/GetOrder` with or without a `/` before it, or `Orders/GetOrder`, `GetOrder`.
/// - AsyncAPI: `channel orders.created send` as operations are called here, from the application's side;
///   `receive orders.created` as consumers say it, which is the other side; or the address alone.
pub fn is_endpoint_of(operation: &str, endpoint: &str) -> bool {
    let endpoint = endpoint.trim();
    if operation == endpoint {
        return true;
    }
    if let Some(channel) = operation.strip_prefix("channel ") {
        return is_channel(channel, endpoint);
    }
    match operation.split_once(' ') {
        Some((method, path)) => is_http(method, path, endpoint),
        None if operation.contains('/') => is_suffix(operation, endpoint, &['.', '/']),
        None => {
            let endpoint = endpoint.split(['(', '{']).next().unwrap_or(endpoint).trim();
            let spelled = endpoint.replacen(' ', ".", 1).to_ascii_lowercase();
            is_suffix(&operation.to_ascii_lowercase(), &spelled, &['.'])
        }
    }
}

/// Whether an endpoint is the end of an operation, cut where one of its parts begins.
fn is_suffix(operation: &str, endpoint: &str, marks: &[char]) -> bool {
    let endpoint = endpoint.trim_start_matches('/');
    let before = operation.strip_suffix(endpoint).filter(|_| !endpoint.is_empty());
    before.is_some_and(|before| before.is_empty() || before.ends_with(marks))
}

fn is_channel(channel: &str, endpoint: &str) -> bool {
    let (address, action) = match channel.rsplit_once(' ') {
        Some((address, action @ ("send" | "receive"))) => (address, Some(action)),
        _ => (channel, None),
    };
    let (said, other) = match endpoint.split_once(' ') {
        Some(("send" | "publish", said)) => (said, Some("receive")),
        Some(("receive" | "subscribe", said)) => (said, Some("send")),
        Some(("channel", said)) => (said, None),
        _ => (endpoint, None),
    };
    said == address && (action.is_none() || other.is_none() || action == other)
}

fn is_http(method: &str, path: &str, endpoint: &str) -> bool {
    let target = match endpoint.split_once(char::is_whitespace) {
        Some((said, target)) => {
            if !said.eq_ignore_ascii_case(method) && !matches!(said, "*" | "ANY") {
                return false;
            }
            target.trim()
        }
        None => endpoint,
    };
    let target = target.split_once("://").map_or(target, |(_, rest)| rest);
    let target = target.split(['?', '#']).next().unwrap_or(target);
    let parts = |path| -> Vec<_> {
        let path: &str = path;
        path.split('/').filter(|part| !part.is_empty()).collect()
    };
    let (own, said): (Vec<&str>, Vec<&str>) = (parts(path), parts(target));
    let is_parameter = |part: &str| part.contains('{') || part.starts_with([':', '<', '*']);
    // Behind a path before the operation's own, a parameter would be the end of another operation's path.
    let is_whole = own.len() == said.len();
    let is_same = |(a, b): (&&str, &&str)| a == b || is_parameter(a) || is_whole && is_parameter(b);
    // Where the path is `/` alone, everything would end with it.
    let is_long_enough = said.len() >= own.len() && (!own.is_empty() || said.is_empty());
    is_long_enough && own.iter().rev().zip(said.iter().rev()).all(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(operation: &str, meant: &[&str], others: &[&str]) {
        for endpoint in meant {
            assert!(is_endpoint_of(operation, endpoint), "{operation} is meant by {endpoint}");
        }
        for endpoint in others {
            assert!(!is_endpoint_of(operation, endpoint), "{operation} is not meant by {endpoint}");
        }
    }

    #[test]
    fn paths_match_whatever_their_parameters_are_called() {
        check(
            "GET /rates/{pair}",
            &[
                "GET /rates/{pair}",
                "get /rates/{id}",
                "/rates/:pair",
                "/rates/eur",
                "GET /v2/rates/eur?x=1",
                "GET https://rates.acme.example/rates/eur/",
            ],
            &["POST /rates/{pair}", "GET /rates", "GET /rates/eur/history", "/quotes/eur", ""],
        );
        check("GET /rates", &["GET /rates", "/v2/rates"], &["GET /rates/{pair}", "GET /rates/eur"]);
        check("GET /rates/eur", &["GET /rates/{pair}"], &["GET /v2/rates/{pair}"]);
        check("GET /", &["GET /", "/"], &["GET /rates"]);
    }

    #[test]
    fn fields_and_methods_match_by_their_last_parts() {
        check(
            "Query.order",
            &["query order", "order", "Query.order", "order(id: 1)"],
            &["Mutation.order", "rder", "orders", ""],
        );
        check(
            "orders.v1.Orders/GetOrder",
            &["/orders.v1.Orders/GetOrder", "Orders/GetOrder", "GetOrder"],
            &["orders.v2.Orders/GetOrder", "Order", "orders.v1.Orders/ListOrders", "/"],
        );
    }

    #[test]
    fn who_receives_means_what_is_sent() {
        check(
            "channel orders.created send",
            &[
                "receive orders.created",
                "channel orders.created",
                "orders.created",
                "subscribe orders.created",
            ],
            &["send orders.created", "receive orders", "channel orders.created receive"],
        );
        check("channel orders.created", &["receive orders.created", "send orders.created"], &["send orders"]);
    }
}
