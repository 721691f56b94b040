//! What an expression costs: functions that the expression itself cannot name count its steps, and end it
//! where there are too many.
//!
//! The library stops at nothing. So [`super::metering`] puts calls of these functions into an expression
//! wherever it goes round a loop or takes a value in hand whose size the expression may have made; each
//! counts, and an error of theirs ends the evaluation. Steps are counted, not seconds: the same expression
//! over the same facts always ends the same way.

use std::{
    cell::{Cell, RefCell},
    sync::{Arc, LazyLock},
};

use cel::{
    Env, ExecutionError,
    common::{
        types::{CelBool, CelBytes, CelInt, CelList, CelMap, CelOptional, CelString, DYN_TYPE, STRING_TYPE},
        value::{CowVal, Val},
    },
};
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use crate::model::Timestamp;

use super::day_of;

/// How many steps one expression may take over the facts of one entity: a way round a loop, a value in hand,
/// and some sixty bytes of a text are a step each.
pub const STEPS_MAX: u64 = 100_000;

/// Counts a way round a loop.
pub(super) const STEP: &str = "@step";
/// Counts the size of a value.
pub(super) const SIZED: &str = "@sized";
/// `matches` with a pattern that the expression spells out: it is read once.
pub(super) const MATCHES: &str = "@matches";
/// `matches` with a pattern that is only known then.
pub(super) const MATCHES_ANY: &str = "@matches_any";
/// The function that tells the age of a date.
pub(super) const DAYS_SINCE: &str = "daysSince";

/// How long a pattern may be, and how large it may be once it is read.
const PATTERN_BYTES_MAX: usize = 1_024;
const PATTERN_SIZE_MAX: usize = 1 << 18;
/// How many patterns are kept by a thread.
const PATTERNS_MAX: usize = 64;

/// The functions of the language and ours.
pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = [
        env.add_overload(STEP, "step", vec![DYN_TYPE], step),
        env.add_overload(SIZED, "sized", vec![DYN_TYPE], sized),
        env.add_overload(MATCHES, "matches_spelled", vec![STRING_TYPE, STRING_TYPE], matches),
        env.add_overload(MATCHES_ANY, "matches_any", vec![STRING_TYPE, STRING_TYPE], matches_any),
        env.add_overload(DAYS_SINCE, "days_since", vec![STRING_TYPE], days_since),
    ];
    added.into_iter().collect::<Result<(), _>>().expect("the names are not taken");
    Arc::new(env)
});

thread_local! {
    /// The steps that are left to the expression that this thread evaluates, and the moment it asks at.
    static METER: Cell<(u64, i64)> = const { Cell::new((0, 0)) };
    static PATTERNS: RefCell<FxHashMap<Box<str>, Result<Regex, String>>> = RefCell::default();
}

/// Begins to count for an expression.
pub(super) fn begin(steps: u64, now: Timestamp) {
    METER.set((steps, now.seconds()));
}

/// How many steps are left. None are where it was ended.
pub(super) fn steps_left() -> u64 {
    METER.get().0
}

fn charge(steps: u64) -> Result<(), ExecutionError> {
    let (left, now) = METER.get();
    let after = left.saturating_sub(steps);
    METER.set((after, now));
    if after == 0 { Err(fault("too many steps")) } else { Ok(()) }
}

fn fault(message: &str) -> ExecutionError {
    ExecutionError::FunctionError { function: String::new(), message: message.to_owned() }
}

fn only<'b, 'v>(mut arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    arguments.pop().ok_or_else(|| fault("an argument is missing"))
}

fn step<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    charge(1)?;
    only(arguments)
}

fn sized<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = only(arguments)?;
    charge(size_of(value.as_ref(), steps_left()))?;
    Ok(value)
}

/// How large a value is, in steps; it is not looked at further than `most`.
fn size_of(value: &dyn Val, most: u64) -> u64 {
    let mut size = 0_u64;
    let mut open: Vec<&dyn Val> = vec![value];
    while let Some(value) = open.pop() {
        size += 1;
        if let Some(text) = value.downcast_ref::<CelString<'_>>() {
            size += text.inner().len() as u64 / 64;
        } else if let Some(list) = value.downcast_ref::<CelList<'_>>() {
            open.extend(list.inner().iter().map(|item| &**item));
        } else if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
            size += map.inner().len() as u64;
            open.extend(map.inner().values().map(|item| &**item));
        } else if let Some(bytes) = value.downcast_ref::<CelBytes<'_>>() {
            size += bytes.inner().len() as u64 / 64;
        } else if let Some(optional) = value.downcast_ref::<CelOptional<'_>>() {
            open.extend(optional.inner());
        }
        if size >= most {
            return most;
        }
    }
    size
}

fn text_of<'a>(value: &'a CowVal<'_, '_>) -> &'a str {
    value.downcast_ref::<CelString<'_>>().map(CelString::inner).unwrap_or_default()
}

#[expect(clippy::needless_pass_by_value, reason = "the library calls its functions like this")]
fn matches<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [text, pattern] = arguments.as_slice() else { return Err(fault("an argument is missing")) };
    let (text, pattern) = (text_of(text), text_of(pattern));
    charge(2 + text.len() as u64 / 64)?;
    if pattern.len() > PATTERN_BYTES_MAX {
        let found = pattern.len();
        return Err(fault(&format!(
            "a pattern is {found} bytes, over the limit `pattern_bytes_max` of {PATTERN_BYTES_MAX}"
        )));
    }
    PATTERNS.with_borrow_mut(|patterns| {
        if !patterns.contains_key(pattern) {
            if patterns.len() >= PATTERNS_MAX {
                patterns.clear();
            }
            let read = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE_MAX).build();
            let read =
                read.map_err(|error| format!("`{pattern}` is no pattern: {}", last_line(&error.to_string())));
            patterns.insert(pattern.into(), read);
        }
        match &patterns[pattern] {
            Ok(read) => Ok(CowVal::owned(CelBool::from(read.is_match(text)))),
            Err(message) => Err(fault(message)),
        }
    })
}

fn matches_any<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    // Whether the pattern was met before is chance, so that reading it is always counted.
    charge(500)?;
    matches(arguments)
}

fn last_line(message: &str) -> &str {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ")
}

#[expect(clippy::needless_pass_by_value, reason = "the library calls its functions like this")]
fn days_since<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let text = arguments.first().map(text_of).unwrap_or_default();
    let day = day_of(text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        fault(&format!("`{shown}` is no date, expected one as in `2026-05-31`"))
    })?;
    let today = METER.get().1.div_euclid(86_400);
    Ok(CowVal::owned(CelInt::from(today - day)))
}
