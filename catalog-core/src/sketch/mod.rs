//! A catalog drawn in a string, for the tests and benches of every crate.
//!
//! One statement a line: an entity, then what is said of it. Every entity at the left is declared, in the
//! manifest that the lines before it name; what stands only at the right is named and not declared.
//! Entities are written in full, as in `component:web`. `#` begins a comment.
//!
//! ```text
//! repository shop/web                  # what follows belongs to it; before that, to `example/catalog`
//! repository shop/old unreadable       # the last visit could not read it
//! manifest services/a.yaml             # what follows stands there; before that, in `catalog-info.yaml`
//! manifest services/b.yaml stale       # what it says is of an earlier commit
//! manifest service.datadog.yaml format datadog         # by its name in JSON; `backstage` if none is said
//! host teams                           # what follows a host says, and no file
//! codeowners                           # `codeowners PATH stale` says where, and that it is stale
//!   /services/   @acme/shop            # its rules are indented further
//!
//! history since 300 cut                # what its commits say; `history` alone is a whole one of 365 days
//!   .   ann@example.com  12  3         # the area, who, how many commits, how many days ago the last one was
//!   src zoe@example.com  4   9  "Zoe"  # their name, if it is not the first part of the address
//!
//! component:web                        # is declared, and says nothing
//! component:web -> component:api resource:db         # spec.dependsOn
//! resource:db <- component:web                       # spec.dependencyOf
//! component:web ~> resource:cache                    # spec.needs, soft
//! component:web !> resource:db                       # spec.needs, hard
//! component:web -> resource:db expects 99.9          # what is expected of the last one named before
//! component:web any> resource:stripe resource:adyen  # spec.needs, one group of anyOf
//! component:web !> resource:db for settlement        # what it is needed for
//! component:web consumes api:orders provides api:web
//! component:web -> timeout 300 retries 2 endpoint /rates api:rates     # in milliseconds; after any arrow
//! component:web in resource:eu resource:us           # spec.deployedTo
//! component:web owner group:shop system system:store partof component:site
//! component:web tier 1 type service lifecycle production tag a,b title "The web" slo 99.9
//! resource:db data pii,payment
//! component:web monitoring group:ops objectives group:shop         # spec.responsibilities
//! component:web breaking-changes group:shop service-level user:ann
//! system:store journey component:web component:api    # spec.journey, in this order
//! system:store domain domain:sales
//! group:shop members user:ann user:bob parent group:all children group:pay
//! group:shop email shop@example.com slug acme/shop    # annotation github.com/team-slug
//! group:ops unread members                            # who they are could not be read
//! user:ann memberof group:shop login ann-a            # annotation github.com/user-login
//! component:web annotation example.com/chat=#shop label zone=a description "Sells."
//! component:web alias component:shop-web              # another name of it
//! component:web code src/**                           # the files that it is made of
//! component:web stale                                 # its document is of an earlier commit
//! ```
//!
//! A line of a sketch is the line of the fact that it states. Everything has one fixed commit and time.
//! A mistake in a sketch panics with its line, since it is one in a test.

mod history;
mod pen;
mod statement;

#[cfg(test)]
mod tests;

use crate::{
    graph::{CatalogGraph, GraphBuilder},
    model::{CommitId, EntityRef, RepositoryDeclarations, RepositoryId, Revision, Timestamp},
};

/// The commit that every sketched repository was read at.
pub const COMMIT: CommitId = CommitId([0x5e; 20]);

/// The commit that stale facts of a sketch were read from.
pub const EARLIER_COMMIT: CommitId = CommitId([0x0e; 20]);

/// When every sketched repository was last read: 2026-01-01T00:00:00Z.
pub const READ_AT: Timestamp = Timestamp(1_767_225_600);

/// Since when what is stale or unreadable has been so: the day after [`READ_AT`].
pub const FAILED_AT: Timestamp = Timestamp(1_767_312_000);

/// What each repository of a sketch says, in the order in which the sketch names them.
///
/// # Panics
///
/// Where a line of the sketch says nothing that can be understood.
pub fn repositories(sketch: &str) -> Vec<RepositoryDeclarations> {
    pen::draw(sketch)
}

/// The graph of a sketch, at revision 1.
///
/// # Panics
///
/// Where a line of the sketch says nothing that can be understood.
pub fn graph(sketch: &str) -> CatalogGraph {
    graph_of(repositories(sketch))
}

/// The graph of what repositories say, at revision 1.
pub fn graph_of(repositories: impl IntoIterator<Item = RepositoryDeclarations>) -> CatalogGraph {
    let mut builder = GraphBuilder::new();
    repositories.into_iter().for_each(|repository| builder.add(repository));
    builder.build(Revision(1))
}

/// The name of an entity, as a sketch writes it.
///
/// # Panics
///
/// Where the text is not a reference with a kind.
pub fn entity_ref(text: &str) -> EntityRef {
    EntityRef::parse_full(text).unwrap_or_else(|error| panic!("`{text}` names no entity: {error}"))
}

/// The id of a repository, as a sketch writes it.
///
/// # Panics
///
/// Where the text cannot be the id of a repository.
pub fn repository_id(text: &str) -> RepositoryId {
    RepositoryId::new(text).unwrap_or_else(|| panic!("`{text}` is not the id of a repository"))
}
