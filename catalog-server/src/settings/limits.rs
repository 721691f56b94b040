//! The section `[limits]`: every bound of a crawl by the name that diagnostics use.

use std::time::Duration;

use catalog_ingest::limits::CrawlLimits;
use schemars::JsonSchema;
use serde::Deserialize;

macro_rules! limit_settings {
    ($($(#[doc = $section_doc:literal])* $section:ident: $Section:ident { $(#[doc = $doc:literal] $name:ident: $type:ty => $($path:ident).+ ;)* })*) => {
        /// Bounds on what is read; what is left out keeps its default.
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct LimitSettings {
            $($(#[doc = $section_doc])* pub $section: $Section,)*
        }

        $(
            $(#[doc = $section_doc])*
            #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields, default)]
            pub struct $Section {
                $(#[doc = $doc] pub $name: Option<$type>,)*
            }
        )*

        impl LimitSettings {
            /// The limits of a crawl under these settings.
            pub fn crawl_limits(&self) -> CrawlLimits {
                let mut limits = CrawlLimits::default();
                $($(
                    if let Some(value) = self.$section.$name {
                        limits.$($path).+ = value.into_limit();
                    }
                )*)*
                limits
            }
        }
    };
}

trait IntoLimit<T> {
    fn into_limit(self) -> T;
}

impl<T> IntoLimit<T> for T {
    fn into_limit(self) -> T {
        self
    }
}

/// A number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Seconds(u32);

impl IntoLimit<Duration> for Seconds {
    fn into_limit(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

limit_settings! {
    /// Bounds on one manifest.
    manifest: ManifestLimitSettings {
        /// The largest manifest that is read, in bytes.
        bytes_max: u64 => manifest.bytes_max;
        /// Diagnostics kept of one file.
        diagnostics_max: usize => manifest.diagnostics_max;
    }
    /// Bounds on one YAML file.
    yaml: YamlLimitSettings {
        /// How deeply collections may be nested.
        depth_max: usize => manifest.yaml_depth_max;
        /// Nodes in one document.
        nodes_max: usize => manifest.yaml_nodes_max;
        /// Documents in one file.
        documents_max: usize => manifest.yaml_documents_max;
        /// Nodes that aliases may add to one document.
        expanded_nodes_max: usize => manifest.yaml_expanded_nodes_max;
    }
    /// Bounds on one entity.
    entity: EntityLimitSettings {
        /// Relations that one document may state.
        relations_max: usize => manifest.entity_relations_max;
        /// Labels, annotations, tags and links of one document, each.
        labels_max: usize => manifest.entity_labels_max;
        /// Bytes kept of a description.
        description_bytes_max: usize => manifest.entity_description_bytes_max;
    }
    /// Bounds on one ownership file.
    codeowners: CodeownersLimitSettings {
        /// The largest ownership file that is read, in bytes.
        bytes_max: u64 => manifest.codeowners_bytes_max;
        /// Rules in one file.
        rules_max: usize => manifest.codeowners_rules_max;
        /// Bytes in one pattern.
        pattern_bytes_max: usize => manifest.codeowners_pattern_bytes_max;
        /// Owners on one line.
        owners_max: usize => manifest.codeowners_owners_max;
    }
    /// Bounds on one repository's tree.
    tree: TreeLimitSettings {
        /// How deeply folders may be nested.
        depth_max: usize => tree.depth_max;
        /// Bytes in one path.
        path_bytes_max: usize => tree.path_bytes_max;
        /// Entries visited in one repository.
        entries_max: usize => tree.entries_max;
        /// Manifests in one repository.
        manifests_max: usize => tree.manifests_max;
    }
    /// Bounds on fetching from another machine.
    fetch: FetchLimitSettings {
        /// How long a connection may take to be made, in seconds.
        connect_max: Seconds => fetch.connect_max;
        /// How long a server may be silent, in seconds.
        idle_max: Seconds => fetch.idle_max;
        /// How long one fetch may take, in seconds.
        total_max: Seconds => fetch.total_max;
        /// How many bytes one fetch may bring.
        received_bytes_max: u64 => fetch.received_bytes_max;
    }
}
