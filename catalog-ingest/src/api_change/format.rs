//! Which files describe an interface, by path and by content.

use crate::manifest::yaml::Node;

/// The languages in which interfaces are described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionFormat {
    /// OpenAPI 3 and Swagger 2.
    OpenApi,
    /// AsyncAPI 2 and 3.
    AsyncApi,
    /// The schema definition language of GraphQL.
    GraphQl,
    /// Protocol buffers: proto2, proto3 and editions.
    Protobuf,
}

impl DefinitionFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::OpenApi, Self::AsyncApi, Self::GraphQl, Self::Protobuf];

    /// The name, as in `openapi`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenApi => "openapi",
            Self::AsyncApi => "asyncapi",
            Self::GraphQl => "graphql",
            Self::Protobuf => "protobuf",
        }
    }

    /// What the `spec.type` of an API entity says of the language of its definition.
    pub fn of_api_type(api_type: &str) -> Option<Self> {
        match api_type.to_ascii_lowercase().as_str() {
            "openapi" | "swagger" => Some(Self::OpenApi),
            "asyncapi" => Some(Self::AsyncApi),
            "graphql" => Some(Self::GraphQl),
            "grpc" | "protobuf" | "proto" => Some(Self::Protobuf),
            _ => None,
        }
    }

    /// What the ending of a path says for certain; files in YAML and JSON are told by what they hold.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        match ending(path).as_str() {
            "proto" => Some(Self::Protobuf),
            "graphql" | "graphqls" | "gql" => Some(Self::GraphQl),
            _ => None,
        }
    }

    /// What the root of a document in YAML or JSON says.
    pub(super) fn of_root(root: Node<'_>) -> Option<Self> {
        if root.entry("openapi").is_some() || root.entry("swagger").is_some() {
            Some(Self::OpenApi)
        } else {
            root.entry("asyncapi").map(|_| Self::AsyncApi)
        }
    }

    /// What the words of a text say that is no YAML: a line that begins with the name of a format.
    pub(super) fn of_words(text: &str) -> Option<Self> {
        let begins = |word: &str| {
            text.lines().any(|line| {
                let line = line.trim_start_matches(['{', ' ', '\t', '"', '\'']);
                let rest = line.strip_prefix(word).map(|rest| rest.trim_start_matches(['"', '\'', ' ']));
                rest.is_some_and(|rest| rest.starts_with(':'))
            })
        };
        if begins("openapi") || begins("swagger") {
            Some(Self::OpenApi)
        } else {
            begins("asyncapi").then_some(Self::AsyncApi)
        }
    }
}

/// Whether the ending of a path is one that descriptions of interfaces have; what the file holds decides.
pub fn may_be_definition(path: &str) -> bool {
    DefinitionFormat::of_path(path).is_some() || matches!(ending(path).as_str(), "yaml" | "yml" | "json")
}

fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_only_what_is_certain() {
        let check = |path, may_be, expected| {
            assert_eq!(
                (may_be_definition(path), DefinitionFormat::of_path(path)),
                (may_be, expected),
                "{path}"
            );
        };
        check("api/orders.PROTO", true, Some(DefinitionFormat::Protobuf));
        check("schema.graphqls", true, Some(DefinitionFormat::GraphQl));
        check("openapi.yaml", true, None);
        check("a.b/openapi", false, None);
        check("main.rs", false, None);
    }

    #[test]
    fn words_tell_a_broken_text_from_a_foreign_one() {
        let check = |text, expected| assert_eq!(DefinitionFormat::of_words(text), expected, "{text}");
        check("openapi: 3.0.0\npaths: [", Some(DefinitionFormat::OpenApi));
        check("{ \"swagger\" : \"2.0\", ", Some(DefinitionFormat::OpenApi));
        check("\"asyncapi\": \"3.0.0\"", Some(DefinitionFormat::AsyncApi));
        check("see openapi: it is good", None);
        check("", None);
    }
}
