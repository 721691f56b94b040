//! A catalog of the shape of services, drawn the same in every run, for the benches of this crate.
//!
//! A heavy tail of what is needed (half of the entities have two dependents or fewer, one in a hundred
//! more than forty, the first thousands), mostly layered, with short cycles.

use catalog_core::{
    model::{
        ContentId, Declaration, DeclaredRelation, Document, EntityRef, Field, FoundBy, Manifest,
        ManifestFormat, NeedTerms, Position, RelationClass, RelationEnd, RelationKind,
        RepositoryDeclarations, RepositoryHead, RepositoryStatus, Spelling, Strength,
    },
    sketch,
};

pub(crate) const ENTITIES: u32 = 100_000;
pub(crate) const NEEDS: usize = 500_000;
const ENTITIES_PER_REPOSITORY: usize = 5;
/// How many of a hundred entities have at most so many needs.
const FAN_OUT: [(u32, usize); 8] =
    [(20, 1), (40, 2), (60, 3), (75, 4), (87, 6), (95, 10), (99, 20), (100, 60)];
/// Of a hundred needs, how many lead back up to a near entity and may close a cycle.
const BACK_PERCENT: u32 = 1;
const BACK_STEP_MAX: u32 = 50;
const SOFT_PERCENT: u32 = 10;

/// The same numbers for the same seed, on every machine (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(((self.0 >> 32) * u64::from(end)) >> 32).expect("the product is below the end")
    }
}

/// What each entity needs: mostly entities with lower numbers, the lowest by far the most.
pub(crate) fn draw_needs() -> Vec<Vec<u32>> {
    let mut numbers = Numbers(0x5eed_cafe_f00d_d00d);
    let mut needs = vec![Vec::new(); ENTITIES as usize];
    let mut count = 0;
    while count < NEEDS {
        let entity = numbers.below(ENTITIES);
        let percent = numbers.below(100);
        let fan_out = FAN_OUT.iter().find(|(share, _)| percent < *share).map_or(1, |(_, fan_out)| *fan_out);
        for _ in 0..fan_out.min(NEEDS - count) {
            let needed = if numbers.below(100) < BACK_PERCENT {
                (entity + 1 + numbers.below(BACK_STEP_MAX)).min(ENTITIES - 1)
            } else {
                // The square of a uniform number leans towards 0.
                let below = (u64::from(numbers.below(1 << 16)).pow(2) * u64::from(entity)) >> 32;
                u32::try_from(below).expect("the product is below the entity")
            };
            let of_entity: &mut Vec<u32> = &mut needs[entity as usize];
            if needed != entity && !of_entity.contains(&needed) {
                of_entity.push(needed);
                count += 1;
            }
        }
    }
    needs
}

/// What repositories of a few entities each say, drawn one at a time, so that they take no memory beside
/// the graph. Names are scattered over the numbers of the graph, as they are in life.
pub(crate) fn repositories(needs: &[Vec<u32>]) -> impl Iterator<Item = RepositoryDeclarations> {
    let mut numbers = Numbers(0x0dd_ba11);
    (0..).zip(needs.chunks(ENTITIES_PER_REPOSITORY)).map(move |(number, chunk)| {
        let first = number * u32::try_from(ENTITIES_PER_REPOSITORY).expect("a repository is small");
        let documents = (0..).zip(chunk);
        let documents = documents.map(|(index, needs)| document(first + index, needs, index, &mut numbers));
        repository(number, documents.collect())
    })
}

pub(crate) fn name(entity: u32) -> EntityRef {
    let scattered = entity.wrapping_mul(0x9e37_79b1);
    EntityRef::new("component", "default", &format!("service-{scattered:08x}")).expect("the name is valid")
}

fn document(entity: u32, needs: &[u32], index: u32, numbers: &mut Numbers) -> Document {
    let position = Position::new(index * 20 + 4, 9);
    let entity = name(entity);
    let spelling = Spelling { kind: "Component".into(), namespace: None, name: entity.name().into() };
    let mut declaration = Declaration::new(entity, spelling, position);
    for needed in needs {
        let is_soft = numbers.below(100) < SOFT_PERCENT;
        let terms = NeedTerms { strength: is_soft.then_some(Strength::Soft), ..NeedTerms::default() };
        declaration.relations.push(DeclaredRelation {
            field: if is_soft { Field::Needs } else { Field::DependsOn },
            kind: RelationKind::DependsOn,
            subject: RelationEnd::From,
            other: name(*needed),
            position,
            class: RelationClass::Declared,
            terms: is_soft.then(|| Box::new(terms)),
        });
    }
    Document {
        index,
        position,
        strict: true,
        problems: Vec::new(),
        declaration: Some(declaration),
        stale: None,
    }
}

fn repository(number: u32, documents: Vec<Document>) -> RepositoryDeclarations {
    let id = sketch::repository_id(&format!("git.example.com/acme/repository-{number:06}"));
    RepositoryDeclarations {
        head: RepositoryHead {
            address: format!("https://{id}").into(),
            id,
            commit: Some(sketch::COMMIT),
            committed_at: Some(sketch::READ_AT),
            observed_at: Some(sketch::READ_AT),
            status: RepositoryStatus::Read,
            reader: 0,
        },
        manifests: vec![Manifest {
            path: "catalog-info.yaml".into(),
            format: ManifestFormat::Backstage,
            found_by: FoundBy::Name,
            content: ContentId([0; 20]),
            inputs: Vec::new(),
            locations: Vec::new(),
            documents,
            path_rules: None,
            stale: None,
            diagnostics: Vec::new(),
        }],
        diagnostics: Vec::new(),
        tombstones: Vec::new(),
    }
}
