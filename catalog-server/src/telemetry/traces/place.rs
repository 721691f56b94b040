//! Where a span stands in its trace: W3C Trace Context, level 1.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// A span by its trace and its own number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpanPlace {
    /// The trace; never 0.
    pub(super) trace: u128,
    /// The span; never 0.
    pub(super) span: u64,
    /// Whether the spans of this trace are kept.
    pub(super) is_sampled: bool,
}

impl SpanPlace {
    /// The first span of a new trace, which is kept.
    pub(super) fn first() -> Self {
        let trace = (u128::from(random()) << 64) | u128::from(random());
        Self { trace, span: random(), is_sampled: true }
    }

    /// Another span of the same trace.
    pub(super) fn next(self) -> Self {
        Self { span: random(), ..self }
    }

    /// What a header `traceparent` says, if it is one.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let mut parts = header.trim().split('-');
        let version = hexadecimal(parts.next()?, 2)?;
        let trace = hexadecimal(parts.next()?, 32)?;
        let span = u64::try_from(hexadecimal(parts.next()?, 16)?).ok()?;
        let flags = hexadecimal(parts.next()?, 2)?;
        // Later versions may say more; the first one does not, and the last number is none.
        let is_known = version != 0xff && (version > 0 || parts.next().is_none());
        (is_known && trace != 0 && span != 0).then_some(Self { trace, span, is_sampled: flags & 1 == 1 })
    }
}

/// A number of so many digits, in lower case.
fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    let is_one = text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_one.then(|| u128::from_str_radix(text, 16).ok())?
}

/// A number that nothing else has, as far as chance goes; never 0. It need not be secret.
fn random() -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    KEYS.hash_one(COUNT.fetch_add(1, Ordering::Relaxed)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_says_trace_span_and_whether_they_are_kept() {
        let place = SpanPlace::parse(SENT).expect("it is one");
        assert_eq!(place.trace, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!((place.span, place.is_sampled), (0x00f0_67aa_0ba9_02b7, true));
        let other = SENT.replace("-01", "-00");
        assert!(SpanPlace::parse(&other).is_some_and(|place| !place.is_sampled));
        assert!(SpanPlace::parse(&SENT.replacen("00", "01", 1)).is_some());
        assert!(SpanPlace::parse(&format!("{}-more", SENT.replacen("00", "cc", 1))).is_some());
    }

    #[test]
    fn what_is_no_such_header_is_none() {
        for wrong in [
            "",
            "-",
            "00-",
            &SENT.to_uppercase(),
            &SENT.replacen("00", "ff", 1),
            &format!("{SENT}-more"),
            &SENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &SENT.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &SENT.replace("4bf9", "+bf9"),
            &SENT.replace("4bf9", "äbf"),
            &SENT.replace("-01", "-1"),
        ] {
            assert_eq!(SpanPlace::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_place_is_another() {
        let first = SpanPlace::first();
        assert!(first.trace >> 64 != 0 && first.trace != SpanPlace::first().trace);
        let next = first.next();
        assert!(next.trace == first.trace && next.span != first.span && next.is_sampled);
    }
}
