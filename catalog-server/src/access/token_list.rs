//! The tokens that are known.

use std::collections::HashMap;

use catalog_core::model::Timestamp;

use super::{Identity, Scopes, TokenHash, TokenId, TokenText};

/// What is known of a token: everything but the token.
#[derive(Clone, Debug)]
pub struct TokenRecord {
    /// Which one it is.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// What whoever holds it may do.
    pub scopes: Scopes,
    /// What it is known by.
    pub hash: TokenHash,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is worth nothing.
    pub expires: Timestamp,
    /// When it was revoked, if it was.
    pub revoked: Option<Timestamp>,
}

/// All tokens, also those that are worth nothing any more.
#[derive(Clone, Debug, Default)]
pub struct TokenList {
    records: Vec<TokenRecord>,
    by_id: HashMap<TokenId, usize>,
}

impl TokenRecord {
    /// Whether it is worth something at a moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

impl TokenList {
    /// A list of tokens in the order in which they were made. Of two with one id the later counts.
    pub fn new(records: Vec<TokenRecord>) -> Self {
        let by_id = records.iter().enumerate().map(|(at, record)| (record.id.clone(), at)).collect();
        Self { records, by_id }
    }

    /// All of them, in the order in which they were made.
    pub fn records(&self) -> &[TokenRecord] {
        &self.records
    }

    /// The record of a token by its id.
    pub fn record(&self, id: &TokenId) -> Option<&TokenRecord> {
        self.by_id.get(id).map(|&at| &self.records[at])
    }

    /// Whether no token was ever made.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whoever holds a token, with what they may do; `None` where it is unknown, expired or revoked. It takes
    /// the same steps for a token that nobody knows as for one whose secret is wrong.
    pub fn holder(&self, token: &TokenText, now: Timestamp) -> Option<(Identity, Scopes)> {
        let record = self.record(&token.id());
        let known = record.map_or(TokenHash::NONE, |record| record.hash);
        let is_same = known.is(&token.hash());
        let record = record.filter(|record| is_same && record.is_valid(now))?;
        Some((Identity::Token { id: record.id.clone(), name: record.name.clone() }, record.scopes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Scope;

    #[test]
    fn only_a_token_that_is_known_and_still_good_has_a_holder() {
        let token = TokenText::random().expect("random");
        let record = TokenRecord {
            id: token.id(),
            name: "dashboard".into(),
            scopes: Scopes::NONE.with(Scope::Read),
            hash: token.hash(),
            created: Timestamp(0),
            expires: Timestamp(100),
            revoked: None,
        };
        let list = TokenList::new(vec![record.clone()]);
        let (who, scopes) = list.holder(&token, Timestamp(99)).expect("it is good");
        assert_eq!((who.to_string(), scopes), (format!("token:{}", token.id()), record.scopes));
        assert!(list.holder(&token, Timestamp(100)).is_none(), "it has expired");
        assert!(list.holder(&TokenText::random().expect("random"), Timestamp(0)).is_none());

        let revoked = TokenRecord { revoked: Some(Timestamp(5)), ..record.clone() };
        assert!(TokenList::new(vec![revoked]).holder(&token, Timestamp(6)).is_none());
        let stolen_id = TokenRecord { hash: TokenText::random().expect("random").hash(), ..record };
        assert!(TokenList::new(vec![stolen_id]).holder(&token, Timestamp(6)).is_none());
    }
}
