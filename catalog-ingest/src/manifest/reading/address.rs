//! Credentials inside addresses, which are kept out of everything that is stored or shown.

use std::borrow::Cow;

/// The text without the user info of the URLs in it; borrowed where there is none to leave out.
///
/// User info counts as a secret where it holds a `:`, or where the scheme is `http` or `https`:
/// `ssh://git@host` names an account that everyone knows.
pub(crate) fn without_user_info(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(without_user_info(text), expected);
    }

    #[test]
    fn tokens_are_left_out() {
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
    }
}
