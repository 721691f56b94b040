//! Puts the functions of [`super::meter`] into an expression, and looks at the names that it uses.
//!
//! The walk calls itself for each level of an expression, whose depth
//! [`EXPRESSION_DEPTH_MAX`](super::EXPRESSION_DEPTH_MAX) and
//! [`EXPRESSION_OPERATORS_MAX`](super::EXPRESSION_OPERATORS_MAX) bound; it wants the stack of
//! [`with_room`](super::with_room), as the library's own walks do.

use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, ListExpr, LiteralValue, operators,
};

use super::meter::{DAYS_SINCE, MATCHES, MATCHES_ANY, SIZED, STEP};

/// The functions that an expression may call.
const FUNCTIONS: [&str; 20] = [
    "bool",
    "bytes",
    "contains",
    DAYS_SINCE,
    "double",
    "dyn",
    "endsWith",
    "hasValue",
    "int",
    "matches",
    "none",
    "of",
    "ofNonZeroValue",
    "or",
    "orValue",
    "size",
    "startsWith",
    "string",
    "type",
    "uint",
];
/// Names that the language itself has: its types, and what begins the names of its functions.
const OWN_NAMES: [&str; 11] =
    ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "optional", "string", "uint"];

/// What an expression names that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    Name { name: String, id: u64 },
    Function { name: String, id: u64 },
}

pub(super) struct Metering<'k> {
    known: &'k [&'static str],
    /// The variables of the loops around.
    bound: Vec<String>,
    /// Whether anything goes round: without that, nothing an expression makes is larger than what it is
    /// made from, times the length of the expression.
    loops: bool,
    /// The facts that are named, by their places in `known`, in no order, some several times.
    pub(super) named: Vec<usize>,
    pub(super) unknown: Option<Unknown>,
}

impl<'k> Metering<'k> {
    pub(super) fn new(known: &'k [&'static str], expression: &IdedExpr) -> Self {
        Self { known, bound: Vec::new(), loops: has_loop(expression), named: Vec::new(), unknown: None }
    }

    /// The expression with its meters.
    pub(super) fn apply(&mut self, expression: IdedExpr) -> IdedExpr {
        let IdedExpr { id, expr } = expression;
        let expr = match expr {
            Expr::Ident(name) => {
                self.look_up(&name, id);
                Expr::Ident(name)
            }
            Expr::Call(call) => Expr::Call(self.call(call, id)),
            Expr::Select(mut select) => {
                *select.operand = self.apply(std::mem::take(&mut *select.operand));
                Expr::Select(select)
            }
            Expr::List(list) => Expr::List(ListExpr {
                elements: list.elements.into_iter().map(|element| self.sized(element)).collect(),
                optional_indices: list.optional_indices,
            }),
            Expr::Map(mut map) => {
                map.entries.iter_mut().for_each(|entry| self.entry(&mut entry.expr));
                Expr::Map(map)
            }
            Expr::Struct(mut structure) => {
                structure.entries.iter_mut().for_each(|entry| self.entry(&mut entry.expr));
                Expr::Struct(structure)
            }
            Expr::Comprehension(comprehension) => Expr::Comprehension(Box::new(self.looped(*comprehension))),
            other @ (Expr::Literal(_) | Expr::Unspecified) => other,
        };
        IdedExpr { id, expr }
    }

    fn entry(&mut self, entry: &mut EntryExpr) {
        match entry {
            EntryExpr::StructField(field) => field.value = self.sized(std::mem::take(&mut field.value)),
            EntryExpr::MapEntry(entry) => {
                entry.key = self.sized(std::mem::take(&mut entry.key));
                entry.value = self.sized(std::mem::take(&mut entry.value));
            }
        }
    }

    fn look_up(&mut self, name: &str, id: u64) {
        // What the library's macros name begins with a sign that no name of an expression begins with.
        if name.starts_with('@') || self.bound.iter().any(|bound| bound == name) {
            return;
        }
        match self.known.binary_search(&name.trim_start_matches('.')) {
            Ok(place) => self.named.push(place),
            Err(_) if OWN_NAMES.contains(&name) => {}
            Err(_) => {
                self.unknown.get_or_insert_with(|| Unknown::Name { name: name.to_owned(), id });
            }
        }
    }

    fn call(&mut self, mut call: CallExpr, id: u64) -> CallExpr {
        let is_operator = call.func_name.starts_with(['_', '!', '-', '@']);
        if !is_operator && !FUNCTIONS.contains(&call.func_name.as_str()) {
            let name = call.func_name.clone();
            self.unknown.get_or_insert(Unknown::Function { name, id });
        }
        let takes_values = !matches!(
            call.func_name.as_str(),
            operators::LOGICAL_AND
                | operators::LOGICAL_OR
                | operators::LOGICAL_NOT
                | operators::CONDITIONAL
                | operators::INDEX
                | operators::OPT_INDEX
                | operators::OPT_SELECT
                | operators::NOT_STRICTLY_FALSE
        );
        let arguments = call.target.take().map(|target| *target).into_iter();
        let has_target = arguments.len() > 0;
        let mut arguments: Vec<IdedExpr> = arguments
            .chain(call.args)
            .map(|argument| if takes_values { self.sized(argument) } else { self.apply(argument) })
            .collect();
        if call.func_name == "matches" && arguments.len() == 2 {
            let spelled = matches!(arguments[1].expr, Expr::Literal(LiteralValue::String(_)));
            let func_name = if spelled { MATCHES } else { MATCHES_ANY }.to_owned();
            return CallExpr { func_name, target: None, args: arguments };
        }
        let target = has_target.then(|| Box::new(arguments.remove(0)));
        CallExpr { func_name: call.func_name, target, args: arguments }
    }

    fn looped(&mut self, loop_: ComprehensionExpr) -> ComprehensionExpr {
        let iter_range = self.sized(loop_.iter_range);
        let accu_init = self.apply(loop_.accu_init);
        let before = self.bound.len();
        self.bound.push(loop_.accu_var.clone());
        self.bound.push(loop_.iter_var.clone());
        self.bound.extend(loop_.iter_var2.clone());
        // The library makes a list in one go where the condition is plainly `true`; then the meter goes
        // where a step begins.
        let is_plain = matches!(loop_.loop_cond.expr, Expr::Literal(_));
        let loop_cond = self.apply(loop_.loop_cond);
        let loop_step = self.apply(loop_.loop_step);
        let (loop_cond, loop_step) =
            if is_plain { (loop_cond, begun_with_a_step(loop_step)) } else { (step(loop_cond), loop_step) };
        let result = self.apply(loop_.result);
        self.bound.truncate(before);
        ComprehensionExpr { iter_range, accu_init, loop_cond, loop_step, result, ..loop_ }
    }

    /// The expression with its meters, and a meter of its size where it can have any.
    fn sized(&mut self, expression: IdedExpr) -> IdedExpr {
        let may_be_large = match &expression.expr {
            Expr::Ident(name) => !name.starts_with('@'),
            Expr::Call(call) => call.target.is_none() && call.func_name == operators::CONDITIONAL,
            Expr::Select(select) => !select.test,
            // The size of what others make was counted when it was made.
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Literal(_) | Expr::Unspecified => false,
            Expr::Comprehension(_) => true,
        } || is_made(&expression.expr);
        let is_namespace = matches!(&expression.expr, Expr::Ident(name) if name == "optional");
        let expression = self.apply(expression);
        if self.loops && may_be_large && !is_namespace { metered(SIZED, expression) } else { expression }
    }
}

