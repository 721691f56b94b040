//! Which address is answered by which file.

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower::ServiceExt;

use super::{
    BoxedRequest, SharedState, admission, authentication, backstage, compression, cors, event_source,
    export_endpoint, export_graph, export_measures, framing, graphql_endpoint, headers, health, home,
    host_check, metrics, observe, rate, webhooks,
};

/// The address of GraphQL and of its page.
pub(super) const GRAPHQL_PATH: &str = "/graphql";

/// What answers at one port. Cloning is cheap.
#[derive(Clone)]
pub(super) enum Addresses {
    /// Everything that the server answers.
    All(SharedState, Router),
    /// The figures alone, at a port that they have to themselves.
    Metrics(Router),
}

impl Addresses {
    pub(super) fn all(state: &SharedState) -> Self {
        let routes = Router::new()
            .route("/", get(home::show))
            .route("/graphql/stream", post(event_source::answer))
            .route("/export/graph", get(export_graph::send))
            .route("/export/measures", get(export_measures::send))
            .route(export_endpoint::EXPORT_PATH, get(export_endpoint::export))
            .route("/healthz", get(health::healthz))
            .route("/readyz", get(health::readyz))
            .route("/metrics", get(metrics::show))
            .route("/webhooks/{dialect}", post(webhooks::hear))
            .nest(backstage::BACKSTAGE_PATH, backstage::routes())
            .fallback(not_found)
            .with_state(SharedState::clone(state))
            .layer(middleware::from_fn_with_state(SharedState::clone(state), pass_to_route));
        Self::All(SharedState::clone(state), routes)
    }

    pub(super) fn metrics(state: SharedState) -> Self {
        let show = move || metrics::answer(state.clone());
        let secured = async |request: Request, next: Next| {
            let answer = async |request: BoxedRequest| next.run(*request).await;
            let secured = async |request| headers::secure(request, answer).await;
            compression::compress(Box::new(request), secured).await
        };
        let routes = Router::new().route("/metrics", get(show)).fallback(not_found);
        Self::Metrics(routes.layer(middleware::from_fn(secured)))
    }

    /// Answers a request. GraphQL is asked all day, and is found without the table of routes, in which every
    /// request is handed on from box to box.
    pub(super) async fn answer(self, request: Request) -> Response {
        let routes = match self {
            Self::All(state, _) if request.uri().path() == GRAPHQL_PATH => {
                // In a box of its own, since what stands around it is moved some times before it begins.
                let answer =
                    async |request: BoxedRequest| Box::pin(graphql_endpoint::answer(&state, *request)).await;
                return pass(&state, Some(GRAPHQL_PATH), Box::new(request), answer).await;
            }
            Self::All(_, routes) | Self::Metrics(routes) => routes,
        };
        match routes.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

async fn pass_to_route(State(state): State<SharedState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    pass(&state, route, Box::new(request), |request: BoxedRequest| next.run(*request)).await
}

/// The way of a request to what answers it, and of the answer back.
async fn pass(
    state: &SharedState,
    route: Option<&str>,
    request: BoxedRequest,
    next: impl AsyncFnOnce(BoxedRequest) -> Response,
) -> Response {
    let limited = async |request| rate::limit(state, request, next).await;
    let known = async |request| authentication::authenticate(state, request, limited).await;
    let admitted = async |request| admission::admit(state, request, known).await;
    let meant = async |request| host_check::only_own_names(state, request, admitted).await;
    let framed = async |request| framing::close_behind_chunks(request, meant).await;
    let worded = async |request| backstage::refuse_in_its_words(request, framed).await;
    let shared = async |request| cors::share(state, request, worded).await;
    let secured = async |request| headers::secure(request, shared).await;
    let observed = async |request| observe::observe(state, route, request, secured).await;
    compression::compress(request, observed).await
}

async fn not_found() -> impl IntoResponse {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (
        StatusCode::NOT_FOUND,
        plain,
        "nothing is here; the addresses are /, /graphql, /api/catalog, /export, /export/graph, /healthz, /readyz and /metrics\n",
    )
}
