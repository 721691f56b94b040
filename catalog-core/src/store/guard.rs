//! Calls into redb, which may panic on pages that were damaged outside of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::StoreError;

/// Makes one call into redb; a panic of redb becomes [`StoreError::Corrupt`].
///
/// What the call was working on must not be used afterwards. Nothing of the caller runs inside.
pub(super) fn guard<T, E: Into<redb::Error>>(
    doing: &str,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| StoreError::from(error.into())),
        Err(_panic) => Err(StoreError::corrupt(format!("its pages make no sense while {doing}"))),
    }
}

/// Gives up something of redb's; what goes wrong then is of no interest any more.
pub(super) fn discard<T>(value: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
}
