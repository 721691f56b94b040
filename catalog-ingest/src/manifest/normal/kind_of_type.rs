//! Kinds of entities, for formats that tell them apart by a type alone.

/// The kind that entities of a type are, as Backstage spells it, and the usual word for the type where the
/// kind has one: a database is a resource of type `database`, whatever it is called. `None` leaves the word
/// as it is.
pub(crate) fn kind_of_type(text: &str) -> (&'static str, Option<&'static str>) {
    match &*text.trim().to_ascii_lowercase().replace(['-', '_', ' '], "") {
        "service" => ("Component", Some("service")),
        "database" | "datastore" | "db" => ("Resource", Some("database")),
        "queue" | "messagequeue" => ("Resource", Some("queue")),
        "cache" => ("Resource", Some("cache")),
        "resource" => ("Resource", None),
        "api" => ("API", None),
        "system" => ("System", None),
        "domain" => ("Domain", None),
        "team" | "group" => ("Group", None),
        _ => ("Component", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_kinds() {
        let check = |text, expected| assert_eq!(kind_of_type(text), expected, "{text}");
        check("Service", ("Component", Some("service")));
        check("data-store", ("Resource", Some("database")));
        check("message_queue", ("Resource", Some("queue")));
        check("library", ("Component", None));
        check("API", ("API", None));
    }
}
