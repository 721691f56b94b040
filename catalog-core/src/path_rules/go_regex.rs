//! Go's regular expressions in the words of the `regex` crate: the syntax of RE2, as `regexp/syntax` reads it.
//!
//! The two engines accept nearly the same language, and differ where it decides who owns something:
//! Go refuses `a**`, takes `{` and `\<` as themselves, knows no sets inside sets and only `imsU` as flags, and
//! means ASCII by `\d`, `\w`, `\s` and `\b`. What Go would refuse is refused here; look-around and
//! back-references, which backtracking engines know and linear ones cannot, are told apart from mistakes.

use std::iter::Peekable;
use std::str::Chars;

use super::PatternError;

/// The largest count of a repetition that Go takes.
const REPETITIONS_MAX: u32 = 1_000;

/// How deeply groups may be nested; Go takes 1,000, the crate here fewer.
const NESTING_MAX: u32 = 200;

/// Writes a pattern of Go for the `regex` crate. Linear in its length.
pub(super) fn translate(pattern: &str) -> Result<String, PatternError> {
    let mut translator = Translator {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() + 8),
        open: 0,
    };
    translator.run()?;
    Ok(translator.out)
}

struct Translator<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
    open: u32,
}

impl Translator<'_> {
    fn run(&mut self) -> Result<(), PatternError> {
        // Whether there is something to repeat, and whether it was repeated already.
        let (mut repeatable, mut repeated) = (false, false);
        while let Some(c) = self.rest.next() {
            let is_repetition = match c {
                '*' | '+' | '?' => {
                    self.check_repetition(repeatable, repeated)?;
                    self.out.push(c);
                    true
                }
                '{' => match self.counted()? {
                    Some(count) => {
                        self.check_repetition(repeatable, repeated)?;
                        self.out.push_str(&count);
                        true
                    }
                    None => {
                        self.out.push_str("\\{");
                        false
                    }
                },
                '}' => {
                    self.out.push_str("\\}");
                    false
                }
                _ => {
                    let written = self.out.len();
                    let can_repeat = self.one(c)?;
                    // A `\E` by itself and an empty `\Q\E` are nothing, and change nothing.
                    if self.out.len() > written {
                        (repeatable, repeated) = (can_repeat, false);
                    }
                    continue;
                }
            };
            if is_repetition && self.rest.next_if_eq(&'?').is_some() {
                self.out.push('?');
            }
            repeatable = true;
            repeated = is_repetition;
        }
        if self.open > 0 { Err(PatternError::Regex("a `(` is never closed")) } else { Ok(()) }
    }

    fn check_repetition(&self, repeatable: bool, repeated: bool) -> Result<(), PatternError> {
        match (repeatable, repeated) {
            (_, true) => Err(PatternError::NestedRepetition),
            (false, _) => Err(PatternError::Regex("a repetition has nothing before it to repeat")),
            (true, false) => Ok(()),
        }
    }

    /// Takes what is no repetition; whether that can be repeated.
    fn one(&mut self, c: char) -> Result<bool, PatternError> {
        match c {
            '\\' => self.escape()?,
            '[' => self.set()?,
            '(' => {
                self.open += 1;
                if self.open > NESTING_MAX {
                    return Err(PatternError::RegexTooLarge);
                }
                self.out.push('(');
                if self.rest.next_if_eq(&'?').is_some() {
                    return self.group_flags();
                }
                return Ok(false);
            }
            ')' => {
                if self.open == 0 {
                    return Err(PatternError::Regex("a `)` closes nothing"));
                }
                self.open -= 1;
                self.out.push(')');
            }
            '|' => {
                self.out.push('|');
                return Ok(false);
            }
            '.' | '^' | '$' => self.out.push(c),
            _ => push_literal(&mut self.out, c),
        }
        Ok(true)
    }

    /// What follows `(?`: a name, flags, or what linear engines do not know.
    fn group_flags(&mut self) -> Result<bool, PatternError> {
        self.out.push('?');
        let mut text = String::new();
        loop {
            let Some(c) = self.rest.next() else {
                return Err(PatternError::Regex("a `(?` is never closed"));
            };
            match c {
                '=' | '!' if text.is_empty() || text == "<" => return Err(PatternError::LookAround),
                '>' if text.is_empty() => return Err(PatternError::LookAround),
                '<' if text.is_empty() || text == "P" => text.push(c),
                'P' if text.is_empty() => text.push(c),
                '>' if text.contains('<') => {
                    self.out.push_str(&text);
                    self.out.push('>');
                    return Ok(false);
                }
                _ if text.contains('<') && (c == '_' || c.is_ascii_alphanumeric()) => text.push(c),
                'i' | 'm' | 's' | 'U' | '-' if !text.contains(['P', '<']) => text.push(c),
                ':' | ')' if !text.contains(['P', '<']) => {
                    if c == ')' {
                        self.open -= 1;
                        // `(?)` and `(?-)` state no flag; the first of them is nothing in Go.
                        if text.is_empty() || text.ends_with('-') {
                            return Err(PatternError::Regex("`(?` is followed by no flag"));
                        }
                    }
                    self.out.push_str(&text);
                    self.out.push(c);
                    return Ok(false);
                }
                _ => return Err(PatternError::Regex("`(?` is followed by what is no flag and no name")),
            }
        }
    }

    /// `{n}`, `{n,}` or `{n,m}` after its `{`; `None` where the brace stands for itself.
    fn counted(&mut self) -> Result<Option<String>, PatternError> {
        let mut ahead = self.rest.clone();
        let mut text = String::from("{");
        loop {
            match ahead.next() {
                Some(c) if c.is_ascii_digit() || c == ',' => text.push(c),
                Some('}') => break,
                _ => return Ok(None),
            }
        }
        let (least, most) = text[1..].split_once(',').unwrap_or((&text[1..], &text[1..]));
        if least.is_empty() || most.contains(',') {
            return Ok(None);
        }
        for count in [least, most].into_iter().filter(|count| !count.is_empty()) {
            if count.parse::<u32>().map_or(true, |count| count > REPETITIONS_MAX) {
                return Err(PatternError::Regex("a repetition counts over 1,000"));
            }
        }
        self.rest = ahead;
        text.push('}');
        Ok(Some(text))
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let Some(c) = self.rest.next() else { return Err(PatternError::EscapeAtEnd) };
        match c {
            'd' => self.out.push_str("[0-9]"),
            'D' => self.out.push_str("[^0-9]"),
            'w' => self.out.push_str("[0-9A-Za-z_]"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            's' => self.out.push_str("[\\t\\n\\x0C\\r ]"),
            'S' => self.out.push_str("[^\\t\\n\\x0C\\r ]"),
            'b' => self.out.push_str("(?-u:\\b)"),
            'B' => self.out.push_str("(?-u:\\B)"),
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'Q' => self.quoted(),
            'E' => {}
            _ => self.character_or_class(c)?,
        }
        Ok(())
    }

    /// An escape that means the same inside and outside of a set.
    fn character_or_class(&mut self, c: char) -> Result<(), PatternError> {
        if matches!(c, 'p' | 'P') {
            return self.unicode_class(c);
        }
        let character = self.escaped_character(c)?;
        push_literal(&mut self.out, character);
        Ok(())
    }

    /// `\pL` or `\p{Greek}`.
    fn unicode_class(&mut self, c: char) -> Result<(), PatternError> {
        let mut name = String::new();
        match self.rest.next() {
            Some('{') => loop {
                match self.rest.next() {
                    Some('}') => break,
                    Some(c) if c.is_ascii_alphanumeric() || matches!(c, '_' | '^') => name.push(c),
                    _ => return Err(PatternError::Regex("`\\p` is followed by no class of characters")),
                }
            },
            Some(c) if c.is_ascii_alphabetic() => name.push(c),
            _ => return Err(PatternError::Regex("`\\p` is followed by no class of characters")),
        }
        let (negated, name) = name.strip_prefix('^').map_or((false, name.as_str()), |name| (true, name));
        let c = if negated == (c == 'p') { 'P' } else { 'p' };
        self.out.push('\\');
        self.out.push(c);
        self.out.push('{');
        self.out.push_str(name);
        self.out.push('}');
        Ok(())
    }

    /// An escape that stands for one character.
    fn escaped_character(&mut self, c: char) -> Result<char, PatternError> {
        const UNKNOWN: PatternError = PatternError::Regex("a `\\` is followed by what it cannot escape");
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0C',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\x0B',
            'x' => {
                let mut digits = String::new();
                match self.rest.next() {
                    Some('{') => loop {
                        match self.rest.next() {
                            Some('}') => break,
                            Some(digit) if digits.len() < 8 => digits.push(digit),
                            _ => return Err(UNKNOWN),
                        }
                    },
                    first => digits.extend([first, self.rest.next()].into_iter().flatten()),
                }
                let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| is_hex);
                code.and_then(char::from_u32).ok_or(UNKNOWN)?
            }
            '0'..='7' => {
                let is_octal = |c: &char| ('0'..='7').contains(c);
                if c != '0' && !self.rest.peek().is_some_and(is_octal) {
                    return Err(PatternError::BackReference);
                }
                let mut code = c.to_digit(8).unwrap_or_default();
                for _ in 0..2 {
                    let Some(digit) = self.rest.next_if(is_octal).and_then(|digit| digit.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                }
                char::from_u32(code).ok_or(UNKNOWN)?
            }
            '8' | '9' | 'k' => return Err(PatternError::BackReference),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            _ => return Err(UNKNOWN),
        })
    }

    /// The text up to `\E` as it is.
    fn quoted(&mut self) {
        // A repetition after it repeats the last character, in both.
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                break;
            }
            push_literal(&mut self.out, c);
        }
    }

    /// A set after its `[`, with everything that means more to the crate than to Go written as itself.
    fn set(&mut self) -> Result<(), PatternError> {
        const UNCLOSED: PatternError = PatternError::Regex("a `[` is never closed");
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or(UNCLOSED)?;
            match c {
                ']' if !first => break,
                '[' if self.rest.peek() == Some(&':') && self.named_class() => {}
                '\\' => {
                    let c = self.rest.next().ok_or(UNCLOSED)?;
                    match c {
                        'd' => self.out.push_str("0-9"),
                        'D' => self.out.push_str("[^0-9]"),
                        'w' => self.out.push_str("0-9A-Za-z_"),
                        'W' => self.out.push_str("[^0-9A-Za-z_]"),
                        's' => self.out.push_str("\\t\\n\\x0C\\r "),
                        'S' => self.out.push_str("[^\\t\\n\\x0C\\r ]"),
                        'p' | 'P' => self.unicode_class(c)?,
                        c => {
                            let low = self.escaped_character(c)?;
                            self.range(low)?;
                        }
                    }
                }
                c => self.range(c)?,
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// A character of a set, and what it ranges to.
    fn range(&mut self, low: char) -> Result<(), PatternError> {
        push_literal(&mut self.out, low);
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || matches!(ahead.peek(), None | Some(']')) {
            return Ok(());
        }
        self.rest = ahead;
        let high = match self.rest.next() {
            Some('\\') => {
                let c = self.rest.next().unwrap_or_default();
                self.escaped_character(c)?
            }
            c => c.unwrap_or_default(),
        };
        if high < low {
            return Err(PatternError::Regex("a range of characters ends before it begins"));
        }
        self.out.push('-');
        push_literal(&mut self.out, high);
        Ok(())
    }

    /// `[:alpha:]` inside a set; whether there was one.
    fn named_class(&mut self) -> bool {
        let mut ahead = self.rest.clone();
        let mut text = String::from("[");
        for c in ahead.by_ref().take(12) {
            text.push(c);
            if c == ']' {
                break;
            }
        }
        let is_class = text.ends_with(":]") && text.len() > 4;
        if is_class {
            self.out.push_str(&text);
            self.rest = ahead;
        }
        is_class
    }
}

/// Writes a character that stands for itself.
fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | ' ' | '<' | '>') || !c.is_ascii() {
        out.push(c);
    } else if c.is_ascii_control() {
        out.push_str(&format!("\\x{:02X}", u32::from(c)));
    } else {
        out.push('\\');
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: &str) {
        let found = match translate(pattern) {
            Ok(text) => {
                regex::Regex::new(&text).expect("what is translated is taken");
                text
            }
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn what_both_know_stays() {
        check("^a.*/[b-d]+(?:x|y)?$", "^a.*/[b-d]+(?:x|y)?$");
        check("(?i)charter.md", "(?i)charter.md");
        check(r"a\.b\/c", r"a\.b/c");
        check("(?P<name>a)(?<other>b)", "(?P<name>a)(?<other>b)");
        check("^*$", "^*$");
        check("a{2,3}?b{2}", "a{2,3}?b{2}");
        check("[[:alpha:]_]", "[[:alpha:]_]");
        check(r"\pL\p{Greek}\P{^Greek}", r"\p{L}\p{Greek}\p{Greek}");
    }

    #[test]
    fn what_only_the_crate_reads_more_into_stands_for_itself() {
        check("a{b}", r"a\{b\}");
        check("{,3}", r"\{\,3\}");
        check("[a&&b[c]", r"[a\&\&b\[c]");
        check("[]a]", r"[\]a]");
        check(
            "[a--z]",
            r"error: the regular expression is not valid: a range of characters ends before it begins",
        );
        check(r"\<a\>", "<a>");
        check(r"\d\w\s\b", "[0-9][0-9A-Za-z_][\\t\\n\\x0C\\r ](?-u:\\b)");
        check(r"[\d-z]", r"[0-9\-z]");
        check(r"\Qa.b*\E+", r"a\.b\*+");
        check(r"\x41\x{e9}\101", "AéA");
    }

    #[test]
    fn what_go_refuses_is_refused() {
        let nested =
            "error: a repetition of a repetition, as in `**`, is not accepted by Go's regular expressions";
        for pattern in ["^**$", "src/**", "a***", "a+*", "a*?*", "a{2}{3}", "a??+"] {
            check(pattern, nested);
        }
        for (pattern, reason) in [
            ("*a", "a repetition has nothing before it to repeat"),
            ("(+a)", "a repetition has nothing before it to repeat"),
            ("a|*", "a repetition has nothing before it to repeat"),
            ("(a", "a `(` is never closed"),
            ("a)", "a `)` closes nothing"),
            ("[a", "a `[` is never closed"),
            ("a{1001}", "a repetition counts over 1,000"),
            ("(?x)a", "`(?` is followed by what is no flag and no name"),
            (r"\u0041", "a `\\` is followed by what it cannot escape"),
            (r"\Z", "a `\\` is followed by what it cannot escape"),
        ] {
            check(pattern, &format!("error: the regular expression is not valid: {reason}"));
        }
    }

    #[test]
    fn what_linear_engines_cannot_is_named() {
        let look =
            "error: look-around and atomic groups are not supported here: no linear-time engine knows them";
        for pattern in ["(?=a)", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?>a)"] {
            check(pattern, look);
        }
        let back = "error: back-references are not supported here: no linear-time engine knows them";
        check(r"(a)\1", back);
    }
}
