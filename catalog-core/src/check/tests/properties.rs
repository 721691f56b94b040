//! What holds for every change.
