//! The section `[limits]`: every bound by the name that diagnostics and refusals use.

use std::{collections::BTreeMap, time::Duration};

use catalog_ingest::limits::{CrawlLimits, DefinitionLimits};
use schemars::JsonSchema;
use serde::Deserialize;

use super::seconds::Seconds;
use crate::{
    backstage::BackstageLimits,
    graphql::GraphqlLimits,
    http::{HttpLimits, RateLimits},
};

/// Bounds on what is read and on what is answered; what is left out keeps its default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Bounds on one manifest.
    pub manifest: ManifestLimitSettings,
    /// Bounds on one YAML file.
    pub yaml: YamlLimitSettings,
    /// Bounds on one entity.
    pub entity: EntityLimitSettings,
    /// Bounds on one ownership file.
    pub codeowners: CodeownersLimitSettings,
    /// Bounds on one repository's tree.
    pub tree: TreeLimitSettings,
    /// Bounds on fetching from another machine.
    pub fetch: FetchLimitSettings,
    /// Bounds on connections and requests.
    pub http: HttpLimitSettings,
    /// Bounds on GraphQL queries.
    pub graphql: GraphqlLimitSettings,
    /// How much each client may ask in a minute.
    pub rate: RateLimitSettings,
    /// Bounds on questions of Backstage's clients.
    pub backstage: BackstageLimitSettings,
    /// Bounds on asking a host for its repositories, teams and members.
    pub host: HostLimitSettings,
    /// Bounds on the process that reads a repository.
    pub visit: VisitLimitSettings,
    /// Bounds on looking at the commits of a repository.
    pub history: HistoryLimitSettings,
    /// Bounds on one OWNERS file.
    pub owners: OwnersLimitSettings,
    /// Bounds on comparing one API definition.
    pub definition: DefinitionLimitSettings,
}

impl LimitSettings {
    /// The limits of a crawl.
    pub fn crawl_limits(&self) -> CrawlLimits {
        let mut limits = CrawlLimits::default();
        self.manifest.apply(&mut limits);
        self.yaml.apply(&mut limits);
        self.entity.apply(&mut limits);
        self.codeowners.apply(&mut limits);
        self.tree.apply(&mut limits);
        self.fetch.apply(&mut limits);
        self.host.apply(&mut limits);
        self.visit.apply(&mut limits);
        self.history.apply(&mut limits);
        self.owners.apply(&mut limits);
        limits
    }

    /// The limits of comparing API definitions.
    pub fn definition_limits(&self) -> DefinitionLimits {
        let mut limits = DefinitionLimits::default();
        self.definition.apply(&mut limits);
        limits.shapes_max = limits.shapes_max.max(1);
        limits
    }

    /// The limits where nothing is set, by the key below `[limits]`, as in `http.body_bytes_max`.
    pub(super) fn defaults() -> BTreeMap<String, String> {
        let (crawl, http) = (CrawlLimits::default(), HttpLimits::default());
        let (graphql, rate) = (GraphqlLimits::default(), RateLimits::default());
        let sections = [
            ("manifest", ManifestLimitSettings::values(&crawl)),
            ("yaml", YamlLimitSettings::values(&crawl)),
            ("entity", EntityLimitSettings::values(&crawl)),
            ("codeowners", CodeownersLimitSettings::values(&crawl)),
            ("tree", TreeLimitSettings::values(&crawl)),
            ("fetch", FetchLimitSettings::values(&crawl)),
            ("http", HttpLimitSettings::values(&http)),
            ("graphql", GraphqlLimitSettings::values(&graphql)),
            ("rate", RateLimitSettings::values(&rate)),
            ("host", HostLimitSettings::values(&crawl)),
            ("visit", VisitLimitSettings::values(&crawl)),
            ("history", HistoryLimitSettings::values(&crawl)),
            ("owners", OwnersLimitSettings::values(&crawl)),
            ("backstage", BackstageLimitSettings::values(&BackstageLimits::default())),
            ("definition", DefinitionLimitSettings::values(&DefinitionLimits::default())),
        ];
        let of_section = |(section, values): (&str, Vec<(&str, String)>)| {
            let keyed = values.into_iter().map(|(name, value)| (format!("{section}.{name}"), value));
            keyed.collect::<Vec<_>>()
        };
        sections.into_iter().flat_map(of_section).collect()
    }

