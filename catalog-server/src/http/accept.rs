//! In which media type a GraphQL answer is sent, as the header `Accept` asks for it.
//!
//! After the draft "GraphQL over HTTP" and RFC 9110, section 12.5.1.

use axum::http::{HeaderMap, HeaderValue, header};

/// The media types of GraphQL answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerType {
    /// `application/graphql-response+json`: the status tells whether the query was run.
    GraphqlResponse,
    /// `application/json`: the status 200 says no more than that this server has answered.
    Json,
}

impl AnswerType {
    /// What a request asks for; `None` where it accepts neither. Where nothing or anything is asked for, it is
    /// the type of which the status says more.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = Vec::new();
        for value in headers.get_all(header::ACCEPT) {
            ranges.extend(value.to_str().ok()?.split(',').filter_map(Range::read));
        }
        if ranges.is_empty() {
            return Some(Self::GraphqlResponse);
        }
        // Of equal weights, the range that stands first wins.
        let mut best: Option<(u16, Self)> = None;
        for range in &ranges {
            for (answer_type, name) in [
                (Self::GraphqlResponse, "application/graphql-response+json"),
                (Self::Json, "application/json"),
            ] {
                if range.covers(name) && weight_of(&ranges, name) > best.map_or(0, |(weight, _)| weight) {
                    best = Some((weight_of(&ranges, name), answer_type));
                }
            }
        }
        best.map(|(_, answer_type)| answer_type)
    }

    /// The value of the header `Content-Type`.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// The weight of a media type: that of the most specific range that covers it.
fn weight_of(ranges: &[Range<'_>], name: &str) -> u16 {
    let covering = ranges.iter().filter(|range| range.covers(name));
    covering.max_by_key(|range| range.specificity()).map_or(0, |range| range.weight)
}

/// One range of the header, as in `application/*;q=0.5`.
struct Range<'h> {
    name: &'h str,
    /// In thousandths.
    weight: u16,
}

impl<'h> Range<'h> {
    /// `None` for what asks for another encoding than UTF-8, which is never sent.
    fn read(text: &'h str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let mut weight = 1_000;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            if key.trim().eq_ignore_ascii_case("q") {
                weight = thousandths(value.trim());
            } else if key.trim().eq_ignore_ascii_case("charset")
                && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            {
                return Some(Self { name: "", weight: 0 });
            }
        }
        Some(Self { name, weight })
    }

    fn covers(&self, name: &str) -> bool {
        self.name == "*/*"
            || self.name.eq_ignore_ascii_case("application/*")
            || self.name.eq_ignore_ascii_case(name)
    }

    fn specificity(&self) -> u8 {
        match self.name {
            "*/*" => 0,
            name if name.ends_with("/*") => 1,
            _ => 2,
        }
    }
}

/// A weight of at most three decimal places; what is none counts as 0.
fn thousandths(text: &str) -> u16 {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    if places.len() > 3 || !places.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1_000,
        "0" => format!("{places:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &[&str], expected: Option<AnswerType>) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, value.parse().expect("a header's value"));
        }
        assert_eq!(AnswerType::of(&headers), expected, "{accept:?}");
    }

    #[test]
    fn the_type_is_the_one_that_is_asked_for() {
        use AnswerType::{GraphqlResponse, Json};
        check(&[], Some(GraphqlResponse));
        check(&[""], Some(GraphqlResponse));
        check(&["*/*"], Some(GraphqlResponse));
        check(&["application/*"], Some(GraphqlResponse));
        check(&["application/json"], Some(Json));
        check(&["Application/JSON; charset=UTF-8"], Some(Json));
        check(&["application/json, multipart/mixed"], Some(Json));
        check(&["application/json, */*;q=0.1"], Some(Json));
        check(&["application/graphql-response+json, application/json"], Some(GraphqlResponse));
        check(&["application/json, application/graphql-response+json"], Some(Json));
        check(&["application/json;q=0.9, application/graphql-response+json"], Some(GraphqlResponse));
        check(&["application/json", "application/graphql-response+json;q=0.5"], Some(Json));
        check(&["*/*, application/graphql-response+json;q=0"], Some(Json));
    }

    #[test]
    fn what_is_not_answered_in_is_not_acceptable() {
        for accept in [
            "text/html",
            "image/png, text/*",
            "application/json;q=0",
            "application/json; charset=utf-16",
            "application/json;q=2",
            "text/event-stream",
        ] {
            check(&[accept], None);
        }
    }
}
