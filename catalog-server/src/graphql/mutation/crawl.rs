//! `crawl`: has repositories read again.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use catalog_core::query::find_repository;

use crate::{
    access::{Caller, Scope},
    crawling::{Crawler, Reason, Target},
    graphql::{
        ErrorCode, GraphqlLimits,
        cursor::decode_id,
        page::{check_text, error},
        request_data::graph_of,
        types::{crawl::CrawlJobObject, repository, user_error::UserError},
    },
};

/// The word that means every source.
const ALL: &str = "all";

#[derive(Default)]
pub(super) struct CrawlMutation;

/// What asking for a crawl came to.
#[derive(SimpleObject)]
pub(super) struct CrawlPayload {
    /// The job that reads it, which may have been waiting already; null where nothing is read.
    job: Option<CrawlJobObject>,
    /// Why nothing is read; empty where something is.
    user_errors: Vec<UserError>,
}

#[Object]
impl CrawlMutation {
    /// Has repositories read again, as soon as may be: those that are named, or everything that the settings
    /// name where none is. Needs the scope `crawl`. The answer does not wait for it: `crawlJob` and the
    /// subscription `crawlProgress` tell how it goes on.
    async fn crawl(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Repositories of the catalog, or ones that the settings name, by their ids or names, as in `github.com/acme/shop`."
        )]
        repositories: Option<Vec<ID>>,
        #[graphql(desc = "Sources of the settings, as in `acme` or `github.com/acme`; `all` for each.")]
        sources: Option<Vec<String>>,
    ) -> Result<CrawlPayload> {
        if !ctx.data_opt::<Arc<Caller>>().is_some_and(|caller| caller.may(Scope::Crawl)) {
            let refused = error(ErrorCode::Forbidden, "this needs the scope `crawl`");
            return Err(async_graphql::ErrorExtensions::extend_with(refused, |_, extensions| {
                extensions.set("scope", Scope::Crawl.name());
            }));
        }
        let (repositories, sources) = (repositories.unwrap_or_default(), sources.unwrap_or_default());
        let named = [("repositories", repositories.len()), ("sources", sources.len())];
        let refs_max = ctx.data::<GraphqlLimits>()?.refs_max;
        if let Some((field, count)) = named.into_iter().find(|(_, count)| *count > refs_max) {
            let message = format!("{count} are named, over the limit `graphql.refs_max` of {refs_max}");
            return Ok(refused(UserError::invalid(field, message)));
        }
        for text in repositories.iter().map(|id| id.as_str()) {
            check_text(ctx, "repositories", text)?;
        }
        let Some(crawler) = ctx.data_opt::<Crawler>() else {
            return Ok(refused(UserError::not_crawling()));
        };
        let mut targets = BTreeSet::new();
        for id in &repositories {
            match target(ctx, crawler, id)? {
                Some(target) => targets.insert(target),
                None => {
                    let shown: String = id.chars().take(200).collect();
                    let message = format!("`{shown}` is no repository of the catalog or of the settings");
                    return Ok(refused(UserError::unknown_repository("repositories", message)));
                }
            };
        }
        for word in &sources {
            match crawler.source_called(word) {
                Some(target) => {
                    targets.insert(target);
                }
                None if word == ALL && crawler.every_source().next().is_some() => {
                    targets.extend(crawler.every_source());
                }
                None => {
                    let shown: String = word.chars().take(200).collect();
                    let message = format!("`{shown}` is no `[[source]]` of the settings");
                    return Ok(refused(UserError::invalid("sources", message)));
                }
            }
        }
        if targets.is_empty() {
            targets.insert(Target::Everything);
        }
        let by = ctx.data::<Arc<Caller>>()?.identity.to_string();
        Ok(match crawler.ask(targets, Reason::Asked { by: by.into() }) {
            Ok(id) => CrawlPayload { job: crawler.job(id).map(Into::into), user_errors: Vec::new() },
            Err(error) => refused(UserError::queue_full(error.to_string())),
        })
    }
}

fn target(ctx: &Context<'_>, crawler: &Crawler, id: &ID) -> Result<Option<Target>> {
    let name = match decode_id(id) {
        Some((type_name, name)) if type_name == repository::ID_TYPE => name,
        _ => id.to_string(),
    };
    if let Ok(found) = find_repository(graph_of(ctx)?, &name) {
        return Ok(crawler.target_of(found.id().as_str()));
    }
    Ok(crawler.target_of(&name))
}

fn refused(error: UserError) -> CrawlPayload {
    CrawlPayload { job: None, user_errors: vec![error] }
}
