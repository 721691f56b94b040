//! `/`: what this is, for somebody who opens the address in a browser. Needs no script.

use std::sync::Arc;

use axum::{Extension, extract::State, response::Html};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    needs::Direction,
    query::summary,
};

use super::SharedState;
use crate::access::{Caller, Scope};

/// What a question is about where there is nothing else to ask about.
const EXAMPLE: &str = "component:ledger";

pub(super) async fn show(
    State(state): State<SharedState>,
    Extension(caller): Extension<Arc<Caller>>,
) -> Html<String> {
    let not_ready = |reason: &str| format!("<p>Not ready yet: {}.</p>", escape(reason));
    let (status, example) = if !caller.may(Scope::Read) {
        ("<p>Questions want a token.</p>".to_owned(), EXAMPLE.to_owned())
    } else if let Some(reason) = state.readiness.reason() {
        (not_ready(&reason), EXAMPLE.to_owned())
    } else {
        match state.graph_for(&caller).await {
            Ok(seen) => (counts(&seen.graph), example(&seen.graph)),
            Err(refusal) => (not_ready(&refusal.message), EXAMPLE.to_owned()),
        }
    };
    let example = escape(&example);
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>catalog</title>
<style>
  body {{ font: 16px/1.5 sans-serif; max-width: 44em; margin: 3em auto; padding: 0 1em; }}
  td {{ padding-right: 2em; }}
  td:last-child {{ text-align: right; }}
  pre {{ background: #f2f2f2; color: #111; padding: 1em; overflow: auto; }}
</style>
<h1>catalog</h1>
<p>What the organisation runs, who answers for it, and what breaks when it changes: read from the manifests in
its git repositories.</p>
{status}
<h2>Addresses</h2>
<ul>
  <li><a href="/graphql">/graphql</a>: questions, with an editor for them (the editor is fetched from the network)</li>
  <li><a href="/export">/export</a>: everything, one JSON object a line; <code>?type=entity,relation</code> for a part</li>
  <li><a href="/api/catalog/entity-facets?facet=kind">/api/catalog</a>: the same for clients of Backstage's catalog</li>
  <li><a href="/healthz">/healthz</a>: whether the server lives</li>
  <li><a href="/readyz">/readyz</a>: whether it can answer</li>
</ul>
<h2>A first question</h2>
<p>Who has to know when <code>{example}</code> changes? Send this by POST to <code>/graphql</code>, as JSON:</p>
<pre>{{"query": "{{ blastRadius(refs: [\"{example}\"]) {{ revision total owners {{ nodes {{ owner {{ ref }} affected }} }} }} }}"}}</pre>
</html>
"#
    ))
}

fn counts(graph: &CatalogGraph) -> String {
    let summary = summary(graph);
    let rows = [
        ("repositories", summary.repositories),
        ("of them unreadable", summary.repositories_unreadable),
        ("manifests", summary.manifests),
        ("entities", summary.entities),
        ("names that nothing declares", summary.placeholders),
        ("relations", summary.relations),
    ];
    let rows: String =
        rows.iter().map(|(name, count)| format!("<tr><td>{name}</td><td>{count}</td></tr>\n")).collect();
    format!("<p>Revision {}.</p>\n<table>\n{rows}</table>", summary.revision)
}

/// The component that most others need, so that the question has an answer.
fn example(graph: &CatalogGraph) -> String {
    let dependents = |entity: &Entity<'_>| graph.needs().next_to(entity.index(), Direction::Dependents).len();
    let components =
        graph.entities().filter(|entity| entity.name().kind() == "component" && !entity.is_placeholder());
    components.max_by_key(dependents).map_or_else(|| EXAMPLE.to_owned(), |entity| entity.name().short())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
