//! Whether what came was sent by who knows a secret.
//!
//! GitHub: HMAC-SHA256 over the raw body, in hexadecimal behind `sha256=`, in `X-Hub-Signature-256`. Gitea and
//! Forgejo: the same without the prefix, in `X-Gitea-Signature` or `X-Forgejo-Signature`. GitLab: the secret
//! itself in `X-Gitlab-Token`; or, where the secret begins with `whsec_`, a signature as Standard Webhooks
//! has it, HMAC-SHA256 over `id.timestamp.body` in base 64 behind `v1,`, in `webhook-signature`. All are
//! compared in constant time.

use base64::{Engine, engine::general_purpose::STANDARD};
use catalog_core::model::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Dialect;

/// What a secret of Standard Webhooks begins with.
const SIGNING_PREFIX: &str = "whsec_";
/// By how many seconds the time of a signature may be another one than ours: somewhat more than clocks differ.
const TIME_MAX: i64 = 600;
/// Signatures that are tried of one header, which may hold several.
const SIGNATURES_MAX: usize = 8;

/// A secret that a host and this server share. It is shown nowhere.
pub struct HookSecret {
    key: Vec<u8>,
    /// Whether it signs as Standard Webhooks has it.
    is_signing: bool,
}

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookSecretError {
    /// Anybody would know it.
    #[error("it is empty")]
    Empty,
    /// It begins as a signing token and is none.
    #[error("it begins with `whsec_`, and what follows is not base 64")]
    NotBase64,
}

impl HookSecret {
    /// Takes a secret as it is written on the page of the host.
    pub fn new(text: &str) -> Result<Self, HookSecretError> {
        let text = text.trim();
        if text.is_empty() || text == SIGNING_PREFIX {
            return Err(HookSecretError::Empty);
        }
        let Some(encoded) = text.strip_prefix(SIGNING_PREFIX) else {
            return Ok(Self { key: text.as_bytes().to_vec(), is_signing: false });
        };
        let key = STANDARD.decode(encoded).map_err(|_| HookSecretError::NotBase64)?;
        Ok(Self { key, is_signing: true })
    }

    fn signs(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return false };
        parts.iter().for_each(|part| mac.update(part));
        mac.verify_slice(signature).is_ok()
    }

    /// Compares hashes, so that not even the length is told by the time it takes.
    fn is(&self, token: &str) -> bool {
        let (own, sent) = (Sha256::digest(&self.key), Sha256::digest(token.as_bytes()));
        own.as_slice().ct_eq(sent.as_slice()).into()
    }
}

impl std::fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HookSecret(***)")
    }
}

/// Whether one of the secrets signed what came.
pub(super) fn is_signed(
    dialect: Dialect,
    secrets: &[HookSecret],
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
    now: Timestamp,
) -> bool {
    match dialect {
        Dialect::Github => {
            let signature = header("x-hub-signature-256");
            let signature = signature.as_deref().and_then(|text| bytes_of(text.strip_prefix("sha256=")?));
            signature.is_some_and(|signature| secrets.iter().any(|secret| secret.signs(&[body], &signature)))
        }
        Dialect::Gitea => {
            // Where Forgejo signs by its own name, that one has to be right.
            let signature = header("x-forgejo-signature").or_else(|| header("x-gitea-signature"));
            let signature = signature.as_deref().and_then(bytes_of);
            signature.is_some_and(|signature| secrets.iter().any(|secret| secret.signs(&[body], &signature)))
        }
        Dialect::Gitlab => {
            let token = header("x-gitlab-token");
            let (signing, plain): (Vec<_>, Vec<_>) = secrets.iter().partition(|secret| secret.is_signing);
            let is_known = |token: String| plain.iter().any(|secret| secret.is(&token));
            token.is_some_and(is_known) || is_signed_as_standard(&signing, header, body, now)
        }
    }
}

fn is_signed_as_standard(
    secrets: &[&HookSecret],
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
    now: Timestamp,
) -> bool {
    let parts = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let (Some(id), Some(time), Some(signatures)) = parts else { return false };
    let is_in_time =
        time.parse::<i64>().is_ok_and(|sent| sent.saturating_sub(now.seconds()).saturating_abs() <= TIME_MAX);
    let mut signatures = signatures
        .split(' ')
        .take(SIGNATURES_MAX)
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok());
    is_in_time
        && signatures.any(|signature| {
            let parts = [id.as_bytes(), b".", time.as_bytes(), b".", body];
            secrets.iter().any(|secret| secret.signs(&parts, &signature))
        })
}

/// The bytes of a SHA-256 in hexadecimal.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..64).step_by(2).map(pair).collect()
}
