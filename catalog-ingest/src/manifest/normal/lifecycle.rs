//! Lifecycles, as the formats write them.

/// The word that the catalog uses for a lifecycle: `production`, `experimental` or `deprecated`;
/// `None` where the text is none that people use for one of them.
pub(crate) fn lifecycle_of(text: &str) -> Option<&'static str> {
    let word = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    Some(match &*word {
        "production"
        | "prod"
        | "active"
        | "ga"
        | "live"
        | "stable"
        | "generally-available"
        | "general-availability"
        | "operational" => "production",
        "experimental" | "beta" | "alpha" | "pre-release" | "prerelease" | "development" | "preview"
        | "public-beta" | "private-beta" | "pre-alpha" => "experimental",
        "deprecated" | "end-of-life" | "eol" | "retired" | "decommissioned" | "sunset" => "deprecated",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifecycles_are_normalised() {
        let check = |text, expected| assert_eq!(lifecycle_of(text), expected, "{text}");
        check("Production", Some("production"));
        check("generally_available", Some("production"));
        check("pre release", Some("experimental"));
        check("end-of-life", Some("deprecated"));
        check("5 weeks", None);
        check("", None);
    }
}
