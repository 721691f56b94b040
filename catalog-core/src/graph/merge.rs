//! Statements of many documents become relations, each with all its places.

use rustc_hash::FxHashSet;

use crate::{
    model::{Diagnostic, DiagnosticCode, EntityRef, RelationEnd, RelationKind, Strength},
    needs::{scatter, starts},
};

use super::{
    CatalogDiagnostic,
    build::{GraphBuilder, Statement},
    entity::{EntityRecord, NONE},
    origins::Origins,
    relation::{
        Alternative, MergedRelations, RelationOrigin, RelationRecord, StatedTerms, UnlistedStatement,
    },
    symbols::index,
};

/// Makes one relation of all statements about it; [lone alternatives](drop_lone_alternatives) are dropped.
///
/// A statement that refines (from `needs`) applies to whichever needs its two entities have; only
/// where they have none does it make one. Of several stated strengths of the strongest class the hardest
/// stands.
pub(super) fn merge_statements(builder: &mut GraphBuilder, entities: &[EntityRecord]) -> MergedRelations {
    let mut statements = by_from(&std::mem::take(&mut builder.statements), entities.len());
    let of_one = |a: &Statement, b: &Statement| a.from == b.from;
    for statements in statements.chunk_by_mut(of_one) {
        statements.sort_unstable_by_key(|statement| {
            (
                statement.to,
                statement.kind,
                statement.declaration,
                statement.position,
                statement.subject,
                statement.order,
            )
        });
    }
    let mut merged: Vec<(RelationRecord, std::ops::Range<usize>)> = Vec::with_capacity(statements.len());
    let mut unsorted: Vec<RelationOrigin> = Vec::with_capacity(statements.len());
    let mut alternatives: Vec<Alternative> = Vec::new();
    let mut stated_terms: Vec<((u32, RelationKind, u32), StatedTerms)> = Vec::new();
    let mut unlisted: Vec<UnlistedStatement> = Vec::new();
    let origin = |statement: &Statement| RelationOrigin {
        declaration: statement.declaration,
        position: statement.position,
        subject: statement.subject,
        order: statement.order,
    };
    let aside = |statement: &Statement| UnlistedStatement {
        from: statement.from,
        to: statement.to,
        kind: statement.kind,
        origin: origin(statement),
    };
    for pair in statements.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)) {
        let refined = is_refined(pair);
        // What describes a deployment says nothing about the strength of a need that people declare.
        let class = pair.iter().map(|statement| statement.class).min().unwrap_or(pair[0].class);
        let judges = |statement: &&Statement| statement.class == class;
        let stated: Vec<Strength> =
            pair.iter().filter(judges).filter_map(|statement| statement.strength).collect();
        if stated.windows(2).any(|strengths| strengths[0] != strengths[1]) {
            note_contradiction(builder, entities, pair);
        }
        for same in pair.chunk_by(|a, b| a.kind == b.kind) {
            if refined && same.iter().all(|statement| statement.refines) {
                unlisted.extend(same.iter().map(aside));
                continue;
            }
            let is_need = matches!(same[0].kind.needy_end(), Some(RelationEnd::From));
            // A place that stands in for another one does not make a plain need of it less.
            let speaks = |of: &&Statement| is_need && (of.refines || of.kind == same[0].kind);
            let any_of = pair.iter().filter(judges).filter(speaks).map(|statement| statement.any_of).max();
            let record = RelationRecord {
                from: same[0].from,
                to: same[0].to,
                kind: same[0].kind,
                class: same.iter().map(|statement| statement.class).min().unwrap_or(same[0].class),
                strength: stated.iter().copied().max().filter(|_| is_need).unwrap_or(Strength::Hard),
                any_of: any_of.unwrap_or(0),
            };
            if record.any_of != 0 && record.kind != RelationKind::DeployedTo {
                let members = pair.iter().filter(judges).filter(speaks).filter(|of| of.any_of != 0);
                alternatives.extend(members.map(|statement| Alternative {
                    from: statement.from,
                    group: (statement.declaration, statement.any_of),
                    to: statement.to,
                    strength: statement.strength.unwrap_or(Strength::Hard),
                }));
            }
            for statement in pair.iter().filter(judges).filter(speaks).filter(|of| of.terms != NONE) {
                let terms = builder.terms[statement.terms as usize].clone();
                let (declaration, position) = (statement.declaration, statement.position);
                let stated = StatedTerms { relation: NONE, declaration, position, terms };
                stated_terms.push(((record.from, record.kind, record.to), stated));
            }
            let start = unsorted.len();
            for statement in same {
                let is_new = unsorted[start..].last().is_none_or(|last| {
                    (last.declaration, last.subject) != (statement.declaration, statement.subject)
                });
                if is_new {
                    unsorted.push(origin(statement));
                } else {
                    unlisted.push(aside(statement));
                }
            }
            merged.push((record, start..unsorted.len()));
        }
    }
    drop(statements);
    for of_one in merged.chunk_by_mut(|(a, _), (b, _)| a.from == b.from) {
        of_one.sort_unstable_by_key(|(record, _)| (record.kind, record.to));
    }
    let mut records = Vec::with_capacity(merged.len());
    let mut origin_starts = Vec::with_capacity(merged.len() + 1);
    let mut origins = Vec::with_capacity(merged.len());
    alternatives.sort_unstable();
    alternatives.dedup();
    // Of one relation they stand in the order of their declarations already.
    stated_terms.sort_by_key(|(relation, _)| *relation);
    let mut stated_terms = stated_terms.into_iter().peekable();
    let mut terms = Vec::with_capacity(stated_terms.len());
    for (record, of) in merged {
        let key = (record.from, record.kind, record.to);
        while let Some((_, stated)) = stated_terms.next_if(|(relation, _)| *relation == key) {
            terms.push(StatedTerms { relation: index(records.len()), ..stated });
        }
        records.push(record);
        origin_starts.push(index(origins.len()));
        origins.extend_from_slice(&unsorted[of]);
    }
    origin_starts.push(index(origins.len()));
    let origins = Origins::Here { starts: origin_starts, origins };
    MergedRelations { records, origins, terms, alternatives, unlisted }
}

