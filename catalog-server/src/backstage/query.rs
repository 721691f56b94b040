//! Lists of entities, page by page.

use std::{cmp::Ordering, sync::Arc};

use catalog_core::graph::{CatalogGraph, Entity};
use serde_json::json;

use super::{
    BackstageError, BackstageLimits, Fields, GiveUp, OrderCache, Sink,
    cursor::{self, After, Cursor, CursorOrder, CursorText, Direction},
    document::write_entity,
    full_text::FullText,
    order::{OrderField, Sequence, Standing},
    predicate::EntityPredicate,
};

/// Which entities, in which order, and which part of them.
#[derive(Clone, Debug)]
pub struct EntityQuery {
    pub(super) filter: Option<EntityPredicate>,
    pub(super) order: Vec<OrderField>,
    pub(super) text: Option<FullText>,
    pub(super) fields: Option<Fields>,
    pub(super) offset: usize,
    /// All of them where there is none.
    pub(super) limit: Option<usize>,
    /// The place behind which, or before which, to begin.
    pub(super) from: Option<Beginning>,
    /// Whether to count all.
    pub(super) counts: bool,
    /// What a cursor says of the question.
    pub(super) asked: Cursor,
}

/// A place in the order.
#[derive(Clone, Debug)]
pub(super) struct Beginning {
    pub(super) standing: Standing,
    pub(super) is_previous: bool,
    /// How many there are in all, if that was counted at this revision.
    pub(super) counted: Option<(u64, u64)>,
}

/// A part of a list of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The numbers of the entities.
    pub(super) rows: Vec<u32>,
    /// How many there are in all; 0 where they were not to be counted.
    pub(super) total: u64,
    pub(super) has_previous: bool,
    pub(super) has_next: bool,
}

/// How a list is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityList {
    /// A plain list; where it goes on is said beside it.
    Plain,
    /// An object with the list, how many there are in all, and cursors.
    WithCursors,
}

impl EntityQuery {
    /// Answers the question. O(entities looked at), of which only those of the page become JSON.
    ///
    /// # Errors
    ///
    /// Nobody waits for the answer any more.
    pub fn answer(
        &self,
        graph: &Arc<CatalogGraph>,
        orders: &OrderCache,
        list: EntityList,
        give_up: &GiveUp,
        sink: &mut dyn Sink,
    ) -> Result<(), BackstageError> {
        let page = self.page(graph, orders, give_up)?;
        let rows = || page.rows.iter().map(|number| graph.entity_at(*number));
        match list {
            EntityList::Plain => {
                if let (true, Some(limit), Some(last)) = (page.has_next, self.limit, rows().next_back()) {
                    let order_field_values = self.values(last);
                    let revision = graph.revision().0;
                    sink.next_after(cursor::encode(&After { limit, order_field_values, revision }));
                }
                write_list(rows().map(Some), self.fields.as_ref(), give_up, sink)
            }
            EntityList::WithCursors => {
                sink.write(b"{\"items\":")?;
                write_list(rows().map(Some), self.fields.as_ref(), give_up, sink)?;
                let mut info = serde_json::Map::new();
                let ends = [
                    ("nextCursor", page.has_next, rows().next_back(), false),
                    ("prevCursor", page.has_previous, rows().next(), true),
                ];
                for (name, is_there, row, is_previous) in ends {
                    if let Some(row) = row.filter(|_| is_there) {
                        info.insert(name.into(), self.cursor(row, &page, is_previous).into());
                    }
                }
                let end = json!({"totalItems": page.total, "pageInfo": info}).to_string();
                sink.write(b",")?;
                sink.write(&end.as_bytes()[1..])
            }
        }
    }

    /// Finds the part of the list that is asked for.
    pub(super) fn page(
        &self,
        graph: &Arc<CatalogGraph>,
        orders: &OrderCache,
        give_up: &GiveUp,
    ) -> Result<Page, BackstageError> {
        let sequence = orders.sequence(graph, &self.order, give_up)?;
        let search = Search { query: self, graph, sequence, give_up };
        let counted = self.from.as_ref().and_then(|from| from.counted);
        let known = counted.filter(|(_, revision)| *revision == graph.revision().0).map(|(total, _)| total);
        let mut page = match &self.from {
            Some(from) if from.is_previous => search.before(&from.standing)?,
            from => search.behind(from.as_ref().map(|from| &from.standing))?,
        };
        page.total = match known {
            _ if !self.counts => 0,
            Some(total) => total,
            None => search.count()?,
        };
        Ok(page)
    }

    fn matches(&self, entity: Entity<'_>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.matches(entity))
            && self.text.as_ref().is_none_or(|text| text.matches(entity))
    }

    /// Where an entity stands, as cursors say it.
    fn values(&self, entity: Entity<'_>) -> Vec<Option<String>> {
        let Standing { mut values, entity } = Standing::of(entity, &self.order);
        values.push(Some(entity));
        values
    }

    fn cursor(&self, row: Entity<'_>, page: &Page, is_previous: bool) -> String {
        cursor::encode(&Cursor {
            order_field_values: self.values(row),
            is_previous,
            total_items: self.counts.then_some(page.total),
            revision: row.graph().revision().0,
            ..self.asked.clone()
        })
    }
}

