//! The whole product, from repositories to answers.
