//! The keys of a provider (a JSON Web Key Set, RFC 7517).

use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, Jwk, PublicKeyUse},
};
use serde::Deserialize;

use super::SignatureAlgorithm;

/// The most keys that are looked at.
const KEYS_MAX: usize = 100;

/// The keys by which tokens can be signed.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<SigningKey>,
}

#[derive(Debug)]
struct SigningKey {
    id: Option<String>,
    /// What the key itself says that it is for.
    algorithm: Option<String>,
    key: DecodingKey,
}

impl KeySet {
    /// Reads a set. Keys of kinds that are not known, for encryption, and secrets that both sides share are
    /// passed over.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        /// The set, of which single keys may be anything.
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let set: Set = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let keys: Vec<SigningKey> = set.keys.into_iter().take(KEYS_MAX).filter_map(SigningKey::of).collect();
        if keys.is_empty() {
            Err("no key to check signatures with is in it".into())
        } else {
            Ok(Self { keys })
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key that a token names, if it can be used with the algorithm; where the token names none, the only
    /// one that can.
    pub(super) fn key(&self, id: Option<&str>, algorithm: SignatureAlgorithm) -> Option<&DecodingKey> {
        let named = |key: &&SigningKey| id.is_none_or(|id| key.id.as_deref() == Some(id));
        let mut fitting = self.keys.iter().filter(named).filter(|key| key.fits(algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(&only.key),
            _ => None,
        }
    }
}

impl SigningKey {
    fn of(value: serde_json::Value) -> Option<Self> {
        let algorithm = value.get("alg").and_then(serde_json::Value::as_str).map(str::to_owned);
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let is_public = matches!(
            jwk.algorithm,
            AlgorithmParameters::RSA(_)
                | AlgorithmParameters::EllipticCurve(_)
                | AlgorithmParameters::OctetKeyPair(_)
        );
        let is_for_signatures =
            jwk.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
        if !is_public || !is_for_signatures {
            return None;
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithm, key })
    }

    fn fits(&self, algorithm: SignatureAlgorithm) -> bool {
        let is_said = self.algorithm.as_deref().is_none_or(|said| said == algorithm.name());
        is_said && self.key.family() == algorithm.family()
    }
}