    /// The limits of the server's connections.
    pub fn http_limits(&self) -> HttpLimits {
        let mut limits = HttpLimits::default();
        self.http.apply(&mut limits);
        limits
    }

    /// How much each client may ask.
    pub fn rate_limits(&self) -> RateLimits {
        let mut limits = RateLimits::default();
        self.rate.apply(&mut limits);
        limits
    }

    /// The limits of GraphQL queries.
    pub fn graphql_limits(&self) -> GraphqlLimits {
        let mut limits = GraphqlLimits::default();
        self.graphql.apply(&mut limits);
        limits
    }

    /// The limits of questions of Backstage's clients.
    pub fn backstage_limits(&self) -> BackstageLimits {
        let mut limits = BackstageLimits::default();
        self.backstage.apply(&mut limits);
        limits
    }
}

/// A limit as `catalog.toml` says it.
trait ShownLimit {
    fn shown(&self) -> String;
}

macro_rules! shown_as_number {
    ($($type:ty),*) => {
        $(impl ShownLimit for $type {
            fn shown(&self) -> String {
                self.to_string()
            }
        })*
    };
}

shown_as_number!(u32, u64, usize);

impl ShownLimit for Duration {
    fn shown(&self) -> String {
        self.as_secs_f64().to_string()
    }
}

trait IntoLimit<T> {
    fn into_limit(self) -> T;
}

impl<T> IntoLimit<T> for T {
    fn into_limit(self) -> T {
        self
    }
}

impl IntoLimit<Duration> for Seconds {
    fn into_limit(self) -> Duration {
        self.into()
    }
}

macro_rules! limit_section {
    ($(#[$attribute:meta])* $Section:ident of $Limits:ty {
        $(#[doc = $doc:literal] $name:ident: $type:ty => $($path:ident).+ ;)*
    }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $Section {
            $(#[doc = $doc] pub $name: Option<$type>,)*
        }

        impl $Section {
            fn apply(&self, limits: &mut $Limits) {
                $(if let Some(value) = self.$name {
                    limits.$($path).+ = value.into_limit();
                })*
            }

            /// The values of limits, by name.
            fn values(limits: &$Limits) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), limits.$($path).+.shown())),*]
            }
        }
    };
}

limit_section! {
    /// Bounds on one manifest.
    ManifestLimitSettings of CrawlLimits {
        /// The largest manifest that is read, in bytes.
        bytes_max: u64 => manifest.bytes_max;
        /// Diagnostics kept of one file.
        diagnostics_max: usize => manifest.diagnostics_max;
    }
}

limit_section! {
    /// Bounds on one YAML file.
    YamlLimitSettings of CrawlLimits {
        /// How deeply collections may be nested.
        depth_max: usize => manifest.yaml_depth_max;
        /// Nodes in one document.
        nodes_max: usize => manifest.yaml_nodes_max;
        /// Documents in one file.
        documents_max: usize => manifest.yaml_documents_max;
        /// Nodes that aliases may add to one document.
        expanded_nodes_max: usize => manifest.yaml_expanded_nodes_max;
    }
}

limit_section! {
    /// Bounds on one entity.
    EntityLimitSettings of CrawlLimits {
        /// Relations that one document may state.
        relations_max: usize => manifest.entity_relations_max;
        /// Labels, annotations, tags and links of one document, each.
        labels_max: usize => manifest.entity_labels_max;
        /// Bytes kept of a description.
        description_bytes_max: usize => manifest.entity_description_bytes_max;
    }
}

limit_section! {
    /// Bounds on one ownership file.
    CodeownersLimitSettings of CrawlLimits {
        /// The largest ownership file that is read, in bytes.
        bytes_max: u64 => manifest.codeowners_bytes_max;
        /// Rules in one file.
        rules_max: usize => manifest.codeowners_rules_max;
        /// Bytes in one pattern.
        pattern_bytes_max: usize => manifest.codeowners_pattern_bytes_max;
        /// Owners on one line.
        owners_max: usize => manifest.codeowners_owners_max;
        /// Rules in one file whose patterns are regular expressions.
        regexes_max: usize => manifest.codeowners_regexes_max;
    }
}

