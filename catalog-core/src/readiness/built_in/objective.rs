//! That an entity says what it promises.

use super::{Answer, Asked, BuiltIn, MeasureKind};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "objective",
    title: "an objective is stated",
    why: "Without an objective nobody can say whether it works well enough, or what others may build on it.",
    remedy: "State `spec.slo`, as in `slo: { availability: 99.9 }`.",
    takes: &[MeasureKind::Indicator],
    check,
};

fn check(asked: Asked<'_, '_>) -> Answer {
    let wanted = asked.measures.indicator.as_deref();
    let objectives = asked.entity.objectives();
    let mut found = objectives.iter().filter(|objective| {
        wanted.is_none_or(|wanted| objective.value.indicator.eq_ignore_ascii_case(wanted))
    });
    match (found.next(), wanted) {
        (Some(objective), _) => asked.passed(|| {
            let (indicator, target) = (&objective.value.indicator, &objective.value.target);
            (format!("its objective on {indicator} is {target}"), asked.place_of(objective.position))
        }),
        (None, Some(wanted)) => {
            Answer::failed(format!("it states no objective on {wanted}")).at(asked.place())
        }
        (None, None) => Answer::failed("it states no objective").at(asked.place()),
    }
}
