//! Moments, as the model keeps them.

/// A moment in whole seconds since 1970-01-01T00:00:00Z. Formatting belongs to the edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The whole seconds since the epoch.
    pub fn seconds(self) -> i64 {
        self.0
    }
}