/// Whether a call makes a value that may be large.
fn is_made(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    matches!(
        call.func_name.as_str(),
        operators::ADD | operators::INDEX | operators::OPT_INDEX | operators::OPT_SELECT
    ) || !call.func_name.starts_with(['_', '!', '-', '@'])
}

fn metered(function: &str, expression: IdedExpr) -> IdedExpr {
    let id = expression.id;
    let call = CallExpr { func_name: function.to_owned(), target: None, args: vec![expression] };
    IdedExpr { id, expr: Expr::Call(call) }
}

fn step(expression: IdedExpr) -> IdedExpr {
    metered(STEP, expression)
}

/// The step of a loop of which `map`, `filter` and `exists_one` are made, with a meter in it where the library
/// still knows what it is.
fn begun_with_a_step(mut loop_step: IdedExpr) -> IdedExpr {
    if let Expr::Call(call) = &mut loop_step.expr {
        if call.func_name == operators::CONDITIONAL && call.args.len() == 3 {
            call.args[0] = step(std::mem::take(&mut call.args[0]));
            return loop_step;
        }
        if let Some(Expr::List(list)) = call.args.get_mut(1).map(|argument| &mut argument.expr)
            && let Some(element) = list.elements.first_mut()
        {
            *element = step(std::mem::take(element));
            return loop_step;
        }
    }
    step(loop_step)
}

fn has_loop(expression: &IdedExpr) -> bool {
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        match &expression.expr {
            Expr::Comprehension(_) => return true,
            Expr::Call(call) => {
                open.extend(&call.args);
                open.extend(call.target.as_deref());
            }
            Expr::Select(select) => open.push(&select.operand),
            Expr::List(list) => open.extend(&list.elements),
            Expr::Map(map) => map.entries.iter().for_each(|entry| values_of(&entry.expr, &mut open)),
            Expr::Struct(of) => of.entries.iter().for_each(|entry| values_of(&entry.expr, &mut open)),
            Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => {}
        }
    }
    false
}

fn values_of<'e>(entry: &'e EntryExpr, open: &mut Vec<&'e IdedExpr>) {
    match entry {
        EntryExpr::StructField(field) => open.push(&field.value),
        EntryExpr::MapEntry(entry) => open.extend([&entry.key, &entry.value]),
    }
}
