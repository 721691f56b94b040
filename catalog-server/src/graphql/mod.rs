//! GraphQL.
/// stub
pub fn schema_sdl() -> String {
    String::new()
}
