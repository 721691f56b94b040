//! On what ground someone is held to own something.

/// The ground of an ownership claim, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ClaimGround {
    /// The entity's own catalog manifest names the owner.
    Declared = 0,
    /// A manifest of another catalog's format names the owner.
    OtherCatalog = 1,
    /// The ownership file of the repository covers the path of the entity's manifest.
    PathRule = 2,
    /// A file that describes what runs names somebody, as a chart does its maintainers.
    Evidence = 3,
}

impl ClaimGround {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::OtherCatalog => "other-catalog",
            Self::PathRule => "path-rule",
            Self::Evidence => "evidence",
        }
    }
}
