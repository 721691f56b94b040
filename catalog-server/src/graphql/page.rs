//! Pages of lists, by Relay's conventions for connections.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    Context, ContextSelectionSet, Error, ErrorExtensions, Object, OutputType, Positioned, Result,
    ServerResult, SimpleObject, TypeName, Value,
    connection::{
        ConnectionNameType, DefaultConnectionName, DefaultEdgeName, Edge, EdgeNameType, EmptyFields, PageInfo,
    },
    parser::types::Field,
    registry::Registry,
    resolver_utils::resolve_list,
};
use catalog_core::model::Revision;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    ErrorCode, GraphqlLimits, Refusal,
    budget::AnswerBudget,
    cursor::{decode_cursor, encode_cursor},
    plain_rows::{PlainRow, written_nodes},
};

/// One page of a list.
pub(super) struct Page<N: OutputType, Name = DefaultConnectionName, EdgeName: EdgeNameType = DefaultEdgeName>
{
    rows: PageRows<N, EdgeName>,
    /// The cursors of the first and the last row, where they are asked for and there are rows.
    ends: Option<(String, String)>,
    has_previous_page: bool,
    has_next_page: bool,
    facts: PageFacts,
    name: PhantomData<Name>,
}

/// The rows of a page.
enum PageRows<N: OutputType, EdgeName: EdgeNameType> {
    /// Each as an object, with its cursor if edges are asked for.
    Edges(Vec<Edge<String, N, EmptyFields, EdgeName>>),
    /// The list of nodes, written.
    Written(Value),
}

#[Object(name_type)]
impl<N: OutputType, Name: ConnectionNameType, EdgeName: EdgeNameType> Page<N, Name, EdgeName> {
    /// Information to aid in pagination.
    async fn page_info(&self) -> PageInfo {
        let (start_cursor, end_cursor) = self.ends.clone().unzip();
        let Self { has_previous_page, has_next_page, .. } = *self;
        PageInfo { has_previous_page, has_next_page, start_cursor, end_cursor }
    }

    /// A list of edges.
    async fn edges(&self) -> &[Edge<String, N, EmptyFields, EdgeName>] {
        match &self.rows {
            PageRows::Edges(edges) => edges,
            // Nodes are written only where edges are not asked for.
            PageRows::Written(_) => &[],
        }
    }

    /// A list of nodes.
    async fn nodes(&self) -> Nodes<'_, N, EdgeName> {
        Nodes(&self.rows)
    }

    #[graphql(flatten)]
    async fn facts(&self) -> PageFacts {
        self.facts
    }
}

impl<N: OutputType, Name: ConnectionNameType, EdgeName: EdgeNameType> TypeName for Page<N, Name, EdgeName> {
    fn type_name() -> Cow<'static, str> {
        Name::type_name::<N>().into()
    }
}

/// The nodes of a page, written or not.
struct Nodes<'a, N: OutputType, EdgeName: EdgeNameType>(&'a PageRows<N, EdgeName>);

impl<N: OutputType, EdgeName: EdgeNameType> OutputType for Nodes<'_, N, EdgeName> {
    fn type_name() -> Cow<'static, str> {
        Vec::<N>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<N>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<N>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self.0 {
            PageRows::Edges(edges) => {
                resolve_list(ctx, field, edges.iter().map(|edge| &edge.node), Some(edges.len())).await
            }
            PageRows::Written(nodes) => Ok(nodes.clone()),
        }
    }
}

/// What is said of the list that a page is of.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(super) struct PageFacts {
    /// How many rows the whole list has, on all pages together.
    total_count: usize,
    /// The number of the state of the catalog that the page was taken from; `catalog { asOf }` in the same
    /// request says how old that is.
    revision: u64,
    /// Whether the catalog has changed since the cursor given as `after` or `before` was made. Paging
    /// goes on at the right place all the same, but rows may have come or gone on earlier pages. A request with
    /// `"extensions": {"revision": 41}` beside its query is answered from that state, while it is kept.
    changed_since_cursor: bool,
}

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct PageArguments {
    /// So many rows from the beginning, or from behind `after`.
    pub(super) first: Option<i32>,
    /// Only rows behind this cursor.
    pub(super) after: Option<String>,
    /// So many rows before the end, or before `before`.
    pub(super) last: Option<i32>,
    /// Only rows before this cursor.
    pub(super) before: Option<String>,
}

