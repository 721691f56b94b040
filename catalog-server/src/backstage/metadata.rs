//! Annotations as Backstage shows them: those of the manifests, and where the entity was read.

use std::borrow::Cow;

use catalog_core::graph::Entity;

use super::{
    key::is_folded,
    location::{file_location, folder_page, origin_location, page},
};

const MANAGED_BY_LOCATION: &str = "backstage.io/managed-by-location";
const MANAGED_BY_ORIGIN: &str = "backstage.io/managed-by-origin-location";
const VIEW_URL: &str = "backstage.io/view-url";
const EDIT_URL: &str = "backstage.io/edit-url";
const SOURCE_LOCATION: &str = "backstage.io/source-location";

/// Tells the annotations of an entity, or only the one of a key in lower case, wherever that differs in case.
///
/// As in Backstage, where the entity was read is never what a manifest says of it, while a manifest may say itself
/// where it is looked at and where its sources lie. Addresses to look at that are scripts are left out.
pub(super) fn each_annotation<'g>(
    entity: Entity<'g>,
    wanted: Option<&str>,
    told: &mut dyn FnMut(&'g str, Cow<'g, str>),
) {
    let is_wanted = |key: &str| wanted.is_none_or(|wanted| is_folded(key, wanted));
    let mut said: [bool; 2] = [false; 2];
    for (key, value) in entity.annotations() {
        let value: &'g str = &value.value;
        match &**key {
            MANAGED_BY_LOCATION | MANAGED_BY_ORIGIN => continue,
            VIEW_URL | EDIT_URL if is_script(value) => continue,
            VIEW_URL => said[0] = true,
            SOURCE_LOCATION => said[1] = true,
            _ => {}
        }
        if is_wanted(key) {
            told(key, Cow::Borrowed(value));
        }
    }
    let mut derived = |key: &'static str, value: &dyn Fn() -> Option<String>| {
        if is_wanted(key)
            && let Some(value) = value()
        {
            told(key, Cow::Owned(value));
        }
    };
    derived(MANAGED_BY_LOCATION, &|| file_location(entity).map(|location| location.to_string()));
    derived(MANAGED_BY_ORIGIN, &|| origin_location(entity).map(|location| location.to_string()));
    if !said[0] {
        derived(VIEW_URL, &|| page(entity));
    }
    if !said[1] {
        derived(SOURCE_LOCATION, &|| folder_page(entity).map(|page| format!("url:{page}")));
    }
}

/// Whether a browser would run an address instead of going there, as WHATWG's URL parser reads schemes: spaces
/// and control characters before it, tabs and line ends within it do not count.
fn is_script(address: &str) -> bool {
    let scheme = address.trim_start_matches(|c: char| c <= ' ').split(':').next().unwrap_or_default();
    let scheme: String = scheme.chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')).collect();
    address.contains(':') && scheme.eq_ignore_ascii_case("javascript")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_known_in_any_dress() {
        for address in ["javascript:alert(1)", " \u{1}JavaScript:x", "java\tscript\n:x"] {
            assert!(is_script(address), "{address:?}");
        }
        for address in ["https://example.com/javascript:", "javascript", "", "xjavascript:x"] {
            assert!(!is_script(address), "{address:?}");
        }
    }
}
