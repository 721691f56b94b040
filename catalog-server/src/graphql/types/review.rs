//! A review of ownership, with its progress.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{EntityRef, Person, Review, ReviewId, Timestamp},
    query::{OWNER_KINDS, ref_of_kinds},
    review::{ItemState, ReviewProgress, StateCounts, TeamProgress, review_progress, scope_sentence},
};

use super::{
    entity::{EntityObject, EntityPage},
    review_item::{ReviewAnswerObject, ReviewItemObject},
};
use crate::{
    clock::rfc3339,
    graphql::{
        ErrorCode,
        moment::now,
        page::{Page, PageArguments, error, page},
    },
};

/// A review by its id in a graph, at one moment.
#[derive(Clone)]
pub(crate) struct ReviewObject {
    graph: Arc<CatalogGraph>,
    id: ReviewId,
    now: Timestamp,
}

/// Where an entity of a review stands. Each is in exactly one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ReviewItemState", remote = "ItemState")]
pub(crate) enum ReviewItemStateValue {
    /// Nobody answered.
    Open,
    /// Of existence and correctness one is confirmed.
    PartlyConfirmed,
    /// Handed over to somebody who has not confirmed that yet.
    HandOverPending,
    /// A person confirmed both.
    Confirmed,
    /// No person confirmed it; it changed or was observed within the days that the review allows.
    ConfirmedAutomatically,
    /// A person said what is wrong.
    Corrected,
    /// Handed over to somebody who has confirmed that.
    HandedOver,
    /// A person said that it does not belong in the list.
    Rejected,
    /// It went before anybody answered.
    Vanished,
}

/// Who did something in a review.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ReviewPerson")]
pub(crate) struct ReviewPersonObject {
    /// As it was given: an e-mail address, a login or a ref.
    written: String,
    /// The ref of the user of the catalog that was then; null where there was none.
    user: Option<String>,
}

/// How far a review has come.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ReviewProgress")]
pub(crate) struct ReviewProgressObject {
    /// How many entities it is about.
    total: usize,
    /// Of how many of them nothing more is asked.
    done: usize,
    /// How many are still to be answered.
    to_answer: usize,
    /// For how many days it has been due with something still to be answered; null where it is not.
    days_overdue: Option<u32>,
    /// How many of the answers that stand are of people who do not own what they are about.
    by_non_owners: usize,
    /// How many entities are no longer in the catalog, answered or not.
    vanished: usize,
    /// How many answers there are.
    answers: usize,
    /// How many of them came after the due date.
    late_answers: usize,
    /// How many entities are in each state.
    states: ReviewStateCounts,
}

/// How many entities of a review are in each state; together all of them.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ReviewStateCounts {
    /// Nobody answered.
    open: usize,
    /// Of existence and correctness one is confirmed.
    partly_confirmed: usize,
    /// Handed over to somebody who has not confirmed that yet.
    hand_over_pending: usize,
    /// A person confirmed both.
    confirmed: usize,
    /// No person confirmed it; it changed or was observed.
    confirmed_automatically: usize,
    /// A person said what is wrong.
    corrected: usize,
    /// Handed over to somebody who has confirmed that.
    handed_over: usize,
    /// A person said that it does not belong in the list.
    rejected: usize,
    /// It went before anybody answered.
    vanished: usize,
}

/// What one owner has answered in a review.
#[derive(Clone, SimpleObject)]
#[graphql(name = "ReviewTeamProgress")]
pub(crate) struct ReviewTeamObject {
    /// The ref of who is asked: the owner at the start, or to whom it was handed over; null for what nobody owns.
    owner: Option<String>,
    /// That owner, where the catalog has it.
    entity: Option<EntityObject>,
    /// How many entities.
    total: usize,
    /// Of how many of them nothing more is asked.
    done: usize,
    /// How many are still to be answered.
    to_answer: usize,
    /// How many of them should have been answered by now.
    overdue: usize,
    /// How many are in each state.
    states: ReviewStateCounts,
}

/// Which entities of a review to list. The parts are joined by *and*; a part that is left out asks for nothing.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "ReviewItemFilter")]
pub(crate) struct ReviewItemFilterInput {
    /// Those of which this owner is asked, as in `group:shop`; without a kind, a group or else a person.
    team: Option<String>,
    /// Those in one of these states.
    #[graphql(default)]
    states: Vec<ReviewItemStateValue>,
    /// Only those that should have been answered by now.
    #[graphql(default)]
    overdue: bool,
}

impl From<&Person> for ReviewPersonObject {
    fn from(person: &Person) -> Self {
        Self { written: person.written.to_string(), user: person.user.as_ref().map(ToString::to_string) }
    }
}

impl From<&StateCounts> for ReviewStateCounts {
    fn from(counts: &StateCounts) -> Self {
        Self {
            open: counts.of(ItemState::Open),
            partly_confirmed: counts.of(ItemState::PartlyConfirmed),
            hand_over_pending: counts.of(ItemState::HandOverPending),
            confirmed: counts.of(ItemState::Confirmed),
            confirmed_automatically: counts.of(ItemState::ConfirmedAutomatically),
            corrected: counts.of(ItemState::Corrected),
            handed_over: counts.of(ItemState::HandedOver),
            rejected: counts.of(ItemState::Rejected),
            vanished: counts.of(ItemState::Vanished),
        }
    }
}

