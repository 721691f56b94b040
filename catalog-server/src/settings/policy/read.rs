//! From a policy as people write it to one that can be asked.

use std::{ops::Range, sync::Arc};

use catalog_core::{
    expression::{Condition, day_of},
    gaps::GapRule,
    model::EntityRef,
    readiness::{
        BUILT_INS, BuiltIn, Check, Demand, Exemption, Level, MeasureKind, Measures, Policy, PolicyFault,
        READINESS_FACTS, Scope,
    },
};
use toml::Spanned;

use super::document::{CheckDocument, ExemptionDocument, PolicyDocument, ScopeDocument};

/// The level of a policy that names none.
const ONLY_LEVEL: &str = "ready";
/// How many checks a policy may have.
pub(super) const CHECKS_MAX: usize = 500;

/// Reads one policy of a text.
pub(super) struct PolicyReader<'t> {
    /// The file, as messages show it.
    pub(super) file: &'t str,
    /// The whole text of the file: places are counted in it.
    pub(super) text: &'t str,
    pub(super) name: String,
    pub(super) faults: Vec<PolicyFault>,
}

impl PolicyReader<'_> {
    /// The policy, if everything in it is understood; otherwise there are faults.
    pub(super) fn read(&mut self, document: &PolicyDocument) -> Option<Policy> {
        let names = &document.levels;
        let mut levels: Vec<Level> =
            names.iter().map(|name| Level { name: (**name).into(), checks: Vec::new() }).collect();
        if levels.is_empty() {
            levels.push(Level { name: ONLY_LEVEL.into(), checks: Vec::new() });
        }
        for (place, name) in names.iter().enumerate() {
            if names[..place].iter().any(|other| other.eq_ignore_ascii_case(name)) {
                self.fault(0..0, format!("`levels` names `{name}` twice"));
            }
        }
        let mut policy = Policy {
            name: self.name.as_str().into(),
            title: document.title.as_deref().map(Into::into),
            scope: self.scope(&document.applies),
            required: levels.len() - 1,
            levels,
            exemptions: Vec::new(),
        };
        if let Some(required) = &document.required {
            policy.required = self.level(&policy, required).unwrap_or_default();
        }
        if document.check.is_empty() || document.check.len() > CHECKS_MAX {
            let found = document.check.len();
            self.fault(
                0..0,
                match found {
                    0 => "it has no checks; expected at least one table `[[check]]`".to_owned(),
                    found => {
                        format!("it has {found} checks, over the limit `policy.checks_max` of {CHECKS_MAX}")
                    }
                },
            );
            return None;
        }
        for check in &document.check {
            self.check(&mut policy, check);
        }
        policy.exemptions =
            document.exempt.iter().filter_map(|exemption| self.exemption(&policy, exemption)).collect();
        self.faults.is_empty().then_some(policy)
    }

    pub(super) fn fault(&mut self, span: Range<usize>, message: String) {
        let (line, column) = if span == (0..0) { (0, 0) } else { position(self.text, span.start) };
        let (policy, file) = (self.name.as_str().into(), self.file.into());
        self.faults.push(PolicyFault { policy, file, line, column, message });
    }

    fn level(&mut self, policy: &Policy, name: &Spanned<String>) -> Option<usize> {
        let found = policy.level(name.get_ref());
        if found.is_none() {
            let known: Vec<String> = policy.levels.iter().map(|level| format!("`{}`", level.name)).collect();
            let message =
                format!("there is no level `{}`, expected one of {}", name.get_ref(), known.join(", "));
            self.fault(name.span(), message);
        }
        found
    }

    fn check(&mut self, policy: &mut Policy, document: &CheckDocument) {
        let place = match &document.level {
            Some(level) => self.level(policy, level),
            None if policy.levels.len() == 1 => Some(0),
            None => {
                let span = span_of(document);
                self.fault(span, "a check names no level, and there are several".to_owned());
                None
            }
        };
        let scope = self.scope(&document.applies);
        let span = span_of(document);
        let demand = match (&document.demand, &document.expression) {
            (Some(demand), None) => self.built_in(document, demand),
            (None, Some(expression)) => {
                self.refuse_measures(document, &[], "an expression");
                self.condition(expression).map(Demand::Condition)
            }
            (None, None) => {
                self.fault(
                    span.clone(),
                    "a check demands nothing; expected `demand` or `expression`".to_owned(),
                );
                None
            }
            (Some(_), Some(expression)) => {
                let message = "a check has both `demand` and `expression`, expected one of them";
                self.fault(expression.span(), message.to_owned());
                None
            }
        };
        let named = document.id.as_ref().or(document.demand.as_ref());
        let Some(id) = named else {
            self.fault(span, "a check with an expression has no `id`".to_owned());
            return;
        };
        if policy.checks().any(|(_, known)| known.id.eq_ignore_ascii_case(id.get_ref())) {
            self.fault(
                id.span(),
                format!("there are several checks `{}`; give one an `id` of its own", id.get_ref()),
            );
        }
        let (Some(place), Some(demand)) = (place, demand) else { return };
        let built_in = match demand {
            Demand::BuiltIn(built_in, _) => Some(built_in),
            Demand::Condition(_) => None,
        };
        let word = |own: &Option<String>, usual: fn(&BuiltIn) -> &'static str| -> Box<str> {
            own.as_deref().or(built_in.map(usual)).unwrap_or_default().into()
        };
        let (line, _) = position(self.text, id.span().start);
        policy.levels[place].checks.push(Check {
            id: id.get_ref().as_str().into(),
            title: match (&document.title, &demand) {
                // An expression is its own title where it has no other.
                (None, Demand::Condition(condition)) => on_one_line(condition.text()),
                _ => word(&document.title, |built_in| built_in.title),
            },
            why: word(&document.why, |built_in| built_in.why),
            remedy: word(&document.remedy, |built_in| built_in.remedy),
            scope,
            demand,
            place: format!("{}:{line}", self.file).into(),
        });
    }

    fn built_in(&mut self, document: &CheckDocument, demand: &Spanned<String>) -> Option<Demand> {
        let Some(built_in) = BuiltIn::find(demand.get_ref()) else {
            let known: Vec<String> = BUILT_INS.iter().map(|known| format!("`{}`", known.code)).collect();
            let message =
                format!("there is no demand `{}`, expected one of {}", demand.get_ref(), known.join(", "));
            self.fault(demand.span(), message);
            return None;
        };
        self.refuse_measures(document, built_in.takes, &format!("`{}`", built_in.code));
        let mut codes = Vec::new();
        for code in &document.codes {
            match GapRule::find(code.get_ref()) {
                Some(rule) => codes.push(rule.code),
                None => self.fault(
                    code.span(),
                    format!("no gap has the code `{}`; `schema/codes.md` lists them", code.get_ref()),
                ),
            }
        }
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.get_ref().as_str().into());
        Some(Demand::BuiltIn(
            built_in,
            Box::new(Measures {
                annotation: text(&document.annotation),
                expires: text(&document.expires),
                days_max: document.days_max.as_ref().map(|days| *days.get_ref()),
                indicator: text(&document.indicator),
                codes,
            }),
        ))
    }

    fn refuse_measures(&mut self, document: &CheckDocument, takes: &[MeasureKind], whose: &str) {
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(Spanned::span);
        let stated = [
            (MeasureKind::Annotation, text(&document.annotation)),
            (MeasureKind::Expires, text(&document.expires)),
            (MeasureKind::DaysMax, document.days_max.as_ref().map(Spanned::span)),
            (MeasureKind::Indicator, text(&document.indicator)),
            (MeasureKind::Codes, document.codes.first().map(Spanned::span)),
        ];
        for (kind, span) in stated {
            if let Some(span) = span.filter(|_| !takes.contains(&kind)) {
                self.fault(span, format!("`{}` is no measure of {whose}", kind.name()));
            }
        }
    }

    fn scope(&mut self, document: &ScopeDocument) -> Scope {
        let texts = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect();
        for tier in document.tiers.iter().filter(|tier| *tier.get_ref() > 4) {
            self.fault(tier.span(), format!("there is no tier {}, expected 0 to 4", tier.get_ref()));
        }
        Scope {
            kinds: texts(&document.kinds),
            types: texts(&document.types),
            lifecycles: texts(&document.lifecycles),
            tiers: document.tiers.iter().map(|tier| *tier.get_ref()).collect(),
            condition: document.when.as_ref().and_then(|when| self.condition(when)),
        }
    }

    fn condition(&mut self, expression: &Spanned<String>) -> Option<Arc<Condition>> {
        match Condition::parse(expression.get_ref(), &READINESS_FACTS) {
            Ok(condition) => Some(Arc::new(condition)),
            Err(fault) => {
                let inside = offset_in(expression.get_ref(), fault.line, fault.column);
                let span = expression.span();
                let written = self.text.get(span.clone()).unwrap_or_default();
                // Where the text has escapes, the place of the whole is as near as one gets.
                let start = written.find(expression.get_ref().as_str()).map_or(0, |start| start + inside);
                self.fault(span.start + start..span.end, fault.message);
                None
            }
        }
    }

    fn exemption(&mut self, policy: &Policy, document: &ExemptionDocument) -> Option<Exemption> {
        let before = self.faults.len();
        let entity = EntityRef::parse_full(document.entity.get_ref());
        if let Err(error) = &entity {
            let message = format!("`{}` is no entity: {error}", document.entity.get_ref());
            self.fault(document.entity.span(), message);
        }
        let check = document.check.get_ref();
        if !policy.checks().any(|(_, known)| known.id.eq_ignore_ascii_case(check)) {
            self.fault(document.check.span(), format!("there is no check `{check}` to be exempted from"));
        }
        let until = document.until.get_ref();
        let until_day = day_of(until);
        if until_day.is_none() {
            self.fault(
                document.until.span(),
                format!("`{until}` is no date, expected one as in `2026-12-31`"),
            );
        }
        for (name, text) in [("owner", &document.owner), ("reason", &document.reason)] {
            if text.get_ref().trim().is_empty() {
                self.fault(text.span(), format!("`{name}` is empty: an exemption has an owner and a reason"));
            }
        }
        if self.faults.len() > before {
            return None;
        }
        Some(Exemption {
            entity: entity.ok()?,
            check: check.as_str().into(),
            until_day: until_day?,
            until: until.as_str().into(),
            owner: document.owner.get_ref().as_str().into(),
            reason: document.reason.get_ref().as_str().into(),
        })
    }
}

/// The beginning of an expression on one line.
fn on_one_line(text: &str) -> Box<str> {
    const SHOWN_MAX: usize = 100;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]).into(),
        None => line.into(),
    }
}

/// Something that tells where a check stands.
fn span_of(document: &CheckDocument) -> Range<usize> {
    let texts = [&document.id, &document.demand, &document.expression, &document.level];
    texts.into_iter().flatten().next().map_or(0..0, Spanned::span)
}

/// The line and the column in characters of a byte of a text, from 1.
pub(super) fn position(text: &str, offset: usize) -> (u32, u32) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// The byte of a text at a line and a column, from 1; its end where there is no such place.
fn offset_in(text: &str, line: u32, column: u32) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match text[start..].find('\n') {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let rest = &text[start..];
    let skipped = rest.char_indices().nth(column.saturating_sub(1) as usize);
    start + skipped.map_or(rest.len(), |(offset, _)| offset)
}
