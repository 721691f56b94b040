//! What is hidden, and from whom: the rules of `[[server.visibility]]`.
//!
//! From a caller everything is hidden that any rule hides and does not let them see. Which rules those are is
//! the caller's [`ViewKey`]: whoever has the same key sees the same.

use catalog_core::{catalog::HiddenPart, model::StarPattern};

use super::{Caller, Identity, Scope};

/// How many rules there may be: the limit `server.visibility_max`.
const RULES_MAX: usize = 16;

/// What is hidden, and from whom; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visibility {
    rules: Vec<VisibilityRule>,
}

/// Repositories and namespaces that only some see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibilityRule {
    hidden: HiddenPart,
    seen_by: Vec<SeenBy>,
}

/// Some who see what a rule hides.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SeenBy {
    /// Whoever has the scope.
    Scope(Scope),
    /// The holder of a token of ours, by its name or its id.
    Token(Box<str>),
    /// Somebody whom the identity provider vouches for.
    Person(Box<str>),
    /// Whoever is in a group of the identity provider, as their token says it.
    Group(Box<str>),
}

/// Which rules hide from somebody: a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewKey(u16);

/// Why there are no such rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VisibilityError {
    /// There are too many.
    #[error("{0} rules are over the limit `server.visibility_max` of {RULES_MAX}")]
    TooMany(usize),
    /// A rule hides nothing.
    #[error("it hides nothing; expected `repositories` or `namespaces`")]
    HidesNothing,
    /// A pattern is empty.
    #[error("an empty text is no repository and no namespace")]
    EmptyPattern,
    /// A word of `seen_by` is understood by nobody.
    #[error(
        "`{0}` in `seen_by` is nobody; expected a scope (`read`, `review`, `crawl`, `admin`), `token:NAME`, `person:SUBJECT` or `group:NAME`"
    )]
    Nobody(String),
}

impl VisibilityRule {
    /// A rule by the words of the settings. A repository is meant by its whole id or by what follows a `/` in
    /// it, in any case of letters; a `*` is any letters.
    ///
    /// # Errors
    ///
    /// It hides nothing, or a word is not understood.
    pub fn new(
        repositories: &[String],
        namespaces: &[String],
        seen_by: &[String],
    ) -> Result<Self, VisibilityError> {
        if repositories.is_empty() && namespaces.is_empty() {
            return Err(VisibilityError::HidesNothing);
        }
        if repositories.iter().chain(namespaces).any(|text| text.trim().is_empty()) {
            return Err(VisibilityError::EmptyPattern);
        }
        let patterns = repositories.iter().flat_map(|text| {
            let text = text.trim().to_lowercase();
            [StarPattern::new(format!("*/{text}")), StarPattern::new(text)]
        });
        let hidden = HiddenPart {
            repositories: patterns.collect(),
            namespaces: namespaces.iter().map(|text| text.trim().to_lowercase().into()).collect(),
        };
        let seen_by = seen_by.iter().map(|word| SeenBy::named(word)).collect::<Result<_, _>>()?;
        Ok(Self { hidden, seen_by })
    }

    fn is_seen_by(&self, caller: &Caller) -> bool {
        self.seen_by.iter().any(|of| match (of, &caller.identity) {
            (SeenBy::Scope(scope), _) => caller.may(*scope),
            (SeenBy::Group(word), _) => caller.groups.contain(word),
            (SeenBy::Token(word), Identity::Token { id, name }) => {
                **word == **name || **word == *id.to_string()
            }
            (SeenBy::Person(word), Identity::Person { subject }) => **word == **subject,
            (SeenBy::Token(_) | SeenBy::Person(_), _) => false,
        })
    }
}

impl SeenBy {
    fn named(word: &str) -> Result<Self, VisibilityError> {
        if let Some(scope) = Scope::named(word) {
            return Ok(Self::Scope(scope));
        }
        match word.split_once(':') {
            Some(("token", name)) if !name.is_empty() => Ok(Self::Token(name.into())),
            Some(("person", subject)) if !subject.is_empty() => Ok(Self::Person(subject.into())),
            Some(("group", name)) if !name.is_empty() => Ok(Self::Group(name.into())),
            _ => Err(VisibilityError::Nobody(word.to_owned())),
        }
    }
}

impl Visibility {
    /// These rules.
    ///
    /// # Errors
    ///
    /// There are too many.
    pub fn new(rules: Vec<VisibilityRule>) -> Result<Self, VisibilityError> {
        if rules.len() > RULES_MAX {
            return Err(VisibilityError::TooMany(rules.len()));
        }
        Ok(Self { rules })
    }

    /// Whether everybody sees everything.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Which rules hide from a caller.
    pub fn key_of(&self, caller: &Caller) -> ViewKey {
        let hiding = self.rules.iter().enumerate().filter(|(_, rule)| !rule.is_seen_by(caller));
        ViewKey(hiding.fold(0, |key, (number, _)| key | 1 << number))
    }

    /// What is hidden from those with a key.
    pub fn hidden_from(&self, key: ViewKey) -> HiddenPart {
        let mut all = HiddenPart::default();
        for (_, rule) in self.rules.iter().enumerate().filter(|(number, _)| key.0 & 1 << number != 0) {
            all.repositories.extend(rule.hidden.repositories.iter().cloned());
            all.namespaces.extend(rule.hidden.namespaces.iter().cloned());
        }
        all
    }
}

