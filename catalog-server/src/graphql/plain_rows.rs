//! Long lists, and objects that are looked up, written as JSON at once.
//!
//! The library answers every field of every row by a future of its own, puts the values into maps, and writes
//! those: for a list of ten thousand rows that takes many times as long as the question itself. Where every
//! selected field of a list is *plain*, which is to look something up in the graph that cannot fail, the list is
//! written here at once, just as the library would have written it. Everything else goes the library's way.
//!
//! What is written is handed on as [`Value::Binary`], which nothing else in the schema is; `answer_text` puts it
//! into the answer as it is.

use std::{borrow::Cow, hint::black_box, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, SelectionField, ServerResult, Value,
    indexmap::IndexMap, parser::types::Field, registry::Registry,
};

use super::{GraphqlLimits, answer_text::write_text, budget::AnswerBudget};

/// After how many rows it is asked whether the answer is still wanted.
const ROWS_PER_LOOK: usize = 256;
/// How many rows are fetched from memory together.
const ROWS_AHEAD: usize = 16;

/// The room that an object gets at first.
const OBJECT_BYTES_USUAL: usize = 256;

/// Among the data of a request in whose query no object has the same key twice. The library would join the
/// values of such a key, which it cannot do with what is written already.
pub(super) struct WritesRows;

/// A row some of whose fields are plain: as the graph has it, not as the library wants it.
pub(super) trait PlainRow: Sized {
    /// The name of its type in the schema.
    const TYPE_NAME: &'static str;

    /// What writes a selected field; `None` where only the library can answer it.
    fn plain_field<'q>(field: SelectionField<'q>, limits: &GraphqlLimits) -> Option<WriteField<'q, Self>>
    where
        Self: 'q;

    /// Reads a little of what is most often written of a row. What rows are made of lies far apart in memory, and
    /// several of these reads wait together, where writing would wait for one after the other.
    fn look_ahead(&self) -> u8;
}

/// Writes the value of one field of a row as JSON.
pub(super) type WriteField<'q, R> = Box<dyn Fn(&R, &mut Vec<u8>) + 'q>;

/// How the selected fields of a row are written.
pub(super) struct RowPlan<'q, R> {
    /// The key with what stands around it, and what writes the value.
    fields: Vec<(String, WriteField<'q, R>)>,
}

impl<'q, R: PlainRow + 'q> RowPlan<'q, R> {
    /// The plan for what is selected in `field`; `None` where something in it is not plain.
    pub(super) fn of(field: SelectionField<'q>, limits: &GraphqlLimits) -> Option<Self> {
        let mut fields = Vec::new();
        // Fragments are looked into whatever type they are for: a query that was let through has none here that
        // would not fit.
        for selected in field.selection_set() {
            let key = selected.alias().unwrap_or_else(|| selected.name());
            let before = if fields.is_empty() { '{' } else { ',' };
            let write: WriteField<'q, R> = match selected.name() {
                "__typename" => Box::new(|_, out| write_text(out, R::TYPE_NAME)),
                _ => R::plain_field(selected, limits)?,
            };
            // Keys are names, which need no escape.
            fields.push((format!("{before}\"{key}\":"), write));
        }
        (!fields.is_empty()).then_some(Self { fields })
    }

    /// Writes one row.
    pub(super) fn write(&self, row: &R, out: &mut Vec<u8>) {
        for (key, write) in &self.fields {
            out.extend_from_slice(key.as_bytes());
            write(row, out);
        }
        out.push(b'}');
    }

    /// Writes a list, as far as it is wanted.
    pub(super) fn write_list(
        &self,
        rows: impl Iterator<Item = R>,
        budget: Option<&AnswerBudget>,
        out: &mut Vec<u8>,
    ) {
        let (rows_min, _) = rows.size_hint();
        out.push(b'[');
        let (mut rows, mut number, mut ahead) = (rows, 0, Vec::with_capacity(ROWS_AHEAD));
        loop {
            ahead.extend(rows.by_ref().take(ROWS_AHEAD));
            black_box(ahead.iter().map(R::look_ahead).fold(0, u8::wrapping_add));
            let is_wanted = || budget.is_none_or(|budget| budget.allows(out.len() as u64));
            if ahead.is_empty() || number % ROWS_PER_LOOK == 0 && !is_wanted() {
                break;
            }
            if number == ROWS_PER_LOOK {
                // The others will be about as long.
                out.reserve(out.len() / number * rows_min.saturating_sub(number) * 9 / 8);
            }
            for row in ahead.drain(..) {
                if number > 0 {
                    out.push(b',');
                }
                self.write(&row, out);
                number += 1;
            }
        }
        out.push(b']');
    }
}