/// A search along the order.
struct Search<'q> {
    query: &'q EntityQuery,
    graph: &'q CatalogGraph,
    sequence: Sequence,
    give_up: &'q GiveUp,
}

impl Search<'_> {
    fn matches(&self, place: usize) -> Result<bool, BackstageError> {
        self.give_up.check(place)?;
        Ok(self.query.matches(self.graph.entity_at(self.sequence.numbers[place])))
    }

    /// The first place whose entity stands behind a standing, or also just there.
    fn place(&self, standing: &Standing, or_there: bool) -> usize {
        self.sequence.numbers.partition_point(|number| {
            let other = Standing::of(self.graph.entity_at(*number), &self.query.order);
            match other.compare(standing, &self.query.order) {
                Ordering::Less => true,
                Ordering::Equal => !or_there,
                Ordering::Greater => false,
            }
        })
    }

    /// The page behind a standing, or the first one.
    fn behind(&self, standing: Option<&Standing>) -> Result<Page, BackstageError> {
        let start = standing.map_or(0, |standing| self.place(standing, false));
        let limit = self.query.limit.unwrap_or(usize::MAX);
        let mut page = Page { rows: Vec::new(), total: 0, has_previous: false, has_next: false };
        let mut skipped = 0;
        for place in start..self.sequence.numbers.len() {
            if limit == 0 {
                return Ok(page);
            }
            if !self.matches(place)? {
                continue;
            }
            if skipped < self.query.offset {
                skipped += 1;
            } else if page.rows.len() < limit {
                page.rows.push(self.sequence.numbers[place]);
            } else {
                page.has_next = true;
                break;
            }
        }
        page.has_previous = skipped > 0 || self.any((0..start).rev())?;
        Ok(page)
    }

    /// The page before a standing.
    fn before(&self, standing: &Standing) -> Result<Page, BackstageError> {
        let end = self.place(standing, true);
        let limit = self.query.limit.unwrap_or(usize::MAX);
        let mut page = Page { rows: Vec::new(), total: 0, has_previous: false, has_next: false };
        for place in (0..end).rev() {
            if limit == 0 {
                return Ok(page);
            }
            if !self.matches(place)? {
                continue;
            }
            if page.rows.len() < limit {
                page.rows.push(self.sequence.numbers[place]);
            } else {
                page.has_previous = true;
                break;
            }
        }
        page.rows.reverse();
        page.has_next = self.any(end..self.sequence.numbers.len())?;
        Ok(page)
    }

    fn any(&self, places: impl Iterator<Item = usize>) -> Result<bool, BackstageError> {
        for place in places {
            if self.matches(place)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn count(&self) -> Result<u64, BackstageError> {
        if self.query.filter.is_none() && self.query.text.is_none() {
            return Ok(self.sequence.numbers.len() as u64);
        }
        let mut count = 0;
        for place in 0..self.sequence.numbers.len() {
            count += u64::from(self.matches(place)?);
        }
        Ok(count)
    }
}

/// Writes entities as a list; null for what is not there.
pub(super) fn write_list<'g>(
    rows: impl Iterator<Item = Option<Entity<'g>>>,
    fields: Option<&Fields>,
    give_up: &GiveUp,
    sink: &mut dyn Sink,
) -> Result<(), BackstageError> {
    sink.write(b"[")?;
    for (step, row) in rows.enumerate() {
        give_up.check(step)?;
        if step > 0 {
            sink.write(b",")?;
        }
        match row {
            Some(entity) => write_entity(entity, fields, sink)?,
            None => sink.write(b"null")?,
        }
    }
    sink.write(b"]")
}

/// Reads a place that a cursor names.
pub(super) fn standing_of(
    mut values: Vec<Option<String>>,
    order: &[OrderField],
) -> Result<Standing, BackstageError> {
    let invalid = || BackstageError::Input("the cursor was not made by this server for this list".into());
    let entity = values.pop().flatten().ok_or_else(invalid)?;
    if values.len() != order.len() {
        return Err(invalid());
    }
    Ok(Standing { values, entity })
}

/// Reads fields to order by.
pub(super) fn order_of(
    asked: &[CursorOrder],
    limits: &BackstageLimits,
) -> Result<Vec<OrderField>, BackstageError> {
    if asked.len() > limits.orders_max {
        let (name, max) = ("orders_max", limits.orders_max);
        return Err(BackstageError::over_limit(name, max, asked.len(), "fields to order by"));
    }
    let field = |asked: &CursorOrder| OrderField {
        key: super::key::Key::new(&asked.field),
        descending: asked.order == Direction::Desc,
    };
    Ok(asked.iter().map(field).collect())
}

/// Reads a text to search for.
pub(super) fn text_of(
    asked: Option<&CursorText>,
    order: &[CursorOrder],
    limits: &BackstageLimits,
) -> Result<Option<FullText>, BackstageError> {
    let Some(CursorText { term, fields }) = asked else { return Ok(None) };
    if term.len() > limits.text_bytes_max {
        let (name, max) = ("text_bytes_max", limits.text_bytes_max);
        return Err(BackstageError::over_limit(name, max, term.len(), "bytes in the text"));
    }
    if fields.len() > limits.fields_max {
        return Err(BackstageError::over_limit("fields_max", limits.fields_max, fields.len(), "fields"));
    }
    Ok(FullText::new(term, fields, order.first().map(|order| &*order.field)))
}
