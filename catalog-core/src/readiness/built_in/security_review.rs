//! That somebody looked at the security of an entity, not too long ago.

use crate::{
    expression::day_of,
    model::{KeyedText, Position},
};

use super::{Answer, Asked, BuiltIn, MeasureKind};

/// The annotation or label that holds the date, where a policy names no other.
const REVIEWED: &str = "security/reviewed-on";
/// The annotation or label that holds the last day on which the review counts, likewise.
const EXPIRES: &str = "security/review-expires-on";
/// How many days a review counts, likewise.
const DAYS_MAX: u32 = 365;

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "security-review",
    title: "its security was reviewed",
    why: "What nobody has looked at for long has holes that nobody knows of.",
    remedy: "Have it reviewed, and note the day in the annotation `security/reviewed-on`, as in `2026-05-31`.",
    takes: &[MeasureKind::Annotation, MeasureKind::Expires, MeasureKind::DaysMax],
    check,
};

fn check(asked: Asked<'_, '_>) -> Answer {
    let reviewed_key = asked.measures.annotation.as_deref().unwrap_or(REVIEWED);
    let expires_key = asked.measures.expires.as_deref().unwrap_or(EXPIRES);
    let Some((reviewed, position)) = noted(asked, reviewed_key) else {
        return Answer::failed(format!("neither an annotation nor a label `{reviewed_key}` tells when"))
            .at(asked.place());
    };
    let failed = |reason: String, position: Position| Answer::failed(reason).at(asked.place_of(position));
    let Some(reviewed_day) = day_of(reviewed) else {
        return failed(no_date(reviewed_key, reviewed), position);
    };
    let today = asked.inquiry.now().seconds().div_euclid(86_400);
    let age = today - reviewed_day;
    if age < 0 {
        return failed(format!("`{reviewed_key}` is {reviewed}, which is still to come"), position);
    }
    if let Some((expires, position)) = noted(asked, expires_key) {
        return match day_of(expires) {
            None => failed(no_date(expires_key, expires), position),
            Some(last) if last < today => failed(format!("its review ended on {expires}"), position),
            Some(_) => asked.passed(|| {
                (format!("reviewed on {reviewed}, which counts until {expires}"), asked.place_of(position))
            }),
        };
    }
    let days_max = asked.measures.days_max.unwrap_or(DAYS_MAX);
    if age > i64::from(days_max) {
        return failed(
            format!("its review of {reviewed} is {age} days old, expected at most {days_max}"),
            position,
        );
    }
    asked.passed(|| {
        (format!("reviewed on {reviewed}, which counts for {days_max} days"), asked.place_of(position))
    })
}

fn no_date(key: &str, value: &str) -> String {
    let shown: String = value.chars().take(40).collect();
    format!("`{key}` is `{shown}`, expected a date as in `2026-05-31`")
}

/// What the annotation, or else the label, of this key says.
fn noted<'g>(asked: Asked<'_, 'g>, key: &str) -> Option<(&'g str, Position)> {
    let of = |texts: &'g [KeyedText]| texts.iter().find(|(name, _)| &**name == key);
    let (_, value) = of(asked.entity.annotations()).or_else(|| of(asked.entity.labels()))?;
    Some((value.value.trim(), value.position))
}
