//! What the organisation is exposed to.
//!
//! [`concentration()`] says what falls with each external party and each failure domain, [`tier_inversions`]
//! which critical entities rest on less critical ones, [`shared_fate()`] which redundancy is none, and
//! [`call_limits()`] which callers give up too early and which retries multiply.

mod call_amplification;
mod call_limits;
mod calls;
mod concentration;
mod shared_fate;
mod tier_inversion;

#[cfg(test)]
mod tests;

pub use call_limits::{CallLimits, RetryChain, RetryCircle, RetryLink, TimeoutInversion, call_limits};
pub use calls::{Call, StatedLimit};
pub use concentration::{Concentration, Exposure, RestsOn, concentration};
pub use shared_fate::{
    CommonThing, IsolationBreach, SharedFate, SpuriousRedundancy, WayToCommonThing, shared_fate,
};
pub use tier_inversion::{
    TierInversion, TierInversions, UnknownTier, tier_inversions, tier_inversions_among,
};
