//! What was found by a comparison: each difference once, and the operations that it reaches.

use catalog_core::model::{Diagnostic, Position};

/// What a change does to the interface that one definition describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiChange {
    /// The operations that were added, removed or changed, sorted by what identifies them.
    pub operations: Vec<OperationChange>,
    /// Each difference once, those that break first, then by subject.
    pub changes: Vec<DefinitionChange>,
    /// What could not be compared, and why; where there is any, less is told than there may be.
    pub unknowns: Vec<Diagnostic>,
}

impl ApiChange {
    /// How much the whole change does to consumers; `None` where nothing differs.
    pub fn compatibility(&self) -> Option<Compatibility> {
        self.changes.iter().map(|change| change.compatibility).max()
    }

    /// Whether nothing differs and everything could be compared.
    pub fn is_nothing(&self) -> bool {
        self.operations.is_empty() && self.changes.is_empty() && self.unknowns.is_empty()
    }
}

/// An operation that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationChange {
    /// The operation at head, where it was removed at base: `GET /orders/{id}`, `Query.order`,
    /// `orders.v1.Orders/GetOrder`, `channel orders.created send`.
    pub operation: Box<str>,
    /// What became of it.
    pub fate: OperationFate,
    /// The most that any of its differences does to those who use it.
    pub compatibility: Compatibility,
    /// Where it stands at head; where it was removed, at base.
    pub place: DefinitionPlace,
    /// Its differences, as indexes into [`ApiChange::changes`], ascending.
    pub changes: Vec<usize>,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationFate {
    /// It is new.
    Added,
    /// It is still there, and something of what it takes or gives differs.
    Changed,
    /// It is gone.
    Removed,
}

impl OperationFate {
    /// The fate in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// What a difference does to those who use the interface as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compatibility {
    /// Nothing.
    Compatible,
    /// It breaks those who rely on more than the format promises.
    Risky,
    /// It breaks those who use what differs.
    Breaking,
}

impl Compatibility {
    /// The compatibility in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Risky => "risky",
            Self::Breaking => "breaking",
        }
    }
}

/// One difference between two texts of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionChange {
    /// What kind of difference it is.
    pub rule: ApiRule,
    /// What it does to consumers.
    pub compatibility: Compatibility,
    /// What differs: an operation, a part of one, a type or a field: `Order.total`.
    pub subject: Box<str>,
    /// What differs in it, in lower case and without a period.
    pub message: Box<str>,
    /// Where it is seen at head: what differs, or what it was removed from; `None` where that is gone too.
    pub place: Option<DefinitionPlace>,
    /// Where it stood at base; `None` where it is new.
    pub place_before: Option<DefinitionPlace>,
}

/// A place in a file of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionPlace {
    /// The file, as a path in its repository.
    pub path: Box<str>,
    /// The place in it.
    pub position: Position,
}

macro_rules! api_rules {
    ($($variant:ident = $name:literal, $summary:literal;)*) => {
        /// The kind of a difference. Names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ApiRule {
            $(#[doc = $summary] $variant,)*
        }

        impl ApiRule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, as in `operation-removed`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

api_rules! {
    OperationAdded = "operation-added", "There is an operation that was not there.";
    OperationRemoved = "operation-removed", "An operation is not there any more.";
    OperationDeprecated = "operation-deprecated", "An operation is said to go away.";
    AddressRemoved = "address-removed", "The interface is not said to be served any more where it was.";
    InputAdded = "input-added", "An operation takes something more, which need not be sent.";
    RequiredInputAdded = "required-input-added", "An operation wants something more, and refuses who does not send it.";
    InputRemoved = "input-removed", "An operation does not take something any more that it took.";
    InputRequired = "input-required", "What need not have been sent must be.";
    InputOptional = "input-optional", "What had to be sent need not be any more.";
    OutputAdded = "output-added", "An operation answers in one more way.";
    OutputRemoved = "output-removed", "An operation does not answer any more in a way in which it did.";
    StreamingChanged = "streaming-changed", "One value became a stream of them, or the reverse.";
    FieldAdded = "field-added", "A type has one more field.";
    RequiredFieldAdded = "required-field-added", "A type that is sent has one more field, which must be there.";
    FieldRemoved = "field-removed", "A field is not there any more.";
    FieldRequired = "field-required", "A field that could be left out must be there.";
    FieldOptional = "field-optional", "A field that was always there can be left out.";
    FieldRenamed = "field-renamed", "A field has another name under the same number.";
    FieldNumberReused = "field-number-reused", "The number of a field is that of another field now.";
    FieldNumberChanged = "field-number-changed", "A field has another number.";
    NullabilityChanged = "nullability-changed", "What was never null can be, or the reverse.";
    TypeChanged = "type-changed", "A value is of another type.";
    TypeRenamed = "type-renamed", "A type has another name.";
    TypeRemoved = "type-removed", "A type is not there any more.";
    FormatChanged = "format-changed", "A value is of the same type in another format.";
    EnumValueAdded = "enum-value-added", "A list of values has one more.";
    EnumValueRemoved = "enum-value-removed", "A list of values has one less.";
    EnumValueRenamed = "enum-value-renamed", "A value has another name under the same number.";
    MemberAdded = "member-added", "A value can be of one more type.";
    MemberRemoved = "member-removed", "A value cannot be any more of a type that it could be of.";
}
