//! One word for what formats and people call by many: names, tiers, lifecycles, kinds of links.

mod entity_name;
mod kind_of_type;
mod lifecycle;
mod link_type;
mod tier;

pub(super) use entity_name::entity_name;
pub(super) use kind_of_type::kind_of_type;
pub(super) use lifecycle::lifecycle_of;
pub(super) use link_type::link_type_of;
pub(super) use tier::tier_of;
