//! Links and tags, each once, within the limit.

use catalog_core::model::{Field, Link, Located};

use super::{Place, Reader};

/// Whether a text is an address that a browser opens.
pub(crate) fn is_web_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
            && rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// The id of the PagerDuty service that an address leads to, as in
/// `https://acme.pagerduty.com/service-directory/P12ABCD`.
pub(crate) fn pagerduty_service_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let host = host.to_ascii_lowercase();
    if host != "pagerduty.com" && !host.ends_with(".pagerduty.com") {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').skip_while(|part| !matches!(*part, "services" | "service-directory"));
    parts.nth(1).filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl Reader<'_, '_> {
    /// Adds a link; a blank title is none.
    pub(crate) fn add_link(
        &mut self,
        url: Located<Box<str>>,
        title: Option<Box<str>>,
        link_type: Option<&str>,
    ) {
        let title = title.filter(|title| !title.trim().is_empty());
        let link = Link { url: url.value, title, link_type: link_type.map(Into::into) };
        if self.declaration.links.iter().all(|known| known.value != link)
            && self.has_room(Place::from(url.position), self.declaration.links.len(), "links", Field::Links)
        {
            self.declaration.links.push(Located::new(link, url.position));
        }
    }

    /// Adds a tag.
    pub(crate) fn add_tag(&mut self, tag: Located<Box<str>>) {
        if self.declaration.tags.iter().all(|known| known.value != tag.value)
            && self.has_room(Place::from(tag.position), self.declaration.tags.len(), "tags", Field::Tags)
        {
            self.declaration.tags.push(tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_of_pagerduty_are_read_out_of_addresses() {
        let check = |address, expected| assert_eq!(pagerduty_service_of(address), expected, "{address}");
        check("https://acme.pagerduty.com/services/P12AB", Some("P12AB"));
        check("https://acme.PagerDuty.com/service-directory/P12AB/activity?x=1", Some("P12AB"));
        check("https://acme.pagerduty.com/schedules/P12AB", None);
        check("https://pagerduty.com.example.com/services/P12AB", None);
        check("https://acme.pagerduty.com/services/", None);
        check("P12AB", None);
    }
}
