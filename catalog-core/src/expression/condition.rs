//! A condition: an expression that is read once, and asked of many.

use std::{fmt, sync::OnceLock};

use cel::{
    Context, ExecutionError, IdedExpr, Program, Value,
    common::{ast::SourceInfo, types::CelBool, value::CowVal, value::Val},
    context::VariableResolver,
};

use crate::model::Timestamp;

use super::{
    EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX, EXPRESSION_OPERATORS_MAX, Fact, STEPS_MAX, meter,
    metering::{Metering, Unknown},
    with_room,
};

/// How much of a message of the library, or of a text in it, is passed on.
const MESSAGE_CHARS_MAX: usize = 200;

/// Knows facts by their names.
pub trait FactSource: Sync {
    /// The names that it knows, sorted. Conditions are read with the same list.
    fn names(&self) -> &'static [&'static str];

    /// The fact of a name of the list, or why it is not known. Asked for once for each [`Facts`].
    fn fact(&self, name: &'static str) -> Fact<'_>;
}

/// A fact as the library has it, or why it is not known.
type KnownValue<'s> = Result<Box<dyn Val + 's>, String>;

/// The facts of one source as conditions see them: each is made when the first condition asks for it.
pub struct Facts<'s> {
    source: &'s dyn FactSource,
    values: Box<[OnceLock<KnownValue<'s>>]>,
}

impl<'s> Facts<'s> {
    /// The facts of a source. O(names).
    pub fn of(source: &'s dyn FactSource) -> Self {
        Self { source, values: source.names().iter().map(|_| OnceLock::new()).collect() }
    }

    fn value(&self, place: usize) -> &KnownValue<'s> {
        let source = self.source;
        self.values[place].get_or_init(|| source.fact(source.names()[place]).map(super::FactValue::into_val))
    }
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}

impl VariableResolver for Facts<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let place = self.source.names().binary_search(&variable).ok()?;
        self.value(place).as_deref().ok().map(CowVal::Borrowed)
    }
}

/// By what measures a condition is asked.
#[derive(Clone, Copy, Debug)]
pub struct ConditionLimits {
    /// When it is asked, for the ages of dates.
    pub now: Timestamp,
    /// How many steps it may take, at least 1.
    pub steps_max: u64,
}

impl ConditionLimits {
    /// The usual limits, at a moment.
    pub fn at(now: Timestamp) -> Self {
        Self { now, steps_max: STEPS_MAX }
    }
}

/// An expression that says yes or no.
pub struct Condition {
    text: Box<str>,
    expression: IdedExpr,
    /// The facts that it names, sorted.
    names: Box<[&'static str]>,
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionFault {
    /// What was found, and what was expected.
    pub message: String,
    /// The line in the expression, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// Why a condition says neither yes nor no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It took too long.
    #[error("it takes more steps than the limit `expression_steps_max` of {0}")]
    TooLong(u64),
    /// A fact that it names is not known.
    #[error("`{name}` is not known: {reason}")]
    NotKnown {
        /// The fact.
        name: String,
        /// Why not.
        reason: String,
    },
    /// It does not say yes or no.
    #[error("it is of type {0}, expected true or false")]
    NoTruth(String),
    /// It fails over these facts.
    #[error("{0}")]
    Failed(String),
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.text).finish()
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.names == other.names
    }
}

impl Condition {
    /// Reads an expression over facts of these names, which are sorted.
    pub fn parse(text: &str, known: &'static [&'static str]) -> Result<Self, ConditionFault> {
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(over("bytes", "expression_bytes_max", text.len(), EXPRESSION_BYTES_MAX));
        }
        let (depth, operators) = complexity(text);
        if depth > EXPRESSION_DEPTH_MAX {
            return Err(over("brackets deep", "expression_depth_max", depth, EXPRESSION_DEPTH_MAX));
        }
        if operators > EXPRESSION_OPERATORS_MAX {
            return Err(over("operators", "expression_operators_max", operators, EXPRESSION_OPERATORS_MAX));
        }
        with_room(|| {
            let program = Program::compile(text).map_err(|errors| syntax(text, &errors))?;
            let mut metering = Metering::new(known, program.expression());
            let expression = metering.apply(program.expression().clone());
            if let Some(unknown) = &metering.unknown {
                return Err(unknown_name(text, unknown, known, program.source_info()));
            }
            let mut names: Vec<&'static str> = metering.named.iter().map(|place| known[*place]).collect();
            names.sort_unstable();
            names.dedup();
            Ok(Self { text: text.into(), expression, names: names.into() })
        })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The facts that it names, sorted.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Whether it is true of some facts. To be asked on a thread with the stack of [`with_room`].
    pub fn holds(&self, facts: &Facts<'_>, limits: ConditionLimits) -> Result<bool, NoAnswer> {
        self.holds_counted(facts, limits).0
    }

    /// The same, with the steps that it took, at least 1.
    pub fn holds_counted(&self, facts: &Facts<'_>, limits: ConditionLimits) -> (Result<bool, NoAnswer>, u64) {
        meter::begin(limits.steps_max, limits.now);
        let answer = self.evaluate(facts);
        let left = meter::steps_left();
        let steps = (limits.steps_max - left).max(1);
        // What hides an error, as `||` may, does not hide that it took too long.
        if left == 0 { (Err(NoAnswer::TooLong(limits.steps_max)), steps) } else { (answer, steps) }
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Result<bool, NoAnswer> {
        let mut context = Context::with_env(meter::ENVIRONMENT.clone());
        context.set_variable_resolver(facts);
        match Value::resolve_val(&self.expression, &context) {
            Ok(value) => match value.downcast_ref::<CelBool>() {
                Some(truth) => Ok(*truth.inner()),
                None => Err(NoAnswer::NoTruth(value.get_type().name().to_owned())),
            },
            Err(error) => Err(no_answer(&error, facts)),
        }
    }
}

