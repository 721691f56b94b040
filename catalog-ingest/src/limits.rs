//! Every bound on what is read from repositories, by name.
//!
//! The names are those of the settings file and of diagnostics: a refusal says the limit's name, its
//! value and the value met.

use std::{collections::BTreeMap, time::Duration};

use catalog_core::model::PathDialect;

/// The dialect of CODEOWNERS on hosts whose names do not tell it, by host, lower case.
pub type HostDialects = BTreeMap<Box<str>, PathDialect>;

use serde::{Deserialize, Serialize};

use crate::port_mapping::PortMapping;

/// What decides how repositories are read: the limits of a crawl, and what is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlLimits {
    /// Limits on one manifest.
    pub manifest: ManifestLimits,
    /// Limits on one tree.
    pub tree: TreeLimits,
    /// Limits on fetching from another machine.
    pub fetch: FetchLimits,
    /// How manifests are found.
    pub scan: ScanMode,
    /// What blueprints, relations and properties mean in Port's files.
    pub port: PortMapping,
    /// Limits on asking a host what it has.
    pub host: HostLimits,
    /// Limits on the process that reads a repository.
    pub visit: VisitLimits,
    /// Limits on looking at the commits of a repository.
    pub history: HistoryLimits,
}

/// How manifests are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScanMode {
    /// By the names of files, and where a `Location` names them.
    #[default]
    Name,
    /// Also by what is in YAML files, each of which is looked into.
    Content,
}

/// Limits on one manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(with = "dialect_names")]
    pub host_dialects: HostDialects,
}

/// Limits on one tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeLimits {
    /// `tree.depth_max`: how deeply folders may be nested.
    pub depth_max: usize,
    /// `tree.path_bytes_max`: bytes in one path.
    pub path_bytes_max: usize,
    /// `tree.entries_max`: entries visited in one repository.
    pub entries_max: usize,
    /// `tree.manifests_max`: manifests in one repository.
    pub manifests_max: usize,
    /// `tree.pattern_bytes_max`: bytes in the pattern of a `Location`; a longer one compiles to much more.
    pub pattern_bytes_max: usize,
}

/// Limits on fetching from another machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchLimits {
    /// `fetch.connect_max`: how long a connection may take to be made.
    pub connect_max: Duration,
    /// `fetch.idle_max`: how long a server may be silent.
    pub idle_max: Duration,
    /// `fetch.total_max`: how long one fetch may take.
    pub total_max: Duration,
    /// `fetch.received_bytes_max`: how much one fetch may bring.
    pub received_bytes_max: u64,
    /// `fetch.references_bytes_max`: how much the list of a repository's branches and tags may have.
    pub references_bytes_max: u64,
    /// `fetch.concurrent_max`: repositories of other machines that are visited at once.
    pub concurrent_max: usize,
    /// `fetch.host_concurrent_max`: those of one host that are visited at once.
    pub host_concurrent_max: usize,
    /// `fetch.attempts_max`: how often one fetch is tried where its failure may pass.
    pub attempts_max: u32,
    /// `fetch.retry_pause_min`: the pause before the second attempt; it doubles with each further one.
    pub retry_pause_min: Duration,
    /// `fetch.retry_pause_max`: the longest pause, also where the server asks for one.
    pub retry_pause_max: Duration,
    /// `fetch.host_failures_max`: failures of one host in a row after which it is left alone.
    pub host_failures_max: u32,
}

/// Limits on the process that reads a repository; they hold where it is a process of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLimits {
    /// `visit.time_max`: how long reading one repository may take, without fetching it.
    pub time_max: Duration,
    /// `visit.memory_bytes_max`: how much memory the process may have.
    pub memory_bytes_max: u64,
    /// `visit.answer_bytes_max`: how much one repository may say, in the form in which it is handed over.
    pub answer_bytes_max: u64,
}

/// Limits on looking at the commits of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLimits {
    /// `history.commits_max`: how many commits are looked at, the latest ones; 0 for none.
    pub commits_max: usize,
    /// `history.days_max`: how many days before the head commit.
    pub days_max: u32,
    /// `history.areas_max`: parts of a repository that are told apart; what is beyond belongs to the part
    /// above it.
    pub areas_max: usize,
    /// `history.authors_max`: people that are kept of each part.
    pub authors_max: usize,
    /// `history.tree_bytes_max`: bytes of folders' lists that are compared, for one repository.
    pub tree_bytes_max: u64,
}