impl ViewKey {
    /// Whether nothing is hidden.
    pub fn sees_everything(self) -> bool {
        self.0 == 0
    }

    /// A number of its own: 0 where nothing is hidden.
    pub fn number(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::model::RepositoryId;

    use super::*;
    use crate::access::{Groups, Scopes, TokenText};

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn rule(repositories: &[&str], namespaces: &[&str], seen_by: &[&str]) -> VisibilityRule {
        VisibilityRule::new(&words(repositories), &words(namespaces), &words(seen_by))
            .expect("the rule is understood")
    }

    fn token(name: &str, scope: Scope) -> Caller {
        let id = TokenText::random().expect("the system has random numbers").id();
        Caller::new(Identity::Token { id, name: name.to_owned() }, Scopes::NONE.with(scope))
    }

    #[test]
    fn a_rule_hides_from_whoever_it_does_not_name() {
        let rules = vec![
            rule(&["acme/hr-*"], &[], &["admin", "token:hr-dashboard"]),
            rule(&[], &["HR"], &["crawl", "person:ann"]),
            rule(&["acme/nobody"], &[], &[]),
        ];
        let visibility = Visibility::new(rules).expect("few rules");
        let key = |caller: &Caller| visibility.key_of(caller).number();
        assert_eq!(key(&token("web", Scope::Read)), 0b111);
        assert_eq!(key(&token("hr-dashboard", Scope::Read)), 0b110);
        assert_eq!(key(&token("web", Scope::Crawl)), 0b101);
        // Only admin has the other scopes, too; what nobody is to see is not even for them.
        assert_eq!(key(&Caller::local()), 0b100);
        let anonymous = Caller::new(Identity::Anonymous, Scopes::NONE.with(Scope::Read));
        assert_eq!(key(&anonymous), 0b111);
        // A person is no token of the same name.
        let person = |subject: &str| {
            Caller::new(Identity::Person { subject: subject.to_owned() }, Scopes::NONE.with(Scope::Read))
        };
        assert_eq!((key(&person("ann")), key(&person("hr-dashboard"))), (0b101, 0b111));
        assert_eq!(Visibility::default().key_of(&anonymous), ViewKey::default());
    }

    #[test]
    fn a_group_is_that_of_the_identity_provider() {
        let rules = vec![
            rule(&["acme/pay-*"], &[], &["group:payments", "admin"]),
            rule(&[], &["hr"], &["group:/hr"]),
        ];
        let visibility = Visibility::new(rules).expect("few rules");
        let person = |groups: &[&str]| {
            let identity = Identity::Person { subject: "payments".to_owned() };
            let caller = Caller::new(identity, Scopes::NONE.with(Scope::Read));
            caller.in_groups(Groups::new(groups.iter().copied()))
        };
        let key = |groups: &[&str]| visibility.key_of(&person(groups)).number();
        assert_eq!((key(&[]), key(&["payments"]), key(&["cooks", "/hr"])), (0b11, 0b10, 0b01));
        assert_eq!((key(&["/hr", "payments"]), key(&["Payments", "hr", "group:payments"])), (0, 0b11));
        // Nobody else is in a group, whatever they are called.
        assert_eq!(visibility.key_of(&token("payments", Scope::Read)).number(), 0b11);
        assert_eq!(visibility.key_of(&Caller::local()).number(), 0b10);
    }

    #[test]
    fn a_token_is_named_by_its_id_too() {
        let caller = token("any", Scope::Read);
        let named = caller.identity.to_string();
        let visibility = Visibility::new(vec![rule(&["x"], &[], &[&named])]).expect("one rule");
        assert!(visibility.key_of(&caller).sees_everything());
        assert!(!visibility.key_of(&token("any", Scope::Read)).sees_everything());
    }

    #[test]
    fn what_rules_hide_is_hidden_together() {
        let rules = vec![rule(&["acme/hr-*"], &[], &[]), rule(&[], &["HR"], &[]), rule(&["x"], &[], &[])];
        let visibility = Visibility::new(rules).expect("few rules");
        let hidden = visibility.hidden_from(ViewKey(0b011));
        let hides = |id: &str| hidden.hides_repository(&RepositoryId::new(id).expect("an id"));
        assert!(hides("github.com/acme/hr-files") && hides("acme/hr-x") && hides("github.com/Acme/HR-y"));
        assert!(!hides("github.com/acme/shop") && !hides("github.com/nacme/hr-x") && !hides("git/x"));
        let name = catalog_core::sketch::entity_ref("component:hr/payroll");
        assert!(hidden.hides_entity(&name));
        assert!(visibility.hidden_from(ViewKey::default()).is_empty());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let refused = |repositories: &[&str], seen_by: &[&str]| {
            VisibilityRule::new(&words(repositories), &[], &words(seen_by)).expect_err("it is refused")
        };
        assert_eq!(refused(&[], &["admin"]), VisibilityError::HidesNothing);
        assert_eq!(refused(&[" "], &["admin"]), VisibilityError::EmptyPattern);
        for word in ["write", "token:", "Admin", "", "person:", "group:"] {
            assert_eq!(refused(&["x"], &[word]), VisibilityError::Nobody(word.to_owned()), "{word}");
        }
        let many = vec![rule(&["x"], &[], &[]); RULES_MAX + 1];
        assert_eq!(Visibility::new(many), Err(VisibilityError::TooMany(17)));
    }
}
