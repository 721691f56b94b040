//! From the parameters and bodies of requests to questions.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    BackstageError, BackstageLimits, EntityQuery, Facets, Fields, LocationQuery,
    cursor::{self, After, Cursor, CursorOrder, CursorText, Direction},
    location::LocationField,
    predicate::{self, EntityPredicate},
    query::{Beginning, order_of, standing_of, text_of},
};

/// The parameters of an address, decoded, in their order; one may be there several times.
#[derive(Clone, Debug, Default)]
pub struct Parameters(pub Vec<(String, String)>);

impl Parameters {
    fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value).collect()
    }

    fn one(&self, name: &str) -> Option<&str> {
        self.all(name).pop()
    }

    fn number(&self, name: &str) -> Result<Option<usize>, BackstageError> {
        let Some(text) = self.one(name) else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            BackstageError::Input(format!("`{name}` is `{text}`; expected a whole number from 0"))
        })?;
        Ok(Some(number))
    }

    fn fields(&self, limits: &BackstageLimits) -> Result<Option<Fields>, BackstageError> {
        Fields::new(self.all("fields"), limits)
    }

    fn filter(&self, limits: &BackstageLimits) -> Result<Option<EntityPredicate>, BackstageError> {
        EntityPredicate::of_filters(&self.all("filter"), limits)
    }
}

/// `GET /entities`: `filter`, `fields`, `order`, `offset`, `limit`, `after`. Without `limit`, all there are.
///
/// # Errors
///
/// A parameter means nothing, or is over a limit.
pub fn entity_list(parameters: &Parameters, limits: &BackstageLimits) -> Result<EntityQuery, BackstageError> {
    let order = parameters.all("order").into_iter().map(|text| {
        let (direction, field) = text.split_once(':').unwrap_or(("", text));
        let direction = direction_of(direction).filter(|_| !field.is_empty()).ok_or_else(|| {
            BackstageError::Input(format!("`order` is `{text}`; expected `asc:field` or `desc:field`"))
        })?;
        Ok(CursorOrder { field: field.to_owned(), order: direction })
    });
    let order: Vec<CursorOrder> = order.collect::<Result<_, BackstageError>>()?;
    let mut query = Asked {
        order_by: order,
        limit: parameters.number("limit")?,
        offset: parameters.number("offset")?.unwrap_or_default(),
        ..Asked::default()
    }
    .into_query(parameters.filter(limits)?, parameters.fields(limits)?, limits)?;
    query.counts = false;
    if query.limit == Some(0) {
        return Err(BackstageError::Input("`limit` is 0; expected a whole number from 1".into()));
    }
    if let Some(after) = parameters.one("after") {
        let after: After = cursor::decode(after, limits)?;
        query.limit = Some(after.limit.max(1));
        query.offset = 0;
        let standing = standing_of(after.order_field_values, &query.order)?;
        query.from = Some(Beginning { standing, is_previous: false, counted: None });
    }
    Ok(query)
}

/// `GET /entities/by-query`: `filter`, `fields`, `orderField`, `offset`, `limit`, `cursor`, `totalItems`,
/// `fullTextFilterTerm`, `fullTextFilterFields`. A cursor stands for all but `limit` and `fields`.
///
/// # Errors
///
/// A parameter means nothing, or is over a limit.
pub fn entity_query(
    parameters: &Parameters,
    limits: &BackstageLimits,
) -> Result<EntityQuery, BackstageError> {
    let (fields, limit) = (parameters.fields(limits)?, parameters.number("limit")?);
    if let Some(cursor) = parameters.one("cursor").filter(|cursor| !cursor.is_empty()) {
        return of_cursor(cursor, fields, limit, limits);
    }
    let order = parameters.all("orderField").into_iter().map(|text| {
        let (field, direction) = text.split_once(',').unwrap_or((text, "asc"));
        let direction = direction_of(direction).filter(|_| !field.is_empty()).ok_or_else(|| {
            BackstageError::Input(format!("`orderField` is `{text}`; expected `field,asc` or `field,desc`"))
        })?;
        Ok(CursorOrder { field: field.to_owned(), order: direction })
    });
    let text_fields = parameters.all("fullTextFilterFields").into_iter().flat_map(|text| text.split(','));
    let asked = Asked {
        order_by: order.collect::<Result<_, BackstageError>>()?,
        limit,
        offset: parameters.number("offset")?.unwrap_or_default(),
        full_text_filter: parameters.one("fullTextFilterTerm").map(|term| CursorText {
            term: term.to_owned(),
            fields: text_fields.map(str::trim).filter(|field| !field.is_empty()).map(str::to_owned).collect(),
        }),
        total_items: parameters.one("totalItems").map(str::to_owned),
        ..Asked::default()
    };
    paged(asked.into_query(parameters.filter(limits)?, fields, limits)?, limits)
}

