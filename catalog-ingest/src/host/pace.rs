//! How often a host wants to be asked, out of the headers of its answers.
//!
//! GitHub: status 403 or 429, `retry-after` in seconds, else `x-ratelimit-remaining: 0` and
//! `x-ratelimit-reset` in seconds of the epoch, else at least a minute. GitLab: status 429,
//! `Retry-After`, `RateLimit-Remaining` and `RateLimit-Reset`. Gitea has no limits of its own; what
//! stands before it answers with 429 and mostly `Retry-After`.

use std::time::Duration;

use catalog_core::model::Timestamp;

/// How long is waited where a host does not say how long.
pub(super) const UNKNOWN_WAIT: Duration = Duration::from_secs(60);

/// How long the host wants to be left alone after this answer; `None` where it does not. `header`
/// gives the value of a header by its name in lower case.
pub(super) fn wait_after<'h>(
    status: u16,
    header: &dyn Fn(&str) -> Option<&'h str>,
    now: Timestamp,
) -> Option<Duration> {
    let number = |names: [&str; 2]| names.into_iter().find_map(header)?.trim().parse::<u64>().ok();
    let is_used_up = number(["x-ratelimit-remaining", "ratelimit-remaining"]) == Some(0);
    let reset = || {
        let reset = number(["x-ratelimit-reset", "ratelimit-reset"])?;
        let left = i64::try_from(reset).ok()?.saturating_sub(now.seconds());
        // A second more, since both clocks show whole seconds.
        Some(Duration::from_secs(u64::try_from(left).unwrap_or(0) + 1))
    };
    let retry_after = || header("retry-after");
    let is_refusal = status == 429 || (status == 403 && (is_used_up || retry_after().is_some()));
    if is_refusal {
        let seconds = retry_after().and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        return Some(seconds.or_else(|| reset().filter(|_| is_used_up)).unwrap_or(UNKNOWN_WAIT));
    }
    if is_used_up { reset() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, headers: &[(&str, &str)], expected: Option<u64>) {
        let header = |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let found = wait_after(status, &header, Timestamp(1_000)).map(|wait| wait.as_secs());
        assert_eq!(found, expected, "{status} {headers:?}");
    }

    #[test]
    fn a_used_up_limit_ends_at_its_reset() {
        let used_up = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")];
        check(403, &used_up, Some(31));
        check(429, &used_up, Some(31));
        check(200, &used_up, Some(31));
        check(429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "1010")], Some(11));
        check(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "900")], Some(1));
    }

    #[test]
    fn retry_after_comes_first() {
        check(
            403,
            &[("retry-after", "7"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9999")],
            Some(7),
        );
        check(429, &[("retry-after", "0")], Some(0));
        check(429, &[("retry-after", "18446744073709551615")], Some(u64::MAX));
        check(
            403,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "18446744073709551615")],
            Some(60),
        );
    }

    #[test]
    fn a_refusal_without_a_time_means_a_minute() {
        check(429, &[], Some(60));
        check(429, &[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], Some(60));
        check(429, &[("ratelimit-remaining", "595"), ("ratelimit-reset", "99999")], Some(60));
        check(403, &[("x-ratelimit-remaining", "0")], Some(60));
    }

    #[test]
    fn other_answers_want_no_wait() {
        check(200, &[("x-ratelimit-remaining", "59")], None);
        check(403, &[("x-ratelimit-remaining", "59")], None);
        check(404, &[], None);
        check(200, &[("x-ratelimit-remaining", "none")], None);
    }
}
