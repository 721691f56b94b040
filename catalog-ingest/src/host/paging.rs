//! How lists go on: which page is the next, out of the headers of one.

use ureq::http::HeaderMap;

/// How a list is continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paging {
    /// The answer names the next page in `Link`.
    Link,
    /// Pages have numbers. The answer says by `x-next-page`, `Link` or `x-total-count` whether there are
    /// more; where it says none of them, a page that is not full is the last.
    Numbers {
        /// How many items a full page has.
        size: usize,
    },
}

/// What bounds a list beside the number of its pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemsMax {
    /// The name of the limit.
    pub(super) name: &'static str,
    /// What the items are, as in `repositories`.
    pub(super) what: &'static str,
    pub(super) value: usize,
}

pub(super) fn separator(url: &str) -> char {
    if url.contains('?') { '&' } else { '?' }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The target with `rel="next"` of a `Link` header, RFC 8288.
pub(super) fn next_link(headers: &HeaderMap) -> Option<String> {
    let links = text(headers, "link")?;
    links.split(',').find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            name.trim().eq_ignore_ascii_case("rel") && value.trim().trim_matches('"') == "next"
        });
        is_next.then(|| target.to_owned())
    })
}

/// Whether a list with numbered pages goes on.
pub(super) fn has_more(headers: &HeaderMap, count: usize, on_page: usize, size: usize) -> bool {
    if on_page == 0 {
        return false;
    }
    if let Some(next) = text(headers, "x-next-page") {
        return !next.trim().is_empty();
    }
    if let Some(total) = text(headers, "x-total-count").and_then(|total| total.trim().parse::<usize>().ok()) {
        return count < total;
    }
    if headers.contains_key("link") {
        return next_link(headers).is_some();
    }
    on_page >= size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (ureq::http::HeaderName::from_static(name), ureq::http::HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let link = "<https://h/a?page=1>; rel=\"prev\", <https://h/a?page=3>; rel=\"next\", <https://h/a?page=9>; rel=\"last\"";
        assert_eq!(next_link(&headers(&[("link", link)])).as_deref(), Some("https://h/a?page=3"));
        for link in ["<https://h/a?page=1>; rel=\"first\"", "", "https://h; rel=next", "<<>>;;,,"] {
            let map = headers(&[]);
            assert_eq!(next_link(&map), None);
            let mut map = map;
            map.insert("link", ureq::http::HeaderValue::from_static(link));
            assert_eq!(next_link(&map), None, "{link}");
        }
    }

    #[test]
    fn numbered_pages_end_where_the_host_says_so() {
        let more = |pairs: &[(&'static str, &'static str)], count, on_page| {
            has_more(&headers(pairs), count, on_page, 50)
        };
        assert!(more(&[("x-next-page", "2")], 20, 20) && !more(&[("x-next-page", "")], 50, 50));
        assert!(more(&[("x-total-count", "60")], 50, 50) && !more(&[("x-total-count", "50")], 50, 50));
        assert!(
            more(&[("link", "<x>; rel=\"next\"")], 1, 1) && !more(&[("link", "<x>; rel=\"prev\"")], 50, 50)
        );
        assert!(more(&[], 50, 50) && !more(&[], 49, 49));
        assert!(!more(&[("x-total-count", "60")], 50, 0), "an empty page ends a list that promises more");
    }
}