/// `POST /entities/by-query`: the same in a body, its filter a predicate.
///
/// # Errors
///
/// The body means nothing, or is over a limit.
pub fn entity_query_of_body(body: &[u8], limits: &BackstageLimits) -> Result<EntityQuery, BackstageError> {
    let mut asked: Asked = read(body)?;
    let fields = Fields::new(asked.fields.iter().map(|field| &**field), limits)?;
    if let Some(cursor) = &asked.cursor {
        return of_cursor(cursor, fields, asked.limit, limits);
    }
    let filter = asked.query.take().map(|query| EntityPredicate::of_json(query, limits)).transpose()?;
    paged(asked.into_query(filter, fields, limits)?, limits)
}

/// The entities that a request names.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Their refs, as written.
    pub refs: Vec<String>,
    /// What is shown of them.
    pub fields: Option<Fields>,
    /// What they have to pass to be shown.
    pub filter: Option<EntityPredicate>,
}

/// `POST /entities/by-refs`.
///
/// # Errors
///
/// The request means nothing, or is over a limit.
pub fn batch_of(
    parameters: &Parameters,
    body: &[u8],
    limits: &BackstageLimits,
) -> Result<Batch, BackstageError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        entity_refs: Vec<String>,
        #[serde(default)]
        fields: Option<Vec<String>>,
        query: Option<Value>,
    }
    let Body { entity_refs: refs, fields, query } = read(body)?;
    if refs.len() > limits.refs_max {
        return Err(BackstageError::over_limit("refs_max", limits.refs_max, refs.len(), "refs"));
    }
    let fields = fields.unwrap_or_default();
    let fields = fields.iter().map(|field| &**field).chain(parameters.all("fields"));
    let query = query.map(|query| EntityPredicate::of_json(query, limits)).transpose()?;
    let filter = EntityPredicate::and(parameters.filter(limits)?, query, limits)?;
    Ok(Batch { refs, fields: Fields::new(fields, limits)?, filter })
}

/// `GET /entity-facets`: `facet`, `filter`.
///
/// # Errors
///
/// A parameter means nothing, or is over a limit.
pub fn facets(parameters: &Parameters, limits: &BackstageLimits) -> Result<Facets, BackstageError> {
    let facets = parameters.all("facet").into_iter().map(str::to_owned).collect();
    facets_asked(facets, parameters.filter(limits)?, limits)
}

/// `POST /entity-facets`: the same in a body, its filter a predicate.
///
/// # Errors
///
/// The body means nothing, or is over a limit.
pub fn facets_of_body(body: &[u8], limits: &BackstageLimits) -> Result<Facets, BackstageError> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        facets: Vec<String>,
        query: Option<Value>,
    }
    let Body { facets, query } = read(body)?;
    let filter = query.map(|query| EntityPredicate::of_json(query, limits)).transpose()?;
    facets_asked(facets, filter, limits)
}

fn facets_asked(
    mut facets: Vec<String>,
    filter: Option<EntityPredicate>,
    limits: &BackstageLimits,
) -> Result<Facets, BackstageError> {
    facets.retain(|facet| !facet.is_empty());
    if facets.is_empty() {
        return Err(BackstageError::Input("no facet is named; expected at least one, as in `kind`".into()));
    }
    if facets.len() > limits.fields_max {
        return Err(BackstageError::over_limit("fields_max", limits.fields_max, facets.len(), "facets"));
    }
    Ok(Facets { facets, filter })
}

