//! On what ground someone is held to own something.

/// The ground of an ownership claim, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ClaimGround {
    /// The entity's own catalog manifest names the owner.
    Declared = 0,
    /// The ownership file of the repository covers the path of the entity's manifest.
    PathRule = 1,
}

impl ClaimGround {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::PathRule => "path-rule",
        }
    }
}
