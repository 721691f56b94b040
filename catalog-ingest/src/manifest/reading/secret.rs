//! Credentials inside texts, which are kept out of everything that is stored or shown.

use std::borrow::Cow;

/// What the tokens of well-known hosts begin with.
const TOKEN_PREFIXES: [&str; 14] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "AKIA",
    "hvs.",
];

/// What follows the prefix of a token has at least this many characters.
const TOKEN_LENGTH_MIN: usize = 16;

/// What stands in the place of a token.
const MASK: &str = "***";

/// The text without the user info of the URLs in it, and with `***` for tokens that are known by how
/// they begin; borrowed where there is nothing to leave out.
///
/// User info counts as a secret where it holds a `:`, or where the scheme is `http` or `https`:
/// `ssh://git@host` names an account that everyone knows.
pub(crate) fn without_secrets(text: &str) -> Cow<'_, str> {
    match without_user_info(text) {
        Cow::Borrowed(text) => without_tokens(text),
        Cow::Owned(text) => Cow::Owned(without_tokens(&text).into_owned()),
    }
}

fn without_user_info(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(mark) = rest.find("://") {
        let authority_start = mark + "://".len();
        let authority = &rest[authority_start..];
        let authority_end = authority
            .find(|c: char| matches!(c, '/' | '?' | '#' | '\\' | '"' | '\'' | '<' | '>') || c.is_whitespace())
            .unwrap_or(authority.len());
        let user_info_end = authority[..authority_end].rfind('@').filter(|end| {
            authority[..*end].contains(':') || {
                let scheme = rest[..mark].rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
                scheme.is_some_and(|scheme| {
                    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
                })
            }
        });
        kept.push_str(&rest[..authority_start]);
        rest = &authority[user_info_end.map_or(0, |end| end + 1)..];
    }
    if kept.len() + rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn without_tokens(text: &str) -> Cow<'_, str> {
    let is_of_a_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut kept = String::new();
    let (mut start, mut kept_until) = (0, 0);
    for piece in text.split_inclusive(|c| !is_of_a_token(c)) {
        let word = piece.trim_end_matches(|c| !is_of_a_token(c));
        let is_token = TOKEN_PREFIXES
            .iter()
            .any(|prefix| word.strip_prefix(prefix).is_some_and(|secret| secret.len() >= TOKEN_LENGTH_MIN));
        if is_token {
            kept.push_str(&text[kept_until..start]);
            kept.push_str(MASK);
            kept_until = start + word.len();
        }
        start += piece.len();
    }
    if kept_until == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[kept_until..]);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(without_secrets(text), expected);
    }

    #[test]
    fn tokens_of_hosts_are_masked() {
        let secret = "a1".repeat(18);
        for prefix in TOKEN_PREFIXES {
            check(&format!("token: {prefix}{secret}, {prefix}{secret}"), "token: ***, ***");
            check(prefix, prefix);
        }
        check(&format!("https://example.com/?key=ghp_{secret}&a=b"), "https://example.com/?key=***&a=b");
    }

    #[test]
    fn user_info_is_left_out() {
        check("https://user:token@example.com/a", "https://example.com/a");
        check("url:https://token@example.com", "url:https://example.com");
        check(
            "a https://u:p@one.example b git+ssh://u:p@two.example",
            "a https://one.example b git+ssh://two.example",
        );
    }

    #[test]
    fn what_is_no_secret_stays() {
        check("ssh://git@example.com/a.git", "ssh://git@example.com/a.git");
        check("https://example.com/@user:a", "https://example.com/@user:a");
        check("git@example.com:a/b", "git@example.com:a/b");
        check("://", "://");
        check("ghp_short and AKIA", "ghp_short and AKIA");
        check("graphs_of_the_quarterly_report_of_2026", "graphs_of_the_quarterly_report_of_2026");
    }
}
