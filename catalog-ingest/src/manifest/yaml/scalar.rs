//! What a scalar is: YAML 1.2's core schema, and the parts of 1.1 that a `%YAML 1.1` directive asks for.

/// The type of a scalar by the schema of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// Text: every quoted scalar, and every plain one that is nothing else.
    Text,
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Another number, also `.inf` and `.nan`.
    Float,
}

/// The version of YAML whose schema decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YamlVersion {
    /// YAML 1.1: `yes`, `no`, `on`, `off`, `y` and `n` are booleans, numbers may hold `_`.
    V1_1,
    /// YAML 1.2 with its core schema.
    #[default]
    V1_2,
}

impl ScalarType {
    /// The type in words, as diagnostics name it.
    pub fn described(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Null => "null",
            Self::Boolean => "a truth value",
            Self::Integer | Self::Float => "a number",
        }
    }

    /// The type of a plain scalar without a tag.
    pub fn of_plain(text: &str, version: YamlVersion) -> Self {
        if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            Self::Null
        } else if matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
            || (version == YamlVersion::V1_1 && is_boolean_1_1(text))
        {
            Self::Boolean
        } else if is_integer(text, version) {
            Self::Integer
        } else if is_float(text, version) {
            Self::Float
        } else {
            Self::Text
        }
    }

    /// The type of a scalar whose tag is one of the core schema: what the text cannot be stays text.
    pub fn of_tagged(text: &str, tag_suffix: &str, version: YamlVersion) -> Self {
        let plain = Self::of_plain(text, version);
        match (tag_suffix, plain) {
            ("null", Self::Null) => Self::Null,
            ("bool", Self::Boolean) => Self::Boolean,
            ("int", Self::Integer) => Self::Integer,
            ("float", Self::Float | Self::Integer) => Self::Float,
            _ => Self::Text,
        }
    }
}

fn is_boolean_1_1(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    )
}

fn is_integer(text: &str, version: YamlVersion) -> bool {
    let all = |digits: &str, is_digit: fn(char) -> bool| !digits.is_empty() && digits.chars().all(is_digit);
    if let Some(digits) = text.strip_prefix("0o") {
        return version == YamlVersion::V1_2 && all(digits, |c| c.is_digit(8));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |c| c.is_ascii_hexdigit());
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    match version {
        YamlVersion::V1_2 => all(digits, |c| c.is_ascii_digit()),
        YamlVersion::V1_1 => {
            digits.starts_with(|c: char| c.is_ascii_digit())
                && all(digits, |c| c.is_ascii_digit() || c == '_')
        }
    }
}

fn is_float(text: &str, version: YamlVersion) -> bool {
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let is_digit = |c: char| c.is_ascii_digit() || (version == YamlVersion::V1_1 && c == '_');
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_is_valid = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    });
    let mantissa_is_valid = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && fraction.chars().all(is_digit),
        Some((whole, fraction)) => whole.chars().all(is_digit) && fraction.chars().all(is_digit),
        None => exponent.is_some() && !mantissa.is_empty() && mantissa.chars().all(is_digit),
    };
    mantissa_is_valid && exponent_is_valid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], version: YamlVersion, expected: ScalarType) {
        for text in texts {
            assert_eq!(ScalarType::of_plain(text, version), expected, "{text}");
        }
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        use YamlVersion::V1_2;
        check(&["", "~", "null", "Null", "NULL"], V1_2, ScalarType::Null);
        check(&["true", "False", "TRUE"], V1_2, ScalarType::Boolean);
        check(&["5", "-5", "+5", "010", "0o17", "0xfF"], V1_2, ScalarType::Integer);
        check(&["1.5", "1.", ".5", "-1e3", "1.5E+3", ".inf", "-.INF", ".nan"], V1_2, ScalarType::Float);
        check(
            &[
                "yes",
                "no",
                "on",
                "y",
                "2024-01-01",
                "0o8",
                "0b1",
                "1_000",
                "tRUE",
                "nUll",
                "1e",
                "e5",
                ".",
                "-",
            ],
            V1_2,
            ScalarType::Text,
        );
    }

    #[test]
    fn version_1_1_knows_more_booleans() {
        check(&["yes", "n", "Off"], YamlVersion::V1_1, ScalarType::Boolean);
        check(&["1_000", "010"], YamlVersion::V1_1, ScalarType::Integer);
        check(&["0o17", "team"], YamlVersion::V1_1, ScalarType::Text);
    }

    #[test]
    fn a_tag_forces_text_and_nothing_else() {
        let of = |text, tag| ScalarType::of_tagged(text, tag, YamlVersion::V1_2);
        assert_eq!(of("5", "str"), ScalarType::Text);
        assert_eq!(of("5", "int"), ScalarType::Integer);
        assert_eq!(of("5", "float"), ScalarType::Float);
        assert_eq!(of("five", "int"), ScalarType::Text);
    }
}
