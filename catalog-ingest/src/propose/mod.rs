//! What a first manifest could say.
