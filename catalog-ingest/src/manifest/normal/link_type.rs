//! Kinds of links, as the formats write them.

/// The word that the catalog uses for a kind of link: `doc`, `runbook`, `repo`, `dashboard`, `oncall`,
/// `chat` or `other`.
pub(crate) fn link_type_of(text: &str) -> &'static str {
    let word = text.trim().to_ascii_lowercase().replace([' ', '-', '_'], "");
    match &*word {
        "doc" | "docs" | "document" | "documentation" | "wiki" | "apidocs" | "openapi" => "doc",
        "runbook" | "runbooks" | "playbook" | "playbooks" => "runbook",
        "repo" | "repository" | "code" | "source" | "git" => "repo",
        "dashboard" | "dashboards" | "metrics" | "observability" | "monitoring" | "logs" | "healthchecks" => {
            "dashboard"
        }
        "oncall" | "pagerduty" | "opsgenie" | "incidents" => "oncall",
        "chat" | "chatchannel" | "slack" | "microsoftteams" | "teams" => "chat",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_links_are_normalised() {
        let check = |text, expected| assert_eq!(link_type_of(text), expected, "{text}");
        check("DOCUMENT", "doc");
        check("CHAT_CHANNEL", "chat");
        check("on-call", "oncall");
        check("REPOSITORY", "repo");
        check("PROJECT_TRACKER", "other");
    }
}