/// Writes another object that a row leads to, or null.
pub(super) fn plain_object<'q, R: 'q, T: PlainRow + 'q>(
    field: SelectionField<'q>,
    limits: &GraphqlLimits,
    of: impl Fn(&R) -> Option<T> + 'q,
) -> Option<WriteField<'q, R>> {
    let plan = RowPlan::<T>::of(field, limits)?;
    Some(Box::new(move |row, out| match of(row) {
        Some(object) => plan.write(&object, out),
        None => out.extend_from_slice(b"null"),
    }))
}

/// Writes a text, or null.
pub(super) fn plain_text<'q, R: 'q>(
    of: impl for<'r> Fn(&'r R) -> Option<&'r str> + 'q,
) -> Option<WriteField<'q, R>> {
    Some(Box::new(move |row, out| match of(row) {
        Some(text) => write_text(out, text),
        None => out.extend_from_slice(b"null"),
    }))
}

/// Writes a value that is no text, or an enum's.
pub(super) fn plain_value<'q, R: 'q>(of: impl Fn(&R) -> Value + 'q) -> Option<WriteField<'q, R>> {
    Some(Box::new(move |row, out| {
        serde_json::to_writer(&mut *out, &of(row)).expect("a plain value can be written to memory");
    }))
}

/// Writes a number.
pub(super) fn plain_number<'q, R: 'q>(of: impl Fn(&R) -> u32 + 'q) -> Option<WriteField<'q, R>> {
    Some(Box::new(move |row, out| {
        serde_json::to_writer(&mut *out, &of(row)).expect("a number can be written to memory");
    }))
}

/// The nodes of the page that `ctx` is asked for, written, where all that is selected of it is plain.
pub(super) fn written_nodes<'q, R: PlainRow + 'q>(
    ctx: &'q Context<'q>,
    limits: &GraphqlLimits,
    rows: impl Iterator<Item = R>,
) -> Option<Value> {
    ctx.data_opt::<WritesRows>()?;
    let field = ctx.field();
    let mut lists = field.selection_set().filter(|part| ["nodes", "edges"].contains(&part.name()));
    let (Some(nodes), None) = (lists.next(), lists.next()) else { return None };
    if nodes.name() != "nodes" {
        return None;
    }
    let plan = RowPlan::<R>::of(nodes, limits)?;
    let budget = ctx.data_opt::<Arc<AnswerBudget>>().map(AsRef::as_ref);
    let mut out = Vec::new();
    plan.write_list(rows, budget, &mut out);
    Some(Value::Binary(out.into()))
}

/// An object, or null.
pub(super) enum ObjectOrWritten<T> {
    /// For the library to answer.
    Object(Option<T>),
    /// Written, since all that is selected of it is plain.
    Written(Value),
}

impl<T> ObjectOrWritten<T> {
    /// What `ctx` is asked for: `row` as the graph has it, or what `object` makes of it for the library.
    pub(super) fn of<'q, R: PlainRow + 'q>(
        ctx: &'q Context<'q>,
        row: Option<R>,
        object: impl FnOnce(R) -> T,
    ) -> Self {
        let plan = || {
            ctx.data_opt::<WritesRows>()?;
            RowPlan::<R>::of(ctx.field(), ctx.data_opt()?)
        };
        match (row, plan()) {
            (Some(row), Some(plan)) => {
                let mut out = Vec::with_capacity(OBJECT_BYTES_USUAL);
                plan.write(&row, &mut out);
                Self::Written(Value::Binary(out.into()))
            }
            (row, _) => Self::Object(row.map(object)),
        }
    }
}

impl<T: OutputType> OutputType for ObjectOrWritten<T> {
    fn type_name() -> Cow<'static, str> {
        Option::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Option::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Option::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            // The library makes an object of which nothing is selected null, which would say that there is none.
            Self::Object(object) => match object.resolve(ctx, field).await? {
                Value::Null if object.is_some() => Ok(Value::Object(IndexMap::new())),
                value => Ok(value),
            },
            Self::Written(written) => Ok(written.clone()),
        }
    }
}
