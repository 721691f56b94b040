//! Tools and alert sources: where people look, and who is called.

use catalog_core::model::{DiagnosticCode, Field, Located};

use crate::manifest::{
    normal::link_type_of,
    reading::{Reader, Remark, is_web_address, pagerduty_service_of, quoted},
    yaml::Node,
};

/// The annotation of the PagerDuty service that is called.
const PAGERDUTY_SERVICE: &str = "pagerduty.com/service-id";

/// Tools become links; the address of a PagerDuty service also says who is called.
pub(super) fn read_tools(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str) {
    let items = reader.field_items(section, at, "tools", Field::Links);
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("{at}.tools[{index}]");
        if !reader.expect_mapping(item, &at, "a mapping with `name`, `category` and `url`", Field::Links) {
            continue;
        }
        let Some(url) = reader.field_text(item, &at, "url", Some(Field::Links)) else {
            if item.stated("url").is_none() {
                let remark = Remark::new(DiagnosticCode::LinkFormat, item, format!("`{at}` has no `url`"));
                reader
                    .remarks
                    .push(remark.problem(format!("{at}.url is missing")).suggest("add `url: https://…`"));
            }
            continue;
        };
        if !is_web_address(&url.value) {
            let message =
                format!("`{at}.url` is {}, expected an address as in `https://…`", quoted(&url.value));
            let node = item.get("url").unwrap_or(item);
            reader.remarks.push(Remark::new(DiagnosticCode::LinkFormat, node, message));
            continue;
        }
        let name = ["display_name", "name"]
            .into_iter()
            .find_map(|name| reader.field_text(item, &at, name, None))
            .map(|name| name.value);
        let environment = reader.field_text(item, &at, "environment", None).map(|of| of.value);
        let title = match (name, environment) {
            (Some(name), Some(environment)) => Some(format!("{name} ({environment})").into()),
            (name, environment) => name.or(environment),
        };
        let category = reader.field_text(item, &at, "category", None);
        let link_type = category.map_or("other", |category| link_type_of(&category.value));
        if let Some(id) = pagerduty_service_of(&url.value) {
            let id = Located::new(id.into(), url.position);
            reader.annotate_too(PAGERDUTY_SERVICE, id);
        }
        reader.add_link(url, title, Some(link_type));
    }
}

/// Alert sources become annotations, under the keys by which other catalogs know them.
pub(super) fn read_alert_sources(reader: &mut Reader<'_, '_>, section: Node<'_>, at: &str) {
    let items = reader.field_items(section, at, "alert_sources", Field::Annotations);
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("{at}.alert_sources[{index}]");
        if !reader.expect_mapping(item, &at, "a mapping with `type` and `external_id`", Field::Annotations) {
            continue;
        }
        let tool = reader.field_text(item, &at, "type", Some(Field::Annotations));
        let id = ["external_id", "name"]
            .into_iter()
            .find_map(|name| reader.field_text(item, &at, name, Some(Field::Annotations)));
        let (Some(tool), Some(id)) = (tool, id) else {
            for name in ["type", "external_id"] {
                if item.stated(name).is_none() {
                    reader.say_missing(item, &format!("{at}.{name}"), &format!("add `{name}: …`"));
                }
            }
            continue;
        };
        let key = match &*tool.value.to_ascii_lowercase() {
            "pagerduty" => PAGERDUTY_SERVICE.to_owned(),
            "opsgenie" => "opsgenie.com/service-id".to_owned(),
            _ => format!("opslevel.com/alert-source.{}", tool.value),
        };
        reader.annotate_too(&key, id);
    }
}
