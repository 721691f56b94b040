//! One word for what formats and people call by many: tiers, lifecycles, kinds of links.

mod tier;

pub(super) use tier::tier_of;
