//! What a token says, once it is known who signed it.

use catalog_core::model::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

/// By how much the clocks of the provider and of this machine may differ, in seconds.
const LEEWAY: f64 = 60.0;
/// How long the name of somebody may be, in bytes.
const SUBJECT_BYTES_MAX: usize = 500;

/// The claims of a token.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Whether they are of this issuer, for this audience, and good at this moment (RFC 7519, 4.1).
    pub(super) fn are_good(&self, issuer: &str, audience: &str, now: Timestamp) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "seconds of this age fit in a double")]
        let now = now.seconds() as f64;
        let is_audience = match self.0.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(audience)),
            _ => false,
        };
        // A token without an end is good for ever, which none should be.
        let is_young = self.0.get("exp").and_then(Value::as_f64).is_some_and(|end| now < end + LEEWAY);
        let is_old_enough = match self.0.get("nbf") {
            None => true,
            Some(start) => start.as_f64().is_some_and(|start| start <= now + LEEWAY),
        };
        let is_issuer = self.0.get("iss").and_then(Value::as_str) == Some(issuer);
        is_issuer && is_audience && is_young && is_old_enough
    }

    /// A claim that is a text, and not an endless one.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.claim(name)?.as_str()?;
        (!text.is_empty() && text.len() <= SUBJECT_BYTES_MAX).then_some(text)
    }

    /// A claim that is a text or a list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A claim by its name, or one within a claim by their names with dots between.
    fn claim(&self, name: &str) -> Option<&Value> {
        if let Some(value) = self.0.get(name) {
            return Some(value);
        }
        let mut parts = name.split('.');
        let first = self.0.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }
}
