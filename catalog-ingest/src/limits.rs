//! Every bound on what is read from repositories, by name.
//!
//! The names are those of the settings file and of diagnostics: a refusal says the limit's name, its
//! value and the value met.

use std::{collections::BTreeMap, time::Duration};

use catalog_core::model::PathDialect;

/// The dialect of CODEOWNERS on hosts whose names do not tell it, by host, lower case.
pub type HostDialects = BTreeMap<Box<str>, PathDialect>;

/// The limits of a crawl.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrawlLimits {
    /// Limits on one manifest.
    pub manifest: ManifestLimits,
    /// Limits on one tree.
    pub tree: TreeLimits,
    /// Limits on fetching from another machine.
    pub fetch: FetchLimits,
}

/// Limits on one manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestLimits {
    /// `manifest.bytes_max`: the largest manifest that is read. CODEOWNERS has a limit of its own.
    pub bytes_max: u64,
    /// `codeowners.bytes_max`: GitHub does not load a CODEOWNERS file of 3 MB or more.
    pub codeowners_bytes_max: u64,
    /// `yaml.depth_max`: how deeply collections may be nested.
    pub yaml_depth_max: usize,
    /// `yaml.nodes_max`: nodes in one document.
    pub yaml_nodes_max: usize,
    /// `yaml.documents_max`: documents in one file.
    pub yaml_documents_max: usize,
    /// `yaml.expanded_nodes_max`: nodes that aliases may add to one document.
    pub yaml_expanded_nodes_max: usize,
    /// `entity.relations_max`: relations that one document may state.
    pub entity_relations_max: usize,
    /// `entity.labels_max`: labels, annotations, tags and links of one document, each.
    pub entity_labels_max: usize,
    /// `entity.description_bytes_max`: longer descriptions are cut.
    pub entity_description_bytes_max: usize,
    /// `codeowners.rules_max`: rules in one ownership file.
    pub codeowners_rules_max: usize,
    /// `codeowners.pattern_bytes_max`: bytes in one pattern.
    pub codeowners_pattern_bytes_max: usize,
    /// `codeowners.owners_max`: owners on one line.
    pub codeowners_owners_max: usize,
    /// `diagnostics_max`: diagnostics kept of one file; the rest is counted in the last one.
    pub diagnostics_max: usize,
    /// `codeowners.regexes_max`: rules in one file whose patterns are regular expressions.
    pub codeowners_regexes_max: usize,
    /// `owners.names_max`: names that one rule of an OWNERS file may give, its aliases resolved.
    pub owners_names_max: usize,
    /// `owners.includes_max`: files that one OWNERS file may include, directly or not; each time counts.
    pub owners_includes_max: usize,
    /// No limit, but what decides with them how a file is read: the dialect of CODEOWNERS on hosts whose
    /// names do not tell it, from `[hosts]`.
    pub host_dialects: HostDialects,
}

/// Limits on one tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeLimits {
    /// `tree.depth_max`: how deeply folders may be nested.
    pub depth_max: usize,
    /// `tree.path_bytes_max`: bytes in one path.
    pub path_bytes_max: usize,
    /// `tree.entries_max`: entries visited in one repository.
    pub entries_max: usize,
    /// `tree.manifests_max`: manifests in one repository.
    pub manifests_max: usize,
}

/// Limits on fetching from another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    /// `fetch.connect_max`: how long a connection may take to be made.
    pub connect_max: Duration,
    /// `fetch.idle_max`: how long a server may be silent.
    pub idle_max: Duration,
    /// `fetch.total_max`: how long one fetch may take.
    pub total_max: Duration,
    /// `fetch.received_bytes_max`: how much one fetch may bring.
    pub received_bytes_max: u64,
}

impl Default for CrawlLimits {
    fn default() -> Self {
        Self {
            manifest: ManifestLimits::default(),
            tree: TreeLimits {
                depth_max: 128,
                path_bytes_max: 4_096,
                entries_max: 1_000_000,
                manifests_max: 5_000,
            },
            fetch: FetchLimits {
                connect_max: Duration::from_secs(10),
                idle_max: Duration::from_secs(30),
                total_max: Duration::from_secs(600),
                received_bytes_max: 2 << 30,
            },
        }
    }
}

impl Default for ManifestLimits {
    fn default() -> Self {
        Self {
            bytes_max: 1 << 20,
            codeowners_bytes_max: 3_000_000,
            yaml_depth_max: 64,
            yaml_nodes_max: 50_000,
            yaml_documents_max: 1_000,
            yaml_expanded_nodes_max: 10_000,
            entity_relations_max: 1_000,
            entity_labels_max: 256,
            entity_description_bytes_max: 8 << 10,
            codeowners_rules_max: 20_000,
            codeowners_pattern_bytes_max: 512,
            codeowners_owners_max: 100,
            diagnostics_max: 100,
            codeowners_regexes_max: 1_000,
            owners_names_max: 1_000,
            owners_includes_max: 50,
            host_dialects: HostDialects::new(),
        }
    }
}
