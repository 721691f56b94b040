//! Tiers and lifecycles, in any of the words that people use for them.

use catalog_core::model::{Field, Located};

use super::Reader;
use crate::manifest::{
    normal::{lifecycle_of, tier_of},
    yaml::Node,
};

impl Reader<'_, '_> {
    /// Takes a tier; one that is none of the known is said and left unread.
    pub(crate) fn take_tier(&mut self, node: Node<'_>, name: &str) {
        let Some(text) = self.node_text(node, name, Some(Field::Tier)) else { return };
        match tier_of(&text.value) {
            Some(tier) => self.declaration.tier = Some(Located::new(tier, text.position)),
            None => {
                self.value_unknown(node, name, "a tier from 0 (most critical) to 4, as in `tier_1`");
                self.declaration.unread.push(Field::Tier);
            }
        }
    }

    /// Takes a lifecycle by the catalog's word for it; one without such a word is kept as written, and said.
    pub(crate) fn take_lifecycle(&mut self, node: Node<'_>, name: &str) {
        let Some(text) = self.node_text(node, name, Some(Field::Lifecycle)) else { return };
        let word = lifecycle_of(&text.value);
        if word.is_none() {
            self.value_unknown(
                node,
                name,
                "`production`, `experimental`, `deprecated` or a word for one of them",
            );
        }
        let word = word.map_or_else(|| text.value.clone(), Into::into);
        self.declaration.lifecycle = Some(Located::new(word, text.position));
    }
}
