//! Answers as pictures: what hangs together, drawn so that a person reads it.
//!
//! A [`Picture`] is made of [`Pictured`] entities, each with its distance and its [`State`]: layers by
//! distance, systems as boxes inside a layer, at most a stated number of entities and the rest counted.
//! It is laid out once and written as a [`PictureFormat`]: Graphviz' DOT, a Mermaid flowchart, or SVG
//! that needs nothing beside itself. States differ in colour, sign and line, so that a print in black and
//! white says as much. The same answer gives the same bytes.

mod blast_radius;
mod choose;
mod dot;
mod drawing;
mod impact;
mod mermaid;
mod order;
mod state;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use std::io::{self, Write};

pub use blast_radius::blast_radius_picture;
pub use drawing::{Caption, Edge, EdgeKind, Node, Picture, Pictured};
pub use impact::impact_picture;
pub use state::State;

/// How many entities a picture shows where nothing else is asked for.
pub const NODES_DEFAULT: u32 = 60;

/// How many entities a picture shows at most.
pub const NODES_MAX: u32 = 1_000;

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// The language of Graphviz.
    Dot,
    /// A flowchart of Mermaid, as code hosts and wikis draw it.
    Mermaid,
    /// Scalable Vector Graphics 1.1, self-contained.
    Svg,
}

/// Writes a picture.
pub fn write_picture(picture: &Picture, format: PictureFormat, to: &mut dyn Write) -> io::Result<()> {
    let text = match format {
        PictureFormat::Dot => dot::written(picture),
        PictureFormat::Mermaid => mermaid::written(picture),
        PictureFormat::Svg => svg::written(picture),
    };
    to.write_all(text.as_bytes())
}