/// The statements in the order of the entities that they start at.
fn by_from(statements: &[Statement], entity_count: usize) -> Vec<Statement> {
    let starts = starts(entity_count, statements.iter().map(|statement| statement.from));
    let order = scatter(&starts, (0..).zip(statements).map(|(number, statement)| (statement.from, number)));
    order.into_iter().map(|number: u32| statements[number as usize]).collect()
}

/// Takes needs out of their group where nothing else is in it: what has no alternative is simply needed.
pub(super) fn drop_lone_alternatives(statements: &mut [Statement]) {
    let group_of = |statement: &Statement| (statement.declaration, statement.from, statement.any_of);
    let is_member = |statement: &Statement| statement.any_of != 0 && statement.from != statement.to;
    let mut members: Vec<_> = statements
        .iter()
        .filter(|statement| is_member(statement))
        .map(|statement| (group_of(statement), statement.to))
        .collect();
    members.sort_unstable();
    members.dedup();
    let lone: FxHashSet<_> = members
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|group| group.len() == 1)
        .map(|group| group[0].0)
        .collect();
    for statement in statements.iter_mut().filter(|statement| statement.any_of != 0) {
        if statement.from == statement.to || lone.contains(&group_of(statement)) {
            statement.any_of = 0;
        }
    }
}

/// Whether the statements about two entities hold a need that refining ones can apply to.
fn is_refined(pair: &[Statement]) -> bool {
    pair.iter().any(|statement| {
        !statement.refines && matches!(statement.kind, RelationKind::DependsOn | RelationKind::ConsumesApi)
    })
}

/// How the remark on a need begins of which different strengths are stated.
pub(super) fn contradiction_of(from: &EntityRef, to: &EntityRef) -> String {
    format!("`{}` needs `{}` softly here and hard in ", from.short(), to.short())
}

fn note_contradiction(builder: &mut GraphBuilder, entities: &[EntityRecord], pair: &[Statement]) {
    let stating = |strength: Strength| pair.iter().find(|statement| statement.strength == Some(strength));
    let (Some(soft), Some(hard)) = (stating(Strength::Soft), stating(Strength::Hard)) else { return };
    let declaration_of = |statement: &Statement| &builder.declarations[statement.declaration as usize];
    let source_of = |statement: &Statement| &builder.sources[declaration_of(statement).source as usize];
    let repository_of =
        |statement: &Statement| &builder.repositories[source_of(statement).repository as usize].head.id;
    let message = format!(
        "{}{}:{}:{}; the need is taken as hard",
        contradiction_of(&entities[soft.from as usize].name, &entities[soft.to as usize].name),
        repository_of(hard),
        source_of(hard).path,
        hard.position.line,
    );
    let diagnostic = Diagnostic::new(DiagnosticCode::ContradictoryNeed, message)
        .at(&source_of(soft).path, soft.position)
        .in_document(declaration_of(soft).document)
        .suggest("state the strength of a need in one place");
    let repository = repository_of(soft).clone();
    builder.diagnostics.push(CatalogDiagnostic { repository, diagnostic });
}
