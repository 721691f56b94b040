//! That an entity has none of some ownership gaps.

use super::{Answer, Asked, BuiltIn, MeasureKind};

pub(super) static BUILT_IN: BuiltIn = BuiltIn {
    code: "no-gaps",
    title: "no ownership gap is open",
    why: "A gap in ownership is found at the worst moment, unless it is looked for before.",
    remedy: "Mend the gaps that `catalog gaps` lists for it.",
    takes: &[MeasureKind::Codes],
    check,
};

fn check(asked: Asked<'_, '_>) -> Answer {
    let wanted = &asked.measures.codes;
    let open: Vec<String> = asked
        .inquiry
        .gap_codes(asked.entity)
        .iter()
        .filter(|code| wanted.is_empty() || wanted.contains(code))
        .map(|code| format!("`{code}`"))
        .collect();
    if open.is_empty() {
        asked.passed(|| ("no such gap is open".to_owned(), None))
    } else {
        Answer::failed(format!("open: {}", open.join(", "))).at(asked.place())
    }
}
