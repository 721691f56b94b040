//! Every bound on a GraphQL request, by name.

use std::time::Duration;

/// The bounds on one GraphQL request and on how many run at once.
///
/// A refusal names the bound as `graphql.` and the field's name, its value and the value met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphqlLimits {
    /// The text of a query, in bytes.
    pub query_bytes_max: usize,
    /// Tokens of a query: names, numbers, strings and punctuation.
    pub tokens_max: usize,
    /// Brackets open at once, of any kind.
    pub brackets_max: usize,
    /// A name in a query, in bytes.
    pub name_bytes_max: usize,
    /// Operations in a query.
    pub operations_max: usize,
    /// Fragments in a query.
    pub fragments_max: usize,
    /// Variables that the operations declare, and variables that a request sends.
    pub variables_max: usize,
    /// Directives, after all fragments are put in their places.
    pub directives_max: usize,
    /// Aliases, after all fragments are put in their places.
    pub aliases_max: usize,
    /// Selected fields, after all fragments are put in their places.
    pub selections_max: usize,
    /// Fields within fields.
    pub depth_max: usize,
    /// Fields within `__schema` or `__type`; what tools ask about the schema is deeper than questions are.
    pub introspection_depth_max: usize,
    /// Lists within lists of `__schema` or `__type`.
    pub introspection_lists_max: usize,
    /// Objects that an answer can hold at most by its `first` arguments, multiplied down; ten plain
    /// values count as an object, a list without `first` as five of them.
    pub cost_max: u64,
    /// Rows of one page: the greatest `first` or `last`.
    pub page_rows_max: usize,
    /// Rows of one page where neither `first` nor `last` is given.
    pub page_rows_default: usize,
    /// Entities that one question may name.
    pub refs_max: usize,
    /// A search text or a path, in bytes.
    pub text_bytes_max: usize,
    /// Errors in an answer; further ones are left out.
    pub errors_max: usize,
    /// An answer, in bytes.
    pub answer_bytes_max: usize,
    /// How long a query may run.
    pub deadline: Duration,
    /// Queries that run at once.
    pub concurrent_max: usize,
    /// The cost up to which a query is quick, if it only looks up what it names: further ones of these run at
    /// once, so that an owner is told while dear queries hold all their places.
    pub quick_cost_max: u64,
    /// Quick queries that run at once beside the others.
    pub quick_concurrent_max: usize,
    /// How long a query waits for others before it is turned away.
    pub patience: Duration,
    /// Subscriptions that are open at once.
    pub subscriptions_max: usize,
    /// Subscriptions that are open at once over one WebSocket.
    pub socket_subscriptions_max: usize,
    /// Former revisions of the catalog that can be asked for again, so that a long list can be read page by
    /// page in one state.
    pub revisions_max: usize,
    /// How long a revision that was replaced can be asked for again.
    pub revision_age_max: Duration,
}

impl Default for GraphqlLimits {
    fn default() -> Self {
        Self {
            query_bytes_max: 64 * 1024,
            tokens_max: 4_000,
            brackets_max: 40,
            name_bytes_max: 128,
            operations_max: 10,
            fragments_max: 50,
            variables_max: 50,
            directives_max: 50,
            aliases_max: 100,
            selections_max: 2_000,
            depth_max: 15,
            introspection_depth_max: 20,
            introspection_lists_max: 3,
            cost_max: 20_000,
            page_rows_max: 100,
            page_rows_default: 50,
            refs_max: 100,
            text_bytes_max: 4_096,
            errors_max: 20,
            answer_bytes_max: 8 * 1024 * 1024,
            deadline: Duration::from_secs(10),
            concurrent_max: 8,
            quick_cost_max: 1_000,
            quick_concurrent_max: 4,
            patience: Duration::from_millis(500),
            subscriptions_max: 1_000,
            socket_subscriptions_max: 20,
            revisions_max: 4,
            revision_age_max: Duration::from_secs(300),
        }
    }
}