/// Limits on asking a host what it has, for one source each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostLimits {
    /// `host.connect_max`: how long a connection may take to be made.
    pub connect_max: Duration,
    /// `host.idle_max`: how long a host may be silent.
    pub idle_max: Duration,
    /// `host.answer_max`: how long one answer may take.
    pub answer_max: Duration,
    /// `host.total_max`: how long everything that is asked may take, without the waits that the host wants.
    pub total_max: Duration,
    /// `host.wait_max`: how long is waited altogether because the host wants to be asked less often.
    pub wait_max: Duration,
    /// `host.response_bytes_max`: bytes of one answer, unpacked.
    pub response_bytes_max: u64,
    /// `host.pages_max`: pages of one list.
    pub pages_max: usize,
    /// `host.repositories_max`: repositories of one source.
    pub repositories_max: usize,
    /// `host.teams_max`: teams of one source.
    pub teams_max: usize,
    /// `host.members_max`: members of one team.
    pub members_max: usize,
    /// `host.comments_max`: comments of one merge request.
    pub comments_max: usize,
}

/// Limits on reading a description of an interface and on comparing two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionLimits {
    /// `definition.bytes_max`: the largest text that is read, and as much again for the files it refers to.
    pub bytes_max: usize,
    /// `definition.files_max`: files that one definition is read from.
    pub files_max: usize,
    /// `definition.depth_max`: how deeply collections, messages and lists may be nested.
    pub depth_max: usize,
    /// `definition.nodes_max`: nodes of one file in YAML or JSON, and tokens of any other.
    pub nodes_max: usize,
    /// `definition.shapes_max`: types of one definition, and fields and parts of operations in all; at least 1.
    pub shapes_max: usize,
    /// `definition.pairs_max`: types that are compared with each other.
    pub pairs_max: usize,
    /// `definition.changes_max`: differences that are told of one definition.
    pub changes_max: usize,
    /// `definition.steps_max`: steps that may be taken to find the operations which differences reach.
    pub steps_max: usize,
    /// `definition.diagnostics_max`: diagnostics kept of one definition.
    pub diagnostics_max: usize,
}

impl Default for DefinitionLimits {
    fn default() -> Self {
        Self {
            bytes_max: 8 << 20,
            files_max: 1_000,
            depth_max: 64,
            nodes_max: 500_000,
            shapes_max: 400_000,
            pairs_max: 400_000,
            changes_max: 1_000,
            steps_max: 20_000_000,
            diagnostics_max: 100,
        }
    }
}

impl Default for HostLimits {
    fn default() -> Self {
        Self {
            connect_max: Duration::from_secs(10),
            idle_max: Duration::from_secs(30),
            answer_max: Duration::from_secs(120),
            total_max: Duration::from_secs(1_800),
            wait_max: Duration::from_secs(300),
            response_bytes_max: 16 << 20,
            pages_max: 2_000,
            repositories_max: 100_000,
            teams_max: 10_000,
            members_max: 50_000,
            comments_max: 10_000,
        }
    }
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
                pattern_bytes_max: 512,
            },
            fetch: FetchLimits {
                connect_max: Duration::from_secs(10),
                idle_max: Duration::from_secs(30),
                total_max: Duration::from_secs(600),
                received_bytes_max: 2 << 30,
                references_bytes_max: 64 << 20,
                concurrent_max: 8,
                host_concurrent_max: 2,
                attempts_max: 3,
                retry_pause_min: Duration::from_secs(2),
                retry_pause_max: Duration::from_secs(60),
                host_failures_max: 8,
            },
            visit: VisitLimits {
                time_max: Duration::from_secs(60),
                memory_bytes_max: 1 << 30,
                answer_bytes_max: 128 << 20,
            },
            scan: ScanMode::default(),
            port: PortMapping::default(),
            host: HostLimits::default(),
            history: HistoryLimits {
                commits_max: 1_000,
                days_max: 365,
                areas_max: 1_000,
                authors_max: 20,
                tree_bytes_max: 256 << 20,
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

/// Dialects by name, on their way to another process.
mod dialect_names {
    use std::collections::BTreeMap;

    use catalog_core::model::PathDialect;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::HostDialects;

    pub(super) fn serialize<S: Serializer>(dialects: &HostDialects, to: S) -> Result<S::Ok, S::Error> {
        let names: BTreeMap<&str, &str> =
            dialects.iter().map(|(host, dialect)| (&**host, dialect.name())).collect();
        names.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<HostDialects, D::Error> {
        let dialect = |(host, name): (Box<str>, String)| {
            let dialect = PathDialect::from_name(&name);
            Ok((host, dialect.ok_or_else(|| D::Error::custom(format!("`{name}` is no dialect")))?))
        };
        BTreeMap::<Box<str>, String>::deserialize(from)?.into_iter().map(dialect).collect()
    }
}
