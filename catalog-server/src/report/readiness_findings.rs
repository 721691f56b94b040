//! What policies find of entities, as other programs see it.

use std::collections::HashMap;

use super::{
    ReadinessReport,
    findings::{Case, Finding, FindingRule, Findings, fingerprint},
    place::short,
    readiness::{CheckVerdictReport, EntityReadinessReport, PolicyFaultReport, PolicyReport},
};

/// The code of what is wrong with a policy itself.
const FAULT: &str = "policy-fault";
/// The end of the code that a policy has for entities of which it cannot tell whether it is about them.
const APPLIES: &str = "applies";

impl ReadinessReport {
    /// What failed and what could not be decided. What an entity lacks of the level that is required is a
    /// failure; what it lacks of the next one is a note. Every policy and entity is a case.
    pub fn findings(&self) -> Findings<'_> {
        let mut rules: Vec<FindingRule<'_>> = self.policies.iter().flat_map(rules_of).collect();
        rules.push(FindingRule {
            code: FAULT.into(),
            summary: "A policy has a mistake, so that what it says could not be decided.".into(),
            help: "The message says what was found and what is expected.".to_owned(),
            severity: "error",
        });
        let mut met = HashMap::new();
        let mut findings: Vec<Finding<'_>> = Vec::new();
        for entity in &self.entities {
            if let Some(why) = &entity.undecided {
                findings.push(undecided(entity, why, &mut met));
            }
            let lacking =
                entity.checks.iter().filter(|of| matches!(of.verdict, "failed" | "could-not-decide"));
            for check in lacking {
                findings.push(self.lacking(entity, check, &mut met));
            }
        }
        findings.extend(self.faults.iter().map(|of| fault(of, &mut met)));
        let cases = self.entities.iter().map(case).collect();
        Findings { command: "catalog gate", rules, findings, cases }
    }

    fn lacking<'r>(
        &'r self,
        entity: &'r EntityReadinessReport,
        check: &'r CheckVerdictReport,
        met: &mut HashMap<u128, u32>,
    ) -> Finding<'r> {
        let policy = self.policies.iter().find(|policy| policy.name == entity.policy);
        let is_required = policy.is_none_or(|policy| is_up_to(policy, &check.level));
        let said = self.check_of(entity, &check.id);
        let verdict = match check.verdict {
            "failed" => "does not pass",
            _ => "cannot be held against",
        };
        let message = format!(
            "`{}` {verdict} `{}`, asked for {} of `{}`: {}",
            short(&entity.entity),
            check.id,
            check.level,
            entity.policy,
            check.reason
        );
        let severity = match (is_required, check.verdict) {
            (false, _) => "note",
            (true, "failed") => "error",
            (true, _) => "warning",
        };
        let place = check.origins.first();
        Finding {
            repository: place.map_or("", |place| &place.repository).into(),
            code: format!("{}/{}", entity.policy, check.id).into(),
            severity,
            path: place.map(|place| (&*place.path).into()),
            line: place.map_or(0, |place| place.line),
            column: place.map_or(0, |place| place.column),
            end_column: 0,
            message: message.into(),
            suggestion: said.map(|said| &*said.remedy).filter(|remedy| !remedy.is_empty()).map(Into::into),
            source: None,
            fingerprint: fingerprint([&entity.policy, &check.id, &entity.entity], met).into(),
            entity: Some((&*entity.entity).into()),
            case: case(entity),
            is_failure: is_required,
        }
    }
}

fn case(entity: &EntityReadinessReport) -> Case<'_> {
    Case { class: (&*entity.policy).into(), name: (&*entity.entity).into() }
}

/// Whether a level is at or below the one that a policy requires here.
fn is_up_to(policy: &PolicyReport, level: &str) -> bool {
    let place = |name: &str| policy.levels.iter().position(|level| level.name == name);
    place(level) <= place(&policy.required)
}

fn rules_of(policy: &PolicyReport) -> impl Iterator<Item = FindingRule<'_>> {
    let checks = policy.levels.iter().flat_map(move |level| {
        level.checks.iter().map(move |check| FindingRule {
            code: format!("{}/{}", policy.name, check.id).into(),
            summary: (&*check.title).into(),
            help: match (check.why.is_empty(), check.remedy.is_empty()) {
                (true, true) => "The message says what was found.".to_owned(),
                (true, false) => format!("What to do: {}", check.remedy),
                (false, true) => check.why.clone(),
                (false, false) => format!("{} What to do: {}", check.why, check.remedy),
            },
            severity: if is_up_to(policy, &level.name) { "error" } else { "note" },
        })
    });
    checks.chain([FindingRule {
        code: format!("{}/{APPLIES}", policy.name).into(),
        summary: format!("Whether `{}` is about the entity could not be decided.", policy.name).into(),
        help: "The message says why.".to_owned(),
        severity: "warning",
    }])
}

fn undecided<'r>(entity: &'r EntityReadinessReport, why: &str, met: &mut HashMap<u128, u32>) -> Finding<'r> {
    let name = short(&entity.entity);
    Finding {
        repository: "".into(),
        code: format!("{}/{APPLIES}", entity.policy).into(),
        severity: "warning",
        path: None,
        line: 0,
        column: 0,
        end_column: 0,
        message: format!("whether `{}` is about `{name}` could not be decided: {why}", entity.policy).into(),
        suggestion: None,
        source: None,
        fingerprint: fingerprint([&entity.policy, APPLIES, &entity.entity], met).into(),
        entity: Some((&*entity.entity).into()),
        case: case(entity),
        is_failure: true,
    }
}

fn fault<'r>(fault: &'r PolicyFaultReport, met: &mut HashMap<u128, u32>) -> Finding<'r> {
    Finding {
        repository: "".into(),
        code: FAULT.into(),
        severity: "error",
        path: Some((&*fault.file).into()),
        line: fault.line,
        column: fault.column,
        end_column: 0,
        message: (&*fault.message).into(),
        suggestion: None,
        source: None,
        fingerprint: fingerprint([&fault.file, FAULT, &fault.message], met).into(),
        entity: None,
        case: Case { class: (&*fault.policy).into(), name: "".into() },
        is_failure: true,
    }
}
