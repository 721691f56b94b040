//! What strangers write stays a text in every format.