limit_section! {
    /// Bounds on one repository's tree.
    TreeLimitSettings of CrawlLimits {
        /// How deeply folders may be nested.
        depth_max: usize => tree.depth_max;
        /// Bytes in one path.
        path_bytes_max: usize => tree.path_bytes_max;
        /// Entries visited in one repository.
        entries_max: usize => tree.entries_max;
        /// Manifests in one repository.
        manifests_max: usize => tree.manifests_max;
        /// Bytes in the pattern of a `Location`.
        pattern_bytes_max: usize => tree.pattern_bytes_max;
    }
}

limit_section! {
    /// Bounds on fetching from another machine.
    FetchLimitSettings of CrawlLimits {
        /// How long a connection may take to be made, in seconds.
        connect_max: Seconds => fetch.connect_max;
        /// How long a server may be silent, in seconds.
        idle_max: Seconds => fetch.idle_max;
        /// How long one fetch may take, in seconds.
        total_max: Seconds => fetch.total_max;
        /// How many bytes one fetch may bring.
        received_bytes_max: u64 => fetch.received_bytes_max;
        /// How many bytes the list of a repository's branches and tags may have.
        references_bytes_max: u64 => fetch.references_bytes_max;
        /// Repositories of other machines that are visited at once.
        concurrent_max: usize => fetch.concurrent_max;
        /// Repositories of one host that are visited at once.
        host_concurrent_max: usize => fetch.host_concurrent_max;
        /// How often one fetch is tried where its failure may pass.
        attempts_max: u32 => fetch.attempts_max;
        /// The pause before the second attempt, in seconds; it doubles with each further one.
        retry_pause_min: Seconds => fetch.retry_pause_min;
        /// The longest pause, also where the server asks for one, in seconds.
        retry_pause_max: Seconds => fetch.retry_pause_max;
        /// Failures of one host in a row after which it is left alone.
        host_failures_max: u32 => fetch.host_failures_max;
    }
}

limit_section! {
    /// Bounds on connections and requests.
    HttpLimitSettings of HttpLimits {
        /// The body of a request, in bytes.
        body_bytes_max: usize => body_bytes_max;
        /// How long a body may take to arrive, in seconds.
        body_time_max: Seconds => body_time_max;
        /// How long the head of a request may take to arrive, in seconds.
        head_time_max: Seconds => head_time_max;
        /// The headers of a request, in number.
        headers_max: usize => headers_max;
        /// The head of a request, in bytes; at least 8 KiB.
        head_bytes_max: usize => head_bytes_max;
        /// How long a client may read nothing of an answer that is being sent, in seconds.
        write_stall_max: Seconds => write_stall_max;
        /// How long a client may go on sending a request that is answered already, in seconds.
        linger_max: Seconds => linger_max;
        /// How long the handshake of an encrypted connection may take, in seconds.
        handshake_time_max: Seconds => handshake_time_max;
        /// Connections that are open at once.
        connections_max: usize => connections_max;
        /// Connections of one address that are open at once; of one network of 64 bits for IPv6.
        connections_per_address_max: usize => connections_per_address_max;
        /// Requests that are answered at once, those of probes not counted.
        requests_max: usize => requests_max;
        /// Answers that are kept for whoever asks the same again, in bytes; 0 for none.
        kept_answers_bytes_max: usize => kept_answers_bytes_max;
        /// How long connections are still accepted after the server was told to stop, in seconds, while `/readyz` says 503.
        drain_delay: Seconds => drain_delay;
        /// How long open requests may go on after the server was told to stop, in seconds.
        drain_time_max: Seconds => drain_time_max;
    }
}

