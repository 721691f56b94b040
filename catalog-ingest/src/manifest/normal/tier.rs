//! Tiers, as the formats write them.

use catalog_core::model::Tier;

/// The tier that people mean by a text.
pub(crate) fn tier_of(text: &str) -> Option<Tier> {
    let lower = text.trim().to_ascii_lowercase();
    let word = lower.strip_prefix("tier").map_or(&*lower, |rest| rest.trim_start_matches(['_', '-', ' ']));
    let number = match word {
        "0" | "zero" => 0,
        "1" | "one" | "critical" => 1,
        "2" | "two" | "high" => 2,
        "3" | "three" | "standard" | "medium" => 3,
        "4" | "four" | "low" => 4,
        _ => return None,
    };
    Tier::new(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_normalised() {
        let check =
            |text, expected: Option<u8>| assert_eq!(tier_of(text).map(Tier::number), expected, "{text}");
        check("0", Some(0));
        check("tier_1", Some(1));
        check("Tier 2", Some(2));
        check("critical", Some(1));
        check("standard", Some(3));
        check("low", Some(4));
        check("5", None);
        check("1.0", None);
        check("", None);
        check("tier", None);
    }
}
