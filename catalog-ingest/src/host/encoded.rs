//! Texts inside the paths of addresses.

/// A text as one part of a path: everything but letters, digits, `-`, `_` and `.` as `%xx`.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            path.push(char::from(byte));
        } else {
            let _infallible = write!(path, "%{byte:02X}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_stays_one_part_of_a_path() {
        assert_eq!(super::encoded("a/../b?c ü"), "a%2F..%2Fb%3Fc%20%C3%BC");
    }
}
