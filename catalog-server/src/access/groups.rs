//! The groups of somebody whom the identity provider vouches for.

/// How many groups are kept of a person. Providers that know more of somebody put a link into the token in their
/// place, as a rule from 200 on.
const GROUPS_MAX: usize = 256;
/// How long the name of a group may be, in bytes.
const GROUP_BYTES_MAX: usize = 256;

/// The groups of somebody, as the identity provider names them; each once, in order.
///
/// They say who sees what, never who may do what: that is what [`Scopes`](super::Scopes) are for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Groups(Box<[Box<str>]>);

impl Groups {
    /// The first 256 of these names. Those that are empty or longer than 256 bytes are left out: whoever is in fewer
    /// groups sees less. O(n log n).
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let is_kept = |name: &&str| !name.is_empty() && name.len() <= GROUP_BYTES_MAX;
        let mut kept: Vec<&str> = names.into_iter().filter(is_kept).take(GROUPS_MAX).collect();
        kept.sort_unstable();
        kept.dedup();
        Self(kept.into_iter().map(Into::into).collect())
    }

    /// Whether a group is among them, by its whole name as the provider writes it.
    pub fn contain(&self, name: &str) -> bool {
        self.0.binary_search_by(|known| (**known).cmp(name)).is_ok()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_the_same_in_whatever_order_they_come() {
        let groups = Groups::new(["payments", "/hr/wages", "payments", "Ärzte", ""]);
        assert_eq!(groups, Groups::new(["Ärzte", "/hr/wages", "payments"]));
        assert_ne!(groups, Groups::new(["payments"]));
        for (name, expected) in
            [("payments", true), ("Payments", false), ("pay", false), ("", false), ("/hr/wages", true)]
        {
            assert_eq!(groups.contain(name), expected, "{name}");
        }
        assert!(Groups::default().is_empty() && !Groups::default().contain(""));
    }

    #[test]
    fn their_number_and_their_names_are_bounded() {
        let names: Vec<String> = (0..100_000).map(|number| format!("g{number}")).collect();
        let groups = Groups::new(names.iter().map(String::as_str));
        assert_eq!(groups.len(), GROUPS_MAX);
        assert!(groups.contain("g0") && groups.contain("g255") && !groups.contain("g256"));
        let (longest, too_long) = ("x".repeat(GROUP_BYTES_MAX), "x".repeat(GROUP_BYTES_MAX + 1));
        let groups = Groups::new([longest.as_str(), too_long.as_str()]);
        assert!(groups.contain(&longest) && groups.len() == 1);
    }
}
