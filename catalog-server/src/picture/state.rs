//! What state an entity of a picture is in, and how that looks.

/// Why an entity is in a picture, or how well it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was asked about.
    Root,
    /// It fails by itself.
    Failed,
    /// It does not work.
    Down,
    /// It works in part.
    Degraded,
    /// It works, and has lost a spare.
    AtRisk,
    /// It works as before.
    Unaffected,
    /// Some way of hard needs alone leads to it.
    Hard,
    /// Every way to it goes over a need that is not hard.
    Soft,
}

/// How a state looks. Colours are tints of Okabe and Ito's palette, which people of any colour vision
/// tell apart; the sign says the same without colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The sign before the name.
    pub(super) sign: char,
    /// The sign as an SVG path in a square of 12 by 12.
    pub(super) shape: &'static str,
    /// Whether the shape is filled, not only outlined.
    pub(super) is_filled: bool,
    pub(super) fill: &'static str,
    pub(super) line: &'static str,
    /// The colour of the text.
    pub(super) ink: &'static str,
    /// How thick the frame is, in pixels.
    pub(super) line_width: u8,
}

impl State {
    /// What the legend says.
    pub fn words(self) -> &'static str {
        match self {
            Self::Root => "asked about",
            Self::Failed => "fails by itself",
            Self::Down => "down",
            Self::Degraded => "degraded",
            Self::AtRisk => "at risk: a spare is lost",
            Self::Unaffected => "unaffected",
            Self::Hard => "reached by hard needs alone",
            Self::Soft => "reached over a need that is not hard",
        }
    }

    pub(super) fn look(self) -> Look {
        const SQUARE: &str = "M1 1h10v10h-10z";
        const DOWNWARDS: &str = "M1 2h10l-5 9z";
        let dark = "#1a1a1a";
        let (sign, shape, is_filled, fill, line, ink, line_width) = match self {
            Self::Root => ('◆', "M6 0l6 6l-6 6l-6 -6z", true, "#ffffff", dark, dark, 3),
            Self::Failed => ('✖', "M1 1l10 10M11 1l-10 10", false, "#4d1a00", dark, "#ffffff", 2),
            Self::Down => ('▼', DOWNWARDS, true, "#f0b08f", "#a33b00", dark, 2),
            Self::Degraded => ('▽', DOWNWARDS, false, "#fbe3ab", "#8a5f00", dark, 1),
            Self::AtRisk => ('△', "M1 11h10l-5 -9z", false, "#fbf8d2", "#6e6700", dark, 1),
            Self::Unaffected => ('✓', "M1 6l4 5l6 -10", false, "#d9f0e8", "#00664d", dark, 1),
            Self::Hard => ('■', SQUARE, true, "#b9d9f0", "#0b5a8f", dark, 2),
            Self::Soft => ('□', SQUARE, false, "#eef6fc", "#0b5a8f", dark, 1),
        };
        Look { sign, shape, is_filled, fill, line, ink, line_width }
    }
}

/// The sign of what is critical.
pub(super) const CRITICAL_SIGN: char = '★';
/// The sign of what nothing declares.
pub(super) const PLACEHOLDER_SIGN: char = '?';
