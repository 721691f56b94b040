//! Documents that may speak of something, found without reading all of what documents say.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::{
    CatalogGraph, DeclarationView,
    facts::Details,
    kept::{Kept, Shelf},
    symbols::index,
};

impl CatalogGraph {
    /// The documents that count and of which an annotation, a code location or another detail can hold one of
    /// some texts: all that do, and some more. In a graph that was read from a file only those that hold one are
    /// read. O(documents + bytes of their details).
    pub(crate) fn documents_that_may_mention(&self, texts: &[String]) -> Vec<DeclarationView<'_>> {
        let mut searched: Vec<(&Arc<Shelf<Details>>, FixedBitSet)> = Vec::new();
        let mut found = Vec::new();
        for slot in 0..index(self.declarations.len() as usize) {
            let may_mention = match &self.declarations[slot].details {
                None => false,
                Some(Kept::Here(_)) => true,
                Some(Kept::Shelved(shelf, number)) => {
                    let known = searched.iter().position(|(known, _)| Arc::ptr_eq(known, shelf));
                    let known = known.unwrap_or_else(|| {
                        searched.push((shelf, shelf.holding(texts)));
                        searched.len() - 1
                    });
                    searched[known].1.contains(*number as usize)
                }
            };
            if may_mention {
                let declaration = DeclarationView::new(self, slot);
                let is_said = self.declarations_in(declaration.repository().slot()).contains(&slot);
                if is_said && declaration.counts() {
                    found.push(declaration);
                }
            }
        }
        found
    }
}