limit_section! {
    /// Bounds on GraphQL queries.
    GraphqlLimitSettings of GraphqlLimits {
        /// The text of a query, in bytes.
        query_bytes_max: usize => query_bytes_max;
        /// Tokens of a query.
        tokens_max: usize => tokens_max;
        /// Brackets open at once, of any kind.
        brackets_max: usize => brackets_max;
        /// A name in a query, in bytes.
        name_bytes_max: usize => name_bytes_max;
        /// Operations in a query.
        operations_max: usize => operations_max;
        /// Fragments in a query.
        fragments_max: usize => fragments_max;
        /// Variables that the operations declare, and variables that a request sends.
        variables_max: usize => variables_max;
        /// Directives, after all fragments are put in their places.
        directives_max: usize => directives_max;
        /// Aliases of a query, after all fragments are put in their places.
        aliases_max: usize => aliases_max;
        /// Selected fields, after all fragments are put in their places.
        selections_max: usize => selections_max;
        /// Fields within fields.
        depth_max: usize => depth_max;
        /// Fields within `__schema` or `__type`.
        introspection_depth_max: usize => introspection_depth_max;
        /// Lists within lists of `__schema` or `__type`.
        introspection_lists_max: usize => introspection_lists_max;
        /// Objects that an answer can hold at most by its `first` arguments, multiplied down.
        cost_max: u64 => cost_max;
        /// Rows of one page.
        page_rows_max: usize => page_rows_max;
        /// Rows of one page where the query names no number.
        page_rows_default: usize => page_rows_default;
        /// Entities that one question may name.
        refs_max: usize => refs_max;
        /// A search text or a path, in bytes.
        text_bytes_max: usize => text_bytes_max;
        /// Errors in an answer; further ones are left out.
        errors_max: usize => errors_max;
        /// An answer, in bytes.
        answer_bytes_max: usize => answer_bytes_max;
        /// How long a query may run, in seconds.
        deadline: Seconds => deadline;
        /// Queries that run at once.
        concurrent_max: usize => concurrent_max;
        /// The cost up to which a query that only looks up what it names is quick, and need not wait for others.
        quick_cost_max: u64 => quick_cost_max;
        /// Quick queries that run at once beside the others.
        quick_concurrent_max: usize => quick_concurrent_max;
        /// How long a query waits for others before it is turned away, in seconds.
        patience: Seconds => patience;
        /// Former revisions of the catalog that can be asked for again.
        revisions_max: usize => revisions_max;
        /// How long a revision that was replaced can be asked for again, in seconds.
        revision_age_max: Seconds => revision_age_max;
        /// Subscriptions that are open at once.
        subscriptions_max: usize => subscriptions_max;
        /// Subscriptions that are open at once over one WebSocket.
        socket_subscriptions_max: usize => socket_subscriptions_max;
    }
}

limit_section! {
    /// How much each client may ask in a minute, in the cost of queries; every request costs at least 1.
    RateLimitSettings of RateLimits {
        /// For each token; 0 for as much as they like.
        token_cost_per_minute: u32 => token_cost_per_minute;
        /// For each address from which somebody asks without a token; 0 for as much as they like.
        address_cost_per_minute: u32 => address_cost_per_minute;
        /// Of how many clients is kept what they asked; further ones share.
        clients_max: usize => clients_max;
    }
}

limit_section! {
    /// Bounds on questions of Backstage's clients.
    BackstageLimitSettings of BackstageLimits {
        /// Rows of one page of `by-query`; a greater `limit` gives so many, and a cursor for the rest.
        page_rows_max: usize => page_rows_max;
        /// Rows of one page of `by-query` where no `limit` is given.
        page_rows_default: usize => page_rows_default;
        /// Entities that one `by-refs` may name.
        refs_max: usize => refs_max;
        /// Conditions of one filter.
        conditions_max: usize => conditions_max;
        /// Values of one condition, fields, fields to search and facets, each.
        fields_max: usize => fields_max;
        /// Fields to order by.
        orders_max: usize => orders_max;
        /// A text to search for, in bytes.
        text_bytes_max: usize => text_bytes_max;
        /// A cursor, in bytes.
        cursor_bytes_max: usize => cursor_bytes_max;
        /// How long it may take to find what is answered, in seconds.
        deadline: Seconds => deadline;
        /// How long the rest of an answer may take that is too long for one piece, in seconds.
        stream_time_max: Seconds => stream_time_max;
        /// Questions that are answered at once.
        concurrent_max: usize => concurrent_max;
        /// How long a question waits for others before it is turned away, in seconds.
        patience: Seconds => patience;
    }
}

