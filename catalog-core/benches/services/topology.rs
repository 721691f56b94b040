//! Who needs whom in an organisation of the shape that Meta published (Huye, Shkuro, Sambasivan, "Lifting the
//! veil on Meta's microservice architecture", USENIX ATC 2023), at five needs an entity.
//!
//! Entities are of *domains* of some hundreds, which lie in *divisions* of some twenty. The first domain of a
//! division is its platform, and a thousandth of all entities is the platform of the whole company. Two thirds
//! of all needs stay within the domain, as its boundaries are drawn for that; the others lead to the platforms,
//! and a few to a domain nearby. Each domain is in an order, with what all rest on as the first (a store, a
//! vendor), and needs lead to what comes before, but for those few that close a circle.
//!
//! How often something is needed falls with its rank by powers that go through the published quantiles: half
//! of all entities are needed twice or less, a hundredth 70 times or more, and in a million one 14,084 times.
//! From these it follows that the best thousandth gets 12 of a hundred needs, and the best hundredth 32: these
//! are the platforms, and the rest is what stays within domains.

use super::Numbers;

/// Of a thousand entities, how many are of the platform of the company.
const COMPANY_PER_MILLE: u32 = 1;
const DOMAIN_MIN: u32 = 120;
const DOMAIN_MAX: u32 = 720;
const DOMAINS_PER_DIVISION: u32 = 20;
/// Of what a platform of a division has, one of so many is for others.
const PUBLISHED_STEP: u32 = 5;

/// How many of a thousand entities have at most so many needs: the median is 4, the 99th percentile is 93.
const FAN_OUT: [(u32, u32); 12] = [
    (85, 0),
    (170, 1),
    (265, 2),
    (380, 3),
    (610, 4),
    (780, 5),
    (890, 6),
    (950, 7),
    (970, 9),
    (979, 25),
    (985, 125),
    (1000, 210),
];
/// What the deepest fifth of a domain needs is of the lowest part of that: these are stores and vendors.
const STORE_PART: u32 = 5;

/// Of a thousand needs, how many stay in the domain, and how many lead to each of the platforms; the others
/// lead to another domain of the division.
const OWN_PER_MILLE: u32 = 600;
const DIVISION_PER_MILLE: u32 = 265;
const COMPANY_NEEDS_PER_MILLE: u32 = 120;
/// How far away such a domain is.
const NEIGHBOUR_STEP_MAX: u32 = 3;

/// Of a thousand needs within a domain, how many lead back to what comes after, at most so far.
const BACK_PER_MILLE: u32 = 5;
const BACK_STEP_MAX: u32 = 12;
/// The same for platforms, whose services have grown into each other: how they are deployed, configured,
/// watched and called rests on each other.
const PLATFORM_BACK_PER_MILLE: u32 = 50;
const PLATFORM_BACK_STEP_MAX: u32 = 60;
const COMPANY_BACK_PER_MILLE: u32 = 80;

/// The power by which fan-in falls among platforms, from 14,084 at the first in a million to 70 at the
/// hundredth part of all.
const PLATFORM_POWER: f64 = 0.576;

/// The ordinals of a domain, the deepest first.
#[derive(Clone, Copy, Debug)]
struct Domain {
    start: u32,
    end: u32,
    kind: DomainKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DomainKind {
    /// The platform of the company.
    Company,
    /// The platform of a division.
    Platform,
    /// Of the division with the platform of this number.
    Business(u32),
}

/// The domains of all ordinals.
#[derive(Debug)]
pub(crate) struct Topology {
    /// The platform of the company first, then division after division.
    domains: Vec<Domain>,
    domain_of: Vec<u32>,
}

impl Topology {
    pub(crate) fn draw(entities: u32, numbers: &mut Numbers) -> Self {
        let company = entities / 1000 * COMPANY_PER_MILLE;
        let mut domains = vec![Domain { start: 0, end: company, kind: DomainKind::Company }];
        let mut start = company;
        while start < entities {
            // Between the least and the greatest size all orders of magnitude are alike.
            let spread = f64::from(DOMAIN_MAX) / f64::from(DOMAIN_MIN);
            let size = (f64::from(DOMAIN_MIN) * spread.powf(numbers.part())) as u32;
            let end = if entities - start < size + DOMAIN_MIN { entities } else { start + size };
            let number = domains.len() as u32 - 1;
            let division = 1 + number / DOMAINS_PER_DIVISION * DOMAINS_PER_DIVISION;
            let kind =
                if number + 1 == division { DomainKind::Platform } else { DomainKind::Business(division) };
            domains.push(Domain { start, end, kind });
            start = end;
        }
        let of =
            (0..).zip(&domains).flat_map(|(number, domain)| (domain.start..domain.end).map(move |_| number));
        let domain_of = of.collect();
        Self { domains, domain_of }
    }

