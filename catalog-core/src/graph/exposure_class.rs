//! External parties and failure domains: the Resources that an organisation does not hold in its own hands.

use super::Entity;

/// What kind of exposure an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExposureClass {
    /// Somebody else: a Resource of type `saas`, `cloud`, `partner` or `vendor`.
    ExternalParty,
    /// A place that fails as a whole: a Resource of type `region`, `zone`, `cell` or `datacenter`.
    FailureDomain,
}

impl ExposureClass {
    const PARTIES: [&str; 4] = ["saas", "cloud", "partner", "vendor"];
    const DOMAINS: [&str; 4] = ["region", "zone", "cell", "datacenter"];

    /// The class of an entity, by its kind and type; `None` for what the organisation holds itself.
    pub fn of(entity: Entity<'_>) -> Option<Self> {
        let entity_type = entity.entity_type().filter(|_| entity.name().kind() == "resource")?;
        let is_one_of = |types: [&str; 4]| types.iter().any(|known| known.eq_ignore_ascii_case(entity_type));
        if is_one_of(Self::PARTIES) {
            Some(Self::ExternalParty)
        } else {
            is_one_of(Self::DOMAINS).then_some(Self::FailureDomain)
        }
    }

    /// The class in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExternalParty => "external-party",
            Self::FailureDomain => "failure-domain",
        }
    }
}
