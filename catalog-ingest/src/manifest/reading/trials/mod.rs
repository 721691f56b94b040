//! What the tests of every format share: `cases` of a format with what they are read as, files that are
//! `hostile`, and the open `corpus` beside the checkout.

mod cases;
mod corpus;
mod hostile;

pub(crate) use cases::{Folder, check_cases, names, read_as, read_with_defaults, rendered, repository};
pub(crate) use corpus::{corpus, corpus_of, text};
pub(crate) use hostile::{Dice, check_damaged, codes_of, with_list};