    /// How many needs an entity has.
    pub(crate) fn fan_out(&self, ordinal: u32, numbers: &mut Numbers) -> u32 {
        let domain = self.domain(ordinal);
        let is_store = domain.is_store(ordinal);
        let per_mille = if is_store { numbers.below(1000) / STORE_PART } else { numbers.below(1000) };
        let (mut least, mut above) = (0, 0);
        for (share, fan_out) in FAN_OUT {
            if per_mille < share {
                // Between two rows of the table it rises evenly.
                let rise = (fan_out - above.min(fan_out)) * (per_mille - least) / (share - least);
                return if fan_out > 9 { above + rise } else { fan_out };
            }
            (least, above) = (share, fan_out);
        }
        above
    }

    /// Something that an entity needs; `None` where it is the deepest and there is nothing.
    pub(crate) fn needed_by(&self, ordinal: u32, numbers: &mut Numbers) -> Option<u32> {
        let domain = self.domain(ordinal);
        let mut per_mille = numbers.below(1000);
        if domain.is_store(ordinal) && numbers.below(2) == 0 {
            // It runs on something.
            per_mille = OWN_PER_MILLE;
        }
        let (company, division) = (OWN_PER_MILLE + COMPANY_NEEDS_PER_MILLE, DIVISION_PER_MILLE);
        match domain.kind {
            DomainKind::Platform | DomainKind::Business(_)
                if (OWN_PER_MILLE..company).contains(&per_mille) =>
            {
                Some(ranked(1, self.domains[0].end, numbers))
            }
            DomainKind::Business(platform) if (company..company + division).contains(&per_mille) => {
                let Domain { start, end, .. } = self.domains[platform as usize];
                let published = (end - start) / PUBLISHED_STEP;
                Some(start + ranked(published / 3, published, numbers) * PUBLISHED_STEP)
            }
            DomainKind::Business(platform) if per_mille >= company + division => {
                let step = 1 + numbers.below(NEIGHBOUR_STEP_MAX);
                let nearby = self.domain_of[ordinal as usize].saturating_sub(step).max(platform);
                let Domain { start, end, .. } = self.domains[nearby as usize];
                Some(start + numbers.below(end - start))
            }
            _ => domain.own_need(ordinal, numbers),
        }
    }

    /// The part of all entities that lies deepest in their domains, in hundredths.
    pub(crate) fn deepest(&self, percent: u32) -> impl Iterator<Item = u32> {
        self.domains.iter().flat_map(move |domain| {
            domain.start..domain.start + ((domain.end - domain.start) * percent).div_ceil(100)
        })
    }

    fn domain(&self, ordinal: u32) -> Domain {
        self.domains[self.domain_of[ordinal as usize] as usize]
    }
}

impl Domain {
    /// Whether it is a store or a vendor.
    fn is_store(self, ordinal: u32) -> bool {
        ordinal - self.start < (self.end - self.start) / STORE_PART
    }

    /// Something of the same domain: two of three by rank, the first far more often than others, one
    /// anything that lies deeper.
    fn own_need(self, ordinal: u32, numbers: &mut Numbers) -> Option<u32> {
        let (per_mille, step_max) = match self.kind {
            DomainKind::Company => (COMPANY_BACK_PER_MILLE, self.end - self.start),
            DomainKind::Platform => (PLATFORM_BACK_PER_MILLE, PLATFORM_BACK_STEP_MAX),
            DomainKind::Business(_) => (BACK_PER_MILLE, BACK_STEP_MAX),
        };
        let after = self.end - 1 - ordinal;
        if numbers.below(1000) < per_mille && after > 0 {
            return Some(ordinal + 1 + numbers.below(step_max.min(after)));
        }
        let deeper = ordinal - self.start;
        if deeper == 0 {
            return None;
        }
        if numbers.below(3) == 0 {
            return Some(self.start + numbers.below(deeper));
        }
        // The power is one: all orders of magnitude of the rank are alike, but for the first three.
        let rank = 2.5 * ((f64::from(deeper) + 2.5) / 2.5).powf(numbers.part()) - 2.5;
        Some(self.start + (rank as u32).min(deeper - 1))
    }
}

/// A rank below `end`, the first ones more often, as fan-in falls among platforms; `first` ranks before these
/// are of others.
fn ranked(first: u32, end: u32, numbers: &mut Numbers) -> u32 {
    let rest = 1.0 - PLATFORM_POWER;
    let (low, high) = (f64::from(first).powf(rest), f64::from(first + end).powf(rest));
    let rank = (low + (high - low) * numbers.part()).powf(1.0 / rest) - f64::from(first);
    (rank as u32).min(end - 1)
}