limit_section! {
    /// Bounds on asking a host: for its repositories, teams and members, for each source; for a comment.
    HostLimitSettings of CrawlLimits {
        /// How long a connection may take to be made, in seconds.
        connect_max: Seconds => host.connect_max;
        /// How long a host may be silent, in seconds.
        idle_max: Seconds => host.idle_max;
        /// How long one answer may take, in seconds.
        answer_max: Seconds => host.answer_max;
        /// How long everything that is asked may take, in seconds, without the waits that the host wants.
        total_max: Seconds => host.total_max;
        /// How long is waited altogether because the host wants to be asked less often, in seconds.
        wait_max: Seconds => host.wait_max;
        /// The largest answer, in bytes.
        response_bytes_max: u64 => host.response_bytes_max;
        /// Pages of one list.
        pages_max: usize => host.pages_max;
        /// Repositories of one source.
        repositories_max: usize => host.repositories_max;
        /// Teams of one source.
        teams_max: usize => host.teams_max;
        /// Members of one team.
        members_max: usize => host.members_max;
        /// Comments of one merge request.
        comments_max: usize => host.comments_max;
    }
}

limit_section! {
    /// Bounds on the process that reads a repository.
    VisitLimitSettings of CrawlLimits {
        /// How long reading one repository may take, without fetching it, in seconds.
        time_max: Seconds => visit.time_max;
        /// How much memory the process may have, in bytes.
        memory_bytes_max: u64 => visit.memory_bytes_max;
        /// How many bytes one repository may say, in the form in which it is handed over.
        answer_bytes_max: u64 => visit.answer_bytes_max;
    }
}

limit_section! {
    /// Bounds on looking at the commits of a repository.
    HistoryLimitSettings of CrawlLimits {
        /// How many commits are looked at, the latest ones; 0 for none.
        commits_max: usize => history.commits_max;
        /// How many days before the head commit.
        days_max: u32 => history.days_max;
        /// Parts of a repository that are told apart.
        areas_max: usize => history.areas_max;
        /// People that are kept of each part.
        authors_max: usize => history.authors_max;
        /// How many bytes of folders' lists are compared, for one repository.
        tree_bytes_max: u64 => history.tree_bytes_max;
    }
}

limit_section! {
    /// Bounds on one OWNERS file.
    OwnersLimitSettings of CrawlLimits {
        /// Names that one rule may give, its aliases resolved.
        names_max: usize => manifest.owners_names_max;
        /// Files that one file may include, directly or not; each time counts.
        includes_max: usize => manifest.owners_includes_max;
    }
}

limit_section! {
    /// Bounds on comparing one API definition.
    DefinitionLimitSettings of DefinitionLimits {
        /// The largest text that is read, in bytes, and as much again for the files that it refers to.
        bytes_max: usize => bytes_max;
        /// Files that one definition is read from.
        files_max: usize => files_max;
        /// How deeply collections, messages and lists may be nested.
        depth_max: usize => depth_max;
        /// Nodes of one file in YAML or JSON, and tokens of any other.
        nodes_max: usize => nodes_max;
        /// Types of one definition, and fields and parts of operations in all; at least 1.
        shapes_max: usize => shapes_max;
        /// Types that are compared with each other.
        pairs_max: usize => pairs_max;
        /// Differences that are told of one definition.
        changes_max: usize => changes_max;
        /// Steps that may be taken to find the operations which differences reach.
        steps_max: usize => steps_max;
        /// Diagnostics kept of one definition.
        diagnostics_max: usize => diagnostics_max;
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn a_limit_that_is_set_holds_and_the_others_keep_their_defaults() {
        let text = "[limits.manifest]\nbytes_max = 7\n[limits.fetch]\nidle_max = 0.5\n[limits.graphql]\ndepth_max = 3";
        let settings: Settings = toml::from_str(text).expect("the settings are sound");
        let limits = settings.limits.crawl_limits();
        assert_eq!(limits.manifest.bytes_max, 7);
        assert_eq!(limits.fetch.idle_max.as_millis(), 500);
        assert_eq!(limits.manifest.yaml_depth_max, super::CrawlLimits::default().manifest.yaml_depth_max);
        assert_eq!(settings.limits.graphql_limits().depth_max, 3);
    }

    #[test]
    fn a_misspelt_limit_is_an_error_that_names_it() {
        let error = toml::from_str::<Settings>("[limits.manifest]\nbyte_max = 7").expect_err("no such limit");
        assert!(error.to_string().contains("byte_max") && error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_negative_time_is_an_error() {
        assert!(toml::from_str::<Settings>("[limits.fetch]\nidle_max = -1.0").is_err());
    }
}