impl ReviewObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, review: &Review) -> Self {
        Self { graph: Arc::clone(graph), id: review.id.clone(), now: now() }
    }

    fn review(&self) -> &Review {
        self.graph.reviews().find(self.id.as_str()).expect("the graph has the review that it was made of")
    }

    fn progress_now(&self) -> ReviewProgress<'_> {
        review_progress(&self.graph, self.review(), self.now)
    }

    fn team(&self, team: &TeamProgress<'_>) -> ReviewTeamObject {
        let entity = team.owner.and_then(|owner| self.graph.entity(owner));
        ReviewTeamObject {
            owner: team.owner.map(ToString::to_string),
            entity: entity.map(|entity| EntityObject::new(&self.graph, entity)),
            total: team.counts.total(),
            done: team.counts.done(),
            to_answer: team.counts.to_answer(),
            overdue: team.overdue,
            states: ReviewStateCounts::from(&team.counts),
        }
    }
}

/// A round in which owners say whether what is held to be theirs exists, is right and is theirs.
#[Object(name = "Review")]
impl ReviewObject {
    /// By what it is called, as in `q4-payments`.
    async fn id(&self) -> &str {
        self.id.as_str()
    }

    /// What people call it.
    async fn title(&self) -> &str {
        &self.review().title
    }

    /// Which entities were meant at the start, in words.
    async fn scope(&self) -> String {
        scope_sentence(&self.review().scope)
    }

    /// When it began, as an RFC 3339 timestamp in UTC.
    async fn started_at(&self) -> String {
        rfc3339(self.review().started_at)
    }

    /// Who began it.
    async fn started_by(&self) -> ReviewPersonObject {
        ReviewPersonObject::from(&self.review().started_by)
    }

    /// The last moment at which an answer is in time, as an RFC 3339 timestamp in UTC.
    async fn due(&self) -> String {
        rfc3339(self.review().due)
    }

    /// How many days before the start a change still confirms; null where only people confirm.
    async fn automatic_days(&self) -> Option<u32> {
        self.review().automatic_days
    }

    /// When it was closed, as an RFC 3339 timestamp in UTC; null where it takes answers.
    async fn closed_at(&self) -> Option<String> {
        self.review().closed.as_ref().map(|closing| rfc3339(closing.at))
    }

    /// Who closed it.
    async fn closed_by(&self) -> Option<ReviewPersonObject> {
        self.review().closed.as_ref().map(|closing| ReviewPersonObject::from(&closing.by))
    }

    /// Why it was closed.
    async fn closed_reason(&self) -> Option<&str> {
        self.review().closed.as_ref().and_then(|closing| closing.reason.as_deref())
    }

    /// How far it has come.
    async fn progress(&self) -> ReviewProgressObject {
        let progress = self.progress_now();
        ReviewProgressObject {
            total: progress.totals.total(),
            done: progress.totals.done(),
            to_answer: progress.totals.to_answer(),
            days_overdue: progress.days_overdue,
            by_non_owners: progress.by_non_owners,
            vanished: progress.vanished,
            answers: progress.review.answers.len(),
            late_answers: progress.late_answers,
            states: ReviewStateCounts::from(&progress.totals),
        }
    }

    /// Who is asked, by how much they have still to answer, most first.
    async fn teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ReviewTeamObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.progress_now().teams,
            &PageArguments::forward(first, after),
            |team| {
                let owner = team.owner.map(ToString::to_string);
                (Reverse(team.counts.to_answer()), owner.is_none(), owner)
            },
            |team| self.team(team),
        )
    }

    /// The entities that it is about, by ref.
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entities; all where it is left out.")] filter: Option<ReviewItemFilterInput>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ReviewItemObject>> {
        let filter = filter.unwrap_or_default();
        let team = |text: &String| {
            ref_of_kinds(&self.graph, text, &OWNER_KINDS)
                .map_err(|fault| error(ErrorCode::ArgumentInvalid, format!("`team`: {fault}")))
        };
        let asked: Option<EntityRef> = filter.team.as_ref().map(team).transpose()?;
        let states: Vec<ItemState> = filter.states.into_iter().map(ItemState::from).collect();
        let mut progress = self.progress_now();
        let is_past_due = progress.review.is_past_due(self.now);
        progress.items.retain(|item| {
            asked.as_ref().is_none_or(|asked| item.asked() == Some(asked))
                && (states.is_empty() || states.contains(&item.state))
                && (!filter.overdue || is_past_due && !item.state.is_done())
        });
        page(
            ctx,
            self.graph.revision(),
            &progress.items,
            &PageArguments::forward(first, after),
            |item| item.item.entity.to_string(),
            |item| ReviewItemObject::new(&self.graph, &self.id, &item.item.entity, self.now),
        )
    }

    /// What the scope means now and came after the start, by ref: nobody is asked about it.
    async fn added(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        page(
            ctx,
            self.graph.revision(),
            &self.progress_now().added,
            &PageArguments::forward(first, after),
            |entity| entity.name().to_string(),
            |entity| EntityObject::new(&self.graph, *entity),
        )
    }

    /// Every answer, in the order in which they were taken: none is ever changed or taken away.
    async fn answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ReviewAnswerObject>> {
        let review = self.review();
        page(
            ctx,
            self.graph.revision(),
            &review.answers,
            &PageArguments::forward(first, after),
            |answer| answer.number,
            |answer| ReviewAnswerObject::new(review, answer),
        )
    }
}
