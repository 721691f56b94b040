//! Documents of pages with hostile names, and at their limits.
