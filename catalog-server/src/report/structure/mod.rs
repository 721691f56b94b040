//! What the shape of the needs says, as JSON and as pages.

mod call_limits;
mod concentration;
mod shared_fate;
mod tier_inversion;

pub use call_limits::CallLimitsReport;
pub use concentration::ConcentrationReport;
pub use shared_fate::SharedFateReport;
pub use tier_inversion::TierInversionsReport;
