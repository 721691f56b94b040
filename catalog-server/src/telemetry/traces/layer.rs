//! What sees the spans of `tracing` begin and end.

use std::sync::{Arc, OnceLock};

use tracing::{
    Level, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    filter::{FilterFn, Filtered, filter_fn},
    layer::{Context, Layer},
    registry::LookupSpan,
};

use super::{QUEUE, queue::SpanQueue, span::OpenSpan};

/// Makes a span for a collector of each span, as soon as there is a queue for them; nothing before.
pub(in crate::telemetry) struct SpanLayer {
    queue: &'static OnceLock<Arc<SpanQueue>>,
}

/// The filter of [`SpanLayer`]; it is by itself, so that what goes to the log has no say in it.
type Filter = FilterFn<fn(&Metadata<'_>) -> bool>;

impl SpanLayer {
    /// The layer of this process, which sees only spans at the level of errors.
    pub(in crate::telemetry) fn new<S>() -> Filtered<Self, Filter, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        Self::into(&QUEUE)
    }

    /// The same into a queue.
    pub(super) fn into<S>(queue: &'static OnceLock<Arc<SpanQueue>>) -> Filtered<Self, Filter, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let is_ours: fn(&Metadata<'_>) -> bool =
            |of| of.is_span() && *of.level() == Level::ERROR && of.target().starts_with("catalog_");
        Self { queue }.with_filter(filter_fn(is_ours).with_max_level_hint(LevelFilter::ERROR))
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if self.queue.get().is_none() {
            return;
        }
        let Some(span) = context.span(id) else { return };
        let within = span.parent().and_then(|around| Some(around.extensions().get::<OpenSpan>()?.place));
        let mut open = OpenSpan::begin(span.name(), within);
        attributes.record(&mut open);
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if self.queue.get().is_none() {
            return;
        }
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<OpenSpan>() {
            values.record(open);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(queue) = self.queue.get() else { return };
        let open = context.span(&id).and_then(|span| span.extensions_mut().remove::<OpenSpan>());
        if let Some(open) = open
            && open.place.is_sampled
        {
            queue.put(open.end());
        }
    }
}