impl PageArguments {
    /// The arguments of a list that is read forward only.
    pub(super) fn forward(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, ..Self::default() }
    }
}

/// Takes one page out of `rows`, which are sorted by `key`. O(log rows + page).
pub(super) fn page<T, K, N, Name, EdgeName>(
    ctx: &Context<'_>,
    revision: Revision,
    rows: &[T],
    arguments: &PageArguments,
    key: impl Fn(&T) -> K,
    node: impl Fn(&T) -> N,
) -> Result<Page<N, Name, EdgeName>>
where
    K: Ord + Serialize + DeserializeOwned,
    N: OutputType,
    EdgeName: EdgeNameType,
{
    page_or_written(ctx, revision, rows, arguments, key, node, |_, _| None)
}

/// The same of rows with plain fields: where nothing else of them is asked for, they are written at once.
pub(super) fn plain_page<'a, T, K, N, R, Name, EdgeName>(
    ctx: &'a Context<'_>,
    revision: Revision,
    rows: &[T],
    arguments: &PageArguments,
    key: impl Fn(&T) -> K,
    node: impl Fn(&T) -> N,
    plain: impl Fn(&T) -> R,
) -> Result<Page<N, Name, EdgeName>>
where
    K: Ord + Serialize + DeserializeOwned,
    N: OutputType,
    R: PlainRow + 'a,
    EdgeName: EdgeNameType,
{
    let written = |rows: &[T], limits: &GraphqlLimits| written_nodes(ctx, limits, rows.iter().map(&plain));
    page_or_written(ctx, revision, rows, arguments, key, node, written)
}

fn page_or_written<T, K, N, Name, EdgeName>(
    ctx: &Context<'_>,
    revision: Revision,
    rows: &[T],
    arguments: &PageArguments,
    key: impl Fn(&T) -> K,
    node: impl Fn(&T) -> N,
    written: impl Fn(&[T], &GraphqlLimits) -> Option<Value>,
) -> Result<Page<N, Name, EdgeName>>
where
    K: Ord + Serialize + DeserializeOwned,
    N: OutputType,
    EdgeName: EdgeNameType,
{
    let limits = ctx.data::<GraphqlLimits>()?;
    let mut changed_since_cursor = false;
    let mut read = |argument: &str, cursor: &Option<String>| -> Result<Option<K>> {
        let Some(cursor) = cursor else { return Ok(None) };
        let (made_at, key) = decode_cursor::<K>(cursor).ok_or_else(|| {
            error(ErrorCode::CursorInvalid, format!("`{argument}` is not a cursor of this list"))
        })?;
        changed_since_cursor |= made_at != revision.0;
        Ok(Some(key))
    };
    let after = read("after", &arguments.after)?;
    let before = read("before", &arguments.before)?;
    let mut start = after.map_or(0, |after| rows.partition_point(|row| key(row) <= after));
    let mut end = before.map_or(rows.len(), |before| rows.partition_point(|row| key(row) < before));
    start = start.min(end);
    match (arguments.first, arguments.last) {
        (Some(_), Some(_)) => {
            let message = "`first` and `last` exclude each other; give one of them";
            return Err(error(ErrorCode::ArgumentInvalid, message));
        }
        (None, Some(last)) => start = start.max(end.saturating_sub(row_count("last", last, limits)?)),
        (first, None) => {
            let first =
                first.map_or(Ok(limits.page_rows_default), |first| row_count("first", first, limits))?;
            end = end.min(start + first);
        }
    }
    let shown = &rows[start..end];
    let asked = ctx.look_ahead();
    let cursor = |row: &T| encode_cursor(revision.0, &key(row));
    let ends = match shown {
        [first, .., last] if asked.field("pageInfo").exists() => Some((cursor(first), cursor(last))),
        [only] if asked.field("pageInfo").exists() => Some((cursor(only), cursor(only))),
        _ => None,
    };
    let rows_of_page = match written(shown, limits) {
        Some(nodes) => PageRows::Written(nodes),
        None => {
            let has_cursors = asked.field("edges").exists();
            let cursor = |row| if has_cursors { cursor(row) } else { String::new() };
            PageRows::Edges(shown.iter().map(|row| Edge::new(cursor(row), node(row))).collect())
        }
    };
    Ok(Page {
        rows: rows_of_page,
        ends,
        has_previous_page: start > 0,
        has_next_page: end < rows.len(),
        facts: PageFacts { total_count: rows.len(), revision: revision.0, changed_since_cursor },
        name: PhantomData,
    })
}