/// `POST /locations/by-query`.
///
/// # Errors
///
/// The body means nothing, or is over a limit.
pub fn locations_of_body(body: &[u8], limits: &BackstageLimits) -> Result<LocationQuery, BackstageError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        cursor: Option<String>,
        #[serde(default = "limit_default")]
        limit: usize,
        query: Option<Value>,
        after_id: Option<String>,
    }
    let mut asked: Body = read(body)?;
    asked.after_id = None;
    if let Some(cursor) = &asked.cursor {
        asked = cursor::decode(cursor, limits)?;
    }
    if asked.limit == 0 {
        return Err(BackstageError::Input("`limit` is 0; expected a whole number from 1".into()));
    }
    let read = |query: &Value| predicate::parse(query, &LocationField::named, limits);
    let predicate = asked.query.as_ref().map(read).transpose()?;
    Ok(LocationQuery { predicate, asked: asked.query, limit: asked.limit, after: asked.after_id })
}

/// As many locations as Backstage answers where no limit is given.
fn limit_default() -> usize {
    1_000
}

/// A question for entities, as a body writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    cursor: Option<String>,
    fields: Vec<String>,
    full_text_filter: Option<CursorText>,
    limit: Option<usize>,
    offset: usize,
    order_by: Vec<CursorOrder>,
    query: Option<Value>,
    total_items: Option<String>,
}

impl Asked {
    fn into_query(
        self,
        filter: Option<EntityPredicate>,
        fields: Option<Fields>,
        limits: &BackstageLimits,
    ) -> Result<EntityQuery, BackstageError> {
        let counts = match self.total_items.as_deref() {
            None | Some("include") => true,
            Some("exclude") => false,
            Some(other) => {
                return Err(BackstageError::Input(format!(
                    "`totalItems` is `{other}`; expected `include` or `exclude`"
                )));
            }
        };
        Ok(EntityQuery {
            order: order_of(&self.order_by, limits)?,
            text: text_of(self.full_text_filter.as_ref(), &self.order_by, limits)?,
            fields,
            offset: self.offset,
            limit: self.limit,
            from: None,
            counts,
            asked: Cursor {
                order_fields: self.order_by,
                query: filter.as_ref().map(|filter| filter.asked.clone()),
                full_text_filter: self.full_text_filter,
                ..Cursor::default()
            },
            filter,
        })
    }
}

/// The question that a cursor goes on with.
fn of_cursor(
    text: &str,
    fields: Option<Fields>,
    limit: Option<usize>,
    limits: &BackstageLimits,
) -> Result<EntityQuery, BackstageError> {
    let cursor: Cursor = cursor::decode(text, limits)?;
    let filter = cursor.query.map(|query| EntityPredicate::of_json(query, limits)).transpose()?;
    let asked = Asked {
        order_by: cursor.order_fields,
        full_text_filter: cursor.full_text_filter,
        total_items: cursor.total_items.is_none().then(|| "exclude".to_owned()),
        limit,
        ..Asked::default()
    };
    let mut query = asked.into_query(filter, fields, limits)?;
    query.from = Some(Beginning {
        standing: standing_of(cursor.order_field_values, &query.order)?,
        is_previous: cursor.is_previous,
        counted: cursor.total_items.map(|total| (total, cursor.revision)),
    });
    paged(query, limits)
}

/// The same in pages of a bounded size.
fn paged(mut query: EntityQuery, limits: &BackstageLimits) -> Result<EntityQuery, BackstageError> {
    query.limit = Some(query.limit.unwrap_or(limits.page_rows_default).min(limits.page_rows_max));
    Ok(query)
}

fn direction_of(text: &str) -> Option<Direction> {
    match text {
        "asc" => Some(Direction::Asc),
        "desc" => Some(Direction::Desc),
        _ => None,
    }
}

/// Reads a body; an empty one is an empty object.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BackstageError> {
    let body = if body.is_empty() { b"{}" } else { body };
    let object: Result<Map<String, Value>, _> = serde_json::from_slice(body);
    object
        .and_then(|object| serde_json::from_value(Value::Object(object)))
        .map_err(|error| BackstageError::Input(format!("the body is not as expected: {error}")))
}
