//! What a check finds, as other programs see it.

use catalog_core::check::{CHECK_RULES, Verdict, check_rule};

use super::{ChangeCheckReport, FindingReport};
use crate::report::{
    findings::{Case, Finding, FindingRule, Findings},
    place::short,
};

impl ChangeCheckReport {
    /// What the change opens. What has an effect of this verdict or a worse one is a failure; nothing is where
    /// there is none. Every rule is a case, so that build servers have the same ones each time.
    pub fn findings(&self, fails: Option<Verdict>) -> Findings<'_> {
        let mut rules: Vec<FindingRule<'_>> = CHECK_RULES
            .iter()
            .map(|rule| FindingRule {
                code: rule.code.into(),
                summary: rule.summary.into(),
                help: format!("What to do: {}", rule.remedy),
                severity: "warning",
            })
            .collect();
        for finding in &self.findings {
            if !rules.iter().any(|rule| rule.code == finding.rule) {
                rules.push(FindingRule {
                    code: (&*finding.rule).into(),
                    summary: "A rule of the organisation for changes.".into(),
                    help: "It stands in `catalog.toml` as `[[check.rule]]`.".to_owned(),
                    severity: "warning",
                });
            }
        }
        let cases = rules.iter().map(|rule| self.case(rule.code.clone())).collect();
        let findings = self.findings.iter().map(|finding| self.finding(finding, fails)).collect();
        Findings { command: "catalog check", rules, findings, cases }
    }

    fn case<'r>(&'r self, code: std::borrow::Cow<'r, str>) -> Case<'r> {
        Case { class: (&*self.repository).into(), name: code }
    }

    fn finding<'r>(&'r self, finding: &'r FindingReport, fails: Option<Verdict>) -> Finding<'r> {
        let verdict = match finding.effect {
            "block" => Verdict::Block,
            "require-approval-of" if self.is_approved(finding) => Verdict::Pass,
            "require-approval-of" => Verdict::NeedsApproval,
            "warn" => Verdict::Warn,
            _ => Verdict::Pass,
        };
        let path = match (&finding.place, finding.subject_kind) {
            (Some(place), _) => Some(&*place.path),
            (None, "path") => finding.subject.as_deref(),
            (None, _) => None,
        };
        let remedy = || check_rule(&finding.rule).map(|rule| rule.remedy);
        Finding {
            repository: (&*self.repository).into(),
            code: (&*finding.rule).into(),
            severity: match verdict {
                Verdict::Pass => "note",
                Verdict::Warn => "warning",
                Verdict::NeedsApproval | Verdict::Block => "error",
            },
            path: path.map(Into::into),
            line: finding.place.as_ref().map_or(0, |place| place.line),
            column: finding.place.as_ref().map_or(0, |place| place.column),
            end_column: 0,
            message: match &finding.approval_of {
                Some(of) if verdict == Verdict::NeedsApproval => {
                    format!("{}; `{}` has to agree", finding.message, short(of)).into()
                }
                _ => (&*finding.message).into(),
            },
            suggestion: finding.suggestion.as_deref().or_else(remedy).map(Into::into),
            source: None,
            fingerprint: (&*finding.fingerprint).into(),
            entity: finding.subject.as_deref().filter(|_| finding.subject_kind == "entity").map(Into::into),
            case: self.case((&*finding.rule).into()),
            is_failure: verdict > Verdict::Pass && fails.is_some_and(|least| verdict >= least),
        }
    }

    /// Whether whoever a finding asks has agreed.
    pub(super) fn is_approved(&self, finding: &FindingReport) -> bool {
        let mut asked = self.agree.iter().filter(|of| of.findings.contains(&finding.fingerprint)).peekable();
        asked.peek().is_some() && asked.all(|of| of.given)
    }
}