/// Takes one page out of rows that have no key but their place in the answer: of an answer that only the same
/// question gives again. O(rows).
pub(super) fn page_in_order<N: OutputType + Clone>(
    ctx: &Context<'_>,
    revision: u64,
    rows: &[N],
    first: Option<i32>,
    after: Option<String>,
) -> Result<Page<N>> {
    let rows: Vec<(usize, &N)> = rows.iter().enumerate().collect();
    let arguments = PageArguments::forward(first, after);
    page(ctx, Revision(revision), &rows, &arguments, |(place, _)| *place, |(_, row)| (*row).clone())
}

/// A number of rows that was asked for, if it is one that may be.
pub(super) fn row_count(argument: &str, asked: i32, limits: &GraphqlLimits) -> Result<usize> {
    match usize::try_from(asked) {
        Ok(rows) if rows > limits.page_rows_max => Err(refuse(&Refusal::over_limit(
            "graphql.page_rows_max",
            limits.page_rows_max as u64,
            rows as u64,
            &format!("rows asked for by `{argument}`"),
        ))),
        Ok(rows) if rows > 0 => Ok(rows),
        _ => Err(error(
            ErrorCode::ArgumentInvalid,
            format!("`{argument}` is {asked}, expected 1 to {}", limits.page_rows_max),
        )),
    }
}

/// An error of a resolver, with its stable code.
pub(super) fn error(code: ErrorCode, message: impl Into<String>) -> Error {
    refuse(&Refusal::new(code, message))
}

/// A refusal as the error of a resolver.
pub(super) fn refuse(refusal: &Refusal) -> Error {
    Error::new(refusal.message.clone()).extend_with(|_, extensions| {
        extensions.set("code", refusal.code.name());
        if let Some(limit) = &refusal.limit {
            extensions.set("limit", limit.name);
            extensions.set("value", limit.value);
            extensions.set("met", limit.met);
        }
    })
}

/// Ends a resolver that goes on row by row where nobody waits for the answer any more.
pub(super) fn give_up_in_time(ctx: &Context<'_>) -> Result<()> {
    let budget = ctx.data_opt::<std::sync::Arc<AnswerBudget>>();
    if budget.is_some_and(|budget| budget.spent().is_some()) {
        return Err(error(ErrorCode::DeadlineExceeded, "the answer took too long"));
    }
    Ok(())
}

/// Refuses an argument that names more entities than one question may.
pub(super) fn check_refs(ctx: &Context<'_>, argument: &str, count: usize) -> Result<()> {
    let limits = ctx.data::<GraphqlLimits>()?;
    if count <= limits.refs_max {
        return Ok(());
    }
    let (value, met) = (limits.refs_max as u64, count as u64);
    let what = format!("entities in `{argument}`");
    Err(refuse(&Refusal::over_limit("graphql.refs_max", value, met, &what)))
}

/// Refuses a text argument that is longer than any that makes sense.
pub(super) fn check_text(ctx: &Context<'_>, argument: &str, text: &str) -> Result<()> {
    let limits = ctx.data::<GraphqlLimits>()?;
    if text.len() <= limits.text_bytes_max {
        return Ok(());
    }
    let (value, met) = (limits.text_bytes_max as u64, text.len() as u64);
    let what = format!("bytes in `{argument}`");
    Err(refuse(&Refusal::over_limit("graphql.text_bytes_max", value, met, &what)))
}
