//! The parts of a graph file, in the order in which they lie there.

use crate::needs;

/// A part of a graph file. Where one is an array, its comment names the item; numbers are `u32`.
///
/// Relations, entities, declarations, manifests and repositories go by number, in the order of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Part {
    /// Texts that occur often.
    Symbols,
    /// Repositories with what is known of each.
    Repositories,
    /// The ownership files of repositories, with where each one's end.
    RuleFiles,
    RuleFileEnds,
    /// What recent commits say of each repository, with where each one's ends.
    Histories,
    HistoryEnds,
    /// Manifests: repository, format, how it was found, content; 28 bytes each.
    Sources,
    SourcePaths,
    SourcePathEnds,
    /// Manifests that are stale.
    StaleSources,
    /// Documents: 36 bytes each.
    Declarations,
    /// What few documents have.
    DeclarationAsides,
    /// What documents describe, with where each one's end.
    Details,
    DetailEnds,
    /// What several declarations of an entity say together: type, lifecycle, tier.
    Merged,
    MergedDetails,
    MergedDetailEnds,
    /// The refs of entities, one after the other.
    EntityNames,
    EntityNameEnds,
    /// Entities: why it is there, by what number, and what is merged.
    Entities,
    /// Where the declarations of each entity begin, and all of them.
    DeclaredStarts,
    Declared,
    /// Other names of entities.
    Aliases,
    /// The owner of each entity.
    Owners,
    OwnedStarts,
    Owned,
    /// By what names owners are known.
    OwnerNames,
    /// What is to be said.
    Diagnostics,
    /// What was declared until recently.
    Removals,
    /// What people said in reviews.
    Reviews,
    /// How names were united.
    UnitedNames,
    /// How many diagnostics there are, and whether names are united.
    Counts,
    /// Where the relations of each entity begin.
    RelationStarts,
    /// Relations: target, kind, class and strength, group.
    Relations,
    /// The places that state relations, of many relations at a time, with where each run ends.
    Origins,
    OriginEnds,
    /// Which relations are stated from their target.
    StatedAtTarget,
    IncomingStarts,
    Incoming,
    /// What is said of relations beyond strength: relation, document, line, column.
    Terms,
    TermTexts,
    TermEnds,
    /// Members of groups of needs of which one is enough.
    Alternatives,
    /// Statements that no place shows.
    Unlisted,
    /// The first of the arrays of [`needs::Needs`]; all of them come last.
    Needs,
}

impl Part {
    /// Its number, from 0.
    pub(super) fn number(self) -> usize {
        self as usize
    }

    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        NAMES[self.number()]
    }
}

/// How many parts there are.
pub(super) const COUNT: usize = Part::Needs as usize + needs::ARRAYS;

/// The name of the part of a number.
pub(super) fn name(number: usize) -> &'static str {
    NAMES[number.min(NAMES.len() - 1)]
}

const NAMES: [&str; Part::Needs as usize + 1] = [
    "symbols",
    "repositories",
    "rule files",
    "rule file ends",
    "histories",
    "history ends",
    "manifests",
    "manifest paths",
    "manifest path ends",
    "stale manifests",
    "documents",
    "document asides",
    "details",
    "detail ends",
    "merged facts",
    "merged details",
    "merged detail ends",
    "entity names",
    "entity name ends",
    "entities",
    "declared starts",
    "declared",
    "aliases",
    "owners",
    "owned starts",
    "owned",
    "owner names",
    "diagnostics",
    "removals",
    "reviews",
    "united names",
    "counts",
    "relation starts",
    "relations",
    "origin starts",
    "origins",
    "stated at target",
    "incoming starts",
    "incoming",
    "terms",
    "term texts",
    "term ends",
    "alternatives",
    "unlisted statements",
    "needs",
];
