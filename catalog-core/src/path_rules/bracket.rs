//! One part of a path against a glob: `*`, `?`, escapes, and sets of characters where a dialect has them.

/// Whether one part of a path fits a pattern with `*`, `?` and escapes, and with `[…]` if `sets`.
///
/// Takes at most `pattern length × text length` steps: after a `*` only the last one is ever tried again.
pub(super) fn glob_matches(glob: &[u8], text: &[u8], sets: bool) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on after the last `*`, and from which byte of the text.
    let mut again = None;
    loop {
        match (glob.get(at), text.get(place)) {
            (Some(b'*'), _) => {
                at += 1;
                again = Some((at, place));
                continue;
            }
            (Some(b'?'), Some(_)) => {
                at += 1;
                place = next_character(text, place);
                continue;
            }
            (Some(b'['), Some(_)) if sets => {
                let end = next_character(text, place);
                if let Some(after) = after_set(glob, at, &text[place..end]) {
                    at = after;
                    place = end;
                    continue;
                }
            }
            (Some(byte), Some(found)) => {
                let escape = usize::from(*byte == b'\\');
                if glob.get(at + escape) == Some(found) {
                    at += 1 + escape;
                    place += 1;
                    continue;
                }
            }
            (None, None) => return true,
            (Some(_), None) => return false,
            (None, Some(_)) => {}
        }
        let Some((after, from)) = again else { return false };
        let from = next_character(text, from);
        again = Some((after, from));
        (at, place) = (after, from);
    }
}

/// Where a set that begins at `at` ends, if it holds the character; `None` also for a set without end.
fn after_set(glob: &[u8], at: usize, character: &[u8]) -> Option<usize> {
    let negated = matches!(glob.get(at + 1), Some(b'!' | b'^'));
    let mut place = at + 1 + usize::from(negated);
    let mut holds = false;
    while *glob.get(place)? != b']' {
        let (first, after) = set_member(glob, place)?;
        place = after;
        let mut last = first;
        if glob.get(place) == Some(&b'-') && glob.get(place + 1).is_some_and(|byte| *byte != b']') {
            (last, place) = set_member(glob, place + 1)?;
        }
        // UTF-8 sorts as its characters do.
        holds |= first <= character && character <= last;
    }
    (holds != negated).then_some(place + 1)
}

/// One character of a set, and the place after it.
fn set_member(glob: &[u8], place: usize) -> Option<(&[u8], usize)> {
    let start = place + usize::from(glob.get(place) == Some(&b'\\'));
    (start < glob.len()).then(|| {
        let end = next_character(glob, start);
        (&glob[start..end], end)
    })
}

/// The place after the character at `place`; a byte that is not UTF-8 counts as a character.
fn next_character(text: &[u8], place: usize) -> usize {
    let mut next = place + 1;
    while text.get(next).is_some_and(|byte| (0x80..0xC0).contains(byte)) {
        next += 1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_characters_and_ranges() {
        let check = |glob: &str, text: &str| glob_matches(glob.as_bytes(), text.as_bytes(), true);
        assert!(check("a.[ch]", "a.c") && check("a.[ch]", "a.h") && !check("a.[ch]", "a.d"));
        assert!(check("[a-c]x", "bx") && !check("[a-c]x", "dx"));
        assert!(check("[!a-c]", "d") && check("[^a-c]", "é") && !check("[!a]", "a"));
        assert!(check("[a-]", "-") && check(r"[\]]", "]") && check("*[0-9]", "ab1"));
        assert!(check("[à-ü]", "é") && !check("[à-ü]", "a"));
        assert!(!check("[a", "a") && !check("[]", "a") && !check("[a-", "a"));
        assert!(glob_matches(b"[a]", b"[a]", false));
    }
}
