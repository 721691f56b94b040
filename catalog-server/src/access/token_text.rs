//! The text of a token: told once, known afterwards by its hash alone.
//!
//! `catalog_` names whose it is, eight digits say which token it is, sixty-four are the secret (256 random
//! bits), and the last eight are a checksum, by which a scanner tells a token from text that looks like one:
//! `catalog_[0-9a-f]{8}_[0-9a-f]{72}`.

use std::{fmt, str::FromStr};

use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every token begins with.
const PREFIX: &str = "catalog_";
const ID_DIGITS: usize = 8;
const SECRET_DIGITS: usize = 64;
const CHECK_DIGITS: usize = 8;

/// The whole token, as it is shown once and sent with requests. Never written to a log.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(String);

/// Which token it is. No secret: it stands at the token's beginning, so that a leaked one can be revoked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(String);

/// What a token is known by: the SHA-256 of its whole text.
#[derive(Clone, Copy, Debug)]
pub struct TokenHash([u8; 32]);

/// The system has no random numbers to give.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

impl TokenText {
    /// A new token with 256 random bits of its own.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = [0_u8; (ID_DIGITS + SECRET_DIGITS) / 2];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
        let (id, secret) = bytes.split_at(ID_DIGITS / 2);
        let text = format!("{PREFIX}{}_{}", hex(id), hex(secret));
        let check = check_digits(&text);
        Ok(Self(text + &check))
    }

    /// The token that a text is; `None` where it has another form or its checksum is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let (id, rest) = rest.split_once('_')?;
        let digits = |text: &str, count: usize| text.len() == count && is_lower_hex(text);
        if !digits(id, ID_DIGITS) || !digits(rest, SECRET_DIGITS + CHECK_DIGITS) {
            return None;
        }
        let (body, check) = text.split_at(text.len() - CHECK_DIGITS);
        (check_digits(body) == check).then(|| Self(text.to_owned()))
    }

    /// Which token it is.
    pub fn id(&self) -> TokenId {
        TokenId(self.0[PREFIX.len()..PREFIX.len() + ID_DIGITS].to_owned())
    }

    /// What it is known by.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }

    /// The text itself, to be shown to whoever asked for the token, and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenText({}…)", self.id())
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TokenId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        (text.len() == ID_DIGITS && is_lower_hex(text)).then(|| Self(text.to_owned())).ok_or(())
    }
}

impl TokenHash {
    /// A hash that no token has, to compare with where there is nothing to compare with.
    pub(super) const NONE: Self = Self([0; 32]);

    /// Whether both are the same, in a time that does not tell where they differ.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// As sixty-four hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }

    /// The hash of sixty-four hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !is_lower_hex(text) {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn check_digits(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes())[..CHECK_DIGITS / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_again_and_no_two_are_the_same() {
        let (one, other) = (TokenText::random().expect("random"), TokenText::random().expect("random"));
        assert_ne!(one, other);
        let again = TokenText::parse(one.reveal()).expect("a token");
        assert_eq!(again.id(), one.id());
        assert!(again.hash().is(&one.hash()) && !again.hash().is(&other.hash()));
        let hash = TokenHash::from_hex(&one.hash().to_hex()).expect("a hash");
        assert!(hash.is(&one.hash()));
    }

    #[test]
    fn what_only_looks_like_a_token_is_none() {
        let token = TokenText::random().expect("random").reveal().to_owned();
        let last = if token.ends_with('0') { "1" } else { "0" };
        let cases = [
            String::new(),
            "catalog_".into(),
            token[..token.len() - 1].to_owned(),
            format!("{token}0"),
            format!("{}{last}", &token[..token.len() - 1]),
            token.to_uppercase(),
            token.replacen("catalog_", "catalog-", 1),
            format!(" {token}"),
            "catalog_12345678_é".into(),
        ];
        for case in cases {
            assert!(TokenText::parse(&case).is_none(), "{case}");
        }
    }

    #[test]
    fn a_token_is_never_shown_by_accident() {
        let token = TokenText::random().expect("random");
        let shown = format!("{token:?}");
        assert!(!shown.contains(&token.reveal()[20..40]), "{shown}");
    }

    /// 100,000 comparisons each with a hash that differs in its first byte and in its last.
    #[test]
    fn comparing_takes_the_same_time_wherever_hashes_differ() {
        let hash = TokenText::random().expect("random").hash();
        let (mut early, mut late) = (hash, hash);
        early.0[0] ^= 1;
        late.0[31] ^= 1;
        let time = |other: &TokenHash| {
            let rounds = (0..20).map(|_| {
                let started = std::time::Instant::now();
                for _ in 0..5_000 {
                    assert!(!std::hint::black_box(&hash).is(std::hint::black_box(other)));
                }
                started.elapsed().as_secs_f64()
            });
            rounds.fold(f64::MAX, f64::min)
        };
        let ratio = time(&early) / time(&late);
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
    }
}
