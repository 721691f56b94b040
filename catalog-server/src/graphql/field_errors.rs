//! Nulls where the GraphQL specification has them, and nowhere else.
//!
//! A field that ended in an error is null where it may be, and else what it is in ("Handling Field Errors",
//! 6.4.4); the library leaves it out of its object. An object of which nothing was selected is empty; the
//! library makes it null.

use std::{
    collections::HashSet,
    mem::take,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{QueryPathNode, Response, ServerError, ServerResult, Value, indexmap::IndexMap};

/// What parts the segments of a path that is written as text; no name has it.
const PART: char = '.';

/// The errors of the fields of one answer while it is made.
#[derive(Debug, Default)]
pub(super) struct FieldErrors {
    /// Whether there are any, so that fields of an answer without errors cost nothing.
    are_any: AtomicBool,
    noted: Mutex<Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    /// Each with its path as text.
    errors: Vec<(String, ServerError)>,
    /// The paths of what they are in.
    around: HashSet<String>,
    /// The paths of errors and of what they are in, as far as their types say that they are never null.
    never_null: HashSet<String>,
}

impl FieldErrors {
    /// The value of a field or an item, null for one that ended in an error. Whatever is in it was settled
    /// before it.
    pub(super) fn settle(
        &self,
        path: &QueryPathNode<'_>,
        type_name: &str,
        found: ServerResult<Option<Value>>,
    ) -> Option<Value> {
        // Of what is never null, only objects and numbers that JSON does not have are null here.
        if matches!(found, Ok(Some(Value::Null))) && type_name.ends_with('!') && type_name != "Float!" {
            return Some(Value::Object(IndexMap::new()));
        }
        if found.is_ok() && !self.are_any.load(Ordering::Relaxed) {
            return found.unwrap_or_default();
        }
        let path = path.to_string();
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if type_name.ends_with('!') && (found.is_err() || noted.around.contains(&path)) {
            noted.never_null.insert(path.clone());
        }
        found.unwrap_or_else(|error| {
            noted.around.extend(path.match_indices(PART).map(|(end, _)| path[..end].to_owned()));
            noted.errors.push((path, error));
            self.are_any.store(true, Ordering::Relaxed);
            Some(Value::Null)
        })
    }

    /// Adds the errors to the answer, where no null stands now that its type forbids.
    pub(super) fn complete(&self, response: &mut Response) {
        if !self.are_any.swap(false, Ordering::Relaxed) {
            if response.errors.is_empty() && response.data == Value::Null {
                response.data = Value::Object(IndexMap::new());
            }
            return;
        }
        let noted = take(&mut *self.noted.lock().unwrap_or_else(PoisonError::into_inner));
        let Noted { errors, never_null, .. } = noted;
        for (path, error) in errors {
            response.errors.push(error);
            let mut is_null = Some(path.as_str());
            while let Some(path) = is_null.filter(|path| never_null.contains(*path)) {
                is_null = path.rsplit_once(PART).map(|(above, _)| above);
            }
            match is_null {
                Some(path) => set_null(&mut response.data, path),
                None => response.data = Value::Null,
            }
        }
    }
}

/// Sets what is at a path to null, unless what it is in is null already.
fn set_null(data: &mut Value, path: &str) {
    let place = path.split(PART).try_fold(data, |within, segment| match within {
        Value::Object(fields) => fields.get_mut(segment),
        Value::List(items) => items.get_mut(segment.parse::<usize>().ok()?),
        _ => None,
    });
    if let Some(place) = place {
        *place = Value::Null;
    }
}
