//! What `serve` crawls by itself, by the settings: with what, when, and who may say that something was pushed.

use std::sync::Arc;

use catalog_core::catalog::Catalog;
use catalog_ingest::repository::RepositoryAddress;

use super::{
    CommandError, ExitStatus, context::Context, crawl::working_folder, crawl_job::crawl_options, sources,
};
use crate::{
    crawling::{
        ConfiguredSource, CrawlMeans, Crawler, CrawlerStopped, Schedule, Target,
        webhook::{Dialect, Hook, HookSecret, Hooks},
    },
    http::ServerState,
    settings::{ScheduleSettings, WebhookSettings},
};

/// What will crawl once there is a catalog.
pub(super) struct PreparedCrawls {
    means: CrawlMeans,
    hooks: Hooks,
    schedules: Vec<Schedule>,
}

impl PreparedCrawls {
    /// Begins to crawl into a catalog, for as long as what is returned is held.
    pub(super) fn begin(self, catalog: &Arc<Catalog>, state: &ServerState) -> CrawlerStopped {
        let (crawler, stopped) = Crawler::start(Arc::clone(catalog), self.means, self.schedules);
        state.begin_crawling(crawler, self.hooks);
        stopped
    }
}

/// What crawls where the flag or the settings want it.
pub(super) fn prepare(context: &Context, is_asked_for: bool) -> Result<Option<PreparedCrawls>, CommandError> {
    let settings = &context.settings.server;
    let is_set = settings.crawl.unwrap_or(!settings.schedule.is_empty() || !settings.webhook.is_empty());
    if !is_asked_for && !is_set {
        return Ok(None);
    }
    let sources = sources::configured(&context.settings)?;
    let base = working_folder()?;
    let words = &context.settings.crawl.repositories;
    let means = CrawlMeans {
        options: crawl_options(context, context.cache_folder(), context.settings.crawl.scan)?,
        base,
        words: words.iter().map(|word| word.as_str().into()).collect(),
        sources,
    };
    let hooks = settings.webhook.iter().enumerate();
    let hooks = hooks.map(|(index, section)| hook(section, index + 1, &means.sources));
    let hooks = Hooks::new(hooks.collect::<Result<_, _>>()?);
    let schedules = settings.schedule.iter().enumerate();
    let schedules = schedules.map(|(index, section)| schedule(section, index + 1, &means));
    let schedules = schedules.collect::<Result<_, _>>()?;
    Ok(Some(PreparedCrawls { means, hooks, schedules }))
}

fn wrong(message: String) -> CommandError {
    CommandError { status: ExitStatus::Usage, ..CommandError::undecided(message) }
}

fn schedule(section: &ScheduleSettings, number: usize, means: &CrawlMeans) -> Result<Schedule, CommandError> {
    let mut targets = Vec::new();
    for word in &section.sources {
        let source = source_called(word, &means.sources).ok_or_else(|| {
            wrong(format!(
                "section {number} of `[[server.schedule]]` names `{word}`, which is no `[[source]]`"
            ))
        })?;
        targets.push(Target::Source(source.source.id().clone()));
    }
    targets.extend(section.repositories.iter().map(|word| Target::Word(word.as_str().into())));
    if targets.is_empty() {
        targets.push(Target::Everything);
    }
    let mut hosts: Vec<Box<str>> = Vec::new();
    for target in &targets {
        match target {
            Target::Source(id) | Target::Repository(id) => hosts.push(host_of(id.as_str())),
            Target::Word(word) => hosts.extend(host_of_word(word, means)),
            Target::Everything => {
                hosts.extend(means.sources.iter().map(|of| host_of(of.source.id().as_str())));
                hosts.extend(means.words.iter().filter_map(|word| host_of_word(word, means)));
            }
        }
    }
    hosts.sort_unstable();
    hosts.dedup();
    Ok(Schedule { targets, every: section.every(), jitter: section.jitter(), hosts })
}

fn host_of_word(word: &str, means: &CrawlMeans) -> Option<Box<str>> {
    match RepositoryAddress::parse(word, &means.base) {
        Ok(RepositoryAddress::Remote(url)) => Some(url.host_and_port().into()),
        _ => None,
    }
}

fn host_of(id: &str) -> Box<str> {
    id.split('/').next().unwrap_or(id).into()
}

fn source_called<'s>(word: &str, sources: &'s [ConfiguredSource]) -> Option<&'s ConfiguredSource> {
    sources.iter().find(|of| of.source.is_called(word))
}

fn hook(
    section: &WebhookSettings,
    number: usize,
    sources: &[ConfiguredSource],
) -> Result<Hook, CommandError> {
    let of_section = |what: String| wrong(format!("section {number} of `[[server.webhook]]` {what}"));
    let dialect = Dialect::from(section.dialect);
    let mut below: Vec<Box<str>> = Vec::new();
    for word in &section.sources {
        let source = source_called(word, sources)
            .ok_or_else(|| of_section(format!("names `{word}`, which is no `[[source]]`")))?;
        below.push(source.source.id().as_str().into());
    }
    let mut hosts: Vec<Box<str>> =
        section.hosts.iter().map(|host| host.to_ascii_lowercase().into()).collect();
    if hosts.is_empty() {
        hosts.extend(below.iter().map(|id| host_of(id)));
    }
    if hosts.is_empty() {
        match dialect {
            Dialect::Github => hosts.push("github.com".into()),
            Dialect::Gitlab => hosts.push("gitlab.com".into()),
            Dialect::Gitea => {
                return Err(of_section("names no host".to_owned())
                    .hint("name it as in `hosts = [\"git.example.com\"]`"));
            }
        }
    }
    hosts.sort_unstable();
    hosts.dedup();
    let names = section.secret_env.names();
    if names.is_empty() || names.len() > 2 {
        return Err(of_section(format!(
            "names {} variables in `secret_env`, expected one, or two while a secret is exchanged",
            names.len()
        )));
    }
    let mut secrets = Vec::new();
    for name in names {
        let value = std::env::var(name).map_err(|_| {
            of_section(format!("wants its secret from the variable `{name}`, which is not set"))
                .hint("choose a long secret by chance, and give the host the same one")
        })?;
        secrets.push(
            HookSecret::new(&value)
                .map_err(|error| of_section(format!("has no secret in the variable `{name}`: {error}")))?,
        );
    }
    Ok(Hook { dialect, hosts, below, secrets })
}