fn no_answer(error: &ExecutionError, facts: &Facts<'_>) -> NoAnswer {
    match error {
        ExecutionError::UndeclaredReference(name) => {
            let place = facts.source.names().binary_search(&name.as_str()).ok();
            match place.map(|place| facts.value(place)) {
                Some(Err(reason)) => NoAnswer::NotKnown { name: name.to_string(), reason: reason.clone() },
                _ => NoAnswer::Failed(shortened(&format!("`{name}` is not there"))),
            }
        }
        ExecutionError::FunctionError { message, .. } => NoAnswer::Failed(shortened(message)),
        ExecutionError::NoSuchKey(key) => NoAnswer::Failed(shortened(&format!("there is no key `{key}`"))),
        // These quote whole values.
        ExecutionError::UnsupportedBinaryOperator(operator, ..) | ExecutionError::Overflow(operator, ..) => {
            NoAnswer::Failed(format!("`{operator}` does not work on these values"))
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            NoAnswer::Failed("it divides by zero".to_owned())
        }
        ExecutionError::IndexOutOfBounds(_) => {
            NoAnswer::Failed("it asks a list for more than it has".to_owned())
        }
        ExecutionError::NoSuchOverload(_) | ExecutionError::UnexpectedType { .. } => {
            NoAnswer::Failed(shortened(&error.to_string()))
        }
        _ => NoAnswer::Failed("its values do not go together".to_owned()),
    }
}

/// The first line of a message, as long as messages may be, beginning in lower case.
fn shortened(message: &str) -> String {
    let mut line: String =
        message.lines().next().unwrap_or_default().chars().take(MESSAGE_CHARS_MAX).collect();
    if let Some(first) = line.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    line
}

fn over(what: &str, limit: &str, found: usize, most: usize) -> ConditionFault {
    let message = format!("the expression is {found} {what}, over the limit `{limit}` of {most}");
    ConditionFault { message, line: 1, column: 1 }
}

fn syntax(text: &str, errors: &cel::ParseErrors) -> ConditionFault {
    let first = errors.errors.first();
    let (line, column) = first.map_or((1, 1), |error| error.pos);
    let message =
        first.map(|error| shortened(error.msg.trim_start_matches("Syntax error: "))).unwrap_or_default();
    ConditionFault {
        message: format!("`{}` is no expression: {message}", shortened(text)),
        line: u32::try_from(line).unwrap_or(1).max(1),
        column: u32::try_from(column).unwrap_or(1).max(1),
    }
}

fn unknown_name(
    text: &str,
    unknown: &Unknown,
    known: &[&'static str],
    source: &SourceInfo,
) -> ConditionFault {
    let (id, name, message) = match unknown {
        Unknown::Name { name, id } => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let (text, shown) = (shortened(text), shortened(name));
            (id, name, format!("`{text}` names `{shown}`, expected one of {}", names.join(", ")))
        }
        Unknown::Function { name, id } => {
            let (text, shown) = (shortened(text), shortened(name));
            (id, name, format!("`{text}` calls `{shown}`, which is no function here"))
        }
    };
    // The library counts bytes from 0, and has the place of a call behind the name of the function.
    let start = source.offset_for(*id).map_or(0, |(start, _)| start as usize);
    let before = text.get(..start).unwrap_or_default();
    let before = before.strip_suffix(name.as_str()).unwrap_or(before);
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    ConditionFault { message, line: number(line), column: number(column) }
}

/// How deep brackets lie in each other, and how many signs of operators there are; texts count too, which
/// does no harm.
fn complexity(text: &str) -> (usize, usize) {
    let (mut depth, mut deepest, mut operators) = (0_usize, 0, 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '!' | '-' | '+' | '*' | '/' | '%' | '&' | '|' | '?' | '<' | '>' | '=' | '.' | ',' => {
                operators += 1;
            }
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    (deepest, operators)
}
