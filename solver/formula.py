"""The model formula: ``LOOK_HRS ~ HOURS + (1 | INDUSTRY)``.

The fixed part is a Wilkinson formula, read and encoded by formulaic; the group term is ours. A
formula is text from outside, so the functions that it may call are listed here, and nothing else
is ever evaluated.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.errors import Refusal
from solver.moments import Floats

if TYPE_CHECKING:
    import pandas as pd

FUNCTIONS: dict[str, Any] = {"sqrt": np.sqrt, "abs": np.abs}
"""Functions that a formula may call beside those of formulaic in ``ENCODERS``."""

ENCODERS = frozenset(
    {"C", "I", "log", "log2", "log10", "exp", "exp2", "exp10", "center", "scale", "standardize"}
    | {"poly", "bs", "cr", "cs", "cc", "Treatment", "Sum", "Helmert", "Diff", "Poly"}
)
"""Functions of formulaic that a formula may call."""

EXAMPLE = "response ~ predictor + (1 | group)"

_PAINT = re.compile(r"\x1b\[[0-9;]*m")
_QUOTED = re.compile(r"`[^`]*`")
_GROUP_TERM = re.compile(r"\(\s*(?P<effects>[^()|]*?)\s*\|{1,2}\s*(?P<group>[^()|]*?)\s*\)")
_NAME = re.compile(r"[^\W\d][\w.]*\Z")
_SYNTAX = (
    ast.Expression, ast.Call, ast.keyword, ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp,
    ast.operator, ast.unaryop, ast.List, ast.Tuple,
)  # fmt: skip


@dataclass(frozen=True)
class ParsedFormula:
    """A formula taken apart.

    Attributes
    ----------
    text : str
        As it was given.
    group : str
        Column of the group term.
    response, fixed : Any
        Formulaic's terms of the two sides, the group term taken off.
    response_columns, fixed_columns : frozenset of str
        Columns that the two sides use, the group term aside.
    categorical : frozenset of str
        Columns that stand in ``C(…)``, whose values are names even where they are numbers.
    """

    text: str
    group: str
    response: Any
    fixed: Any
    response_columns: frozenset[str]
    fixed_columns: frozenset[str]
    categorical: frozenset[str]

    @property
    def response_text(self) -> str:
        """The left-hand side as it was written, without back-quotes."""
        return self.text.split("~")[0].strip().strip("`")


def parse_formula(text: str) -> ParsedFormula:
    """Read a formula with one group term.

    Raises
    ------
    Refusal
        When it does not parse (saying where), has no or several group terms, random slopes, several
        responses, or calls anything but the listed functions.
    """
    from formulaic import Formula, SimpleFormula
    from formulaic.errors import FormulaicError

    if text.count("~") != 1:
        raise Refusal(
            f"The formula '{text}' needs one ~ between the response and the predictors. "
            f"Write it as: {EXAMPLE}."
        )
    fixed_text, group = _take_group_term(text)
    try:
        formula = Formula(fixed_text)
    except FormulaicError as error:
        raise Refusal(_where(text, str(error))) from None
    response, fixed = formula.lhs, formula.rhs
    if not isinstance(fixed, SimpleFormula):
        raise Refusal(f"The formula '{text}' has a | outside of brackets. Write it as: {EXAMPLE}.")
    if len(response) != 1:
        raise Refusal(f"The formula '{text}' must have one response. Write it as: {EXAMPLE}.")
    if len(fixed) == 0:
        raise Refusal(f"The formula '{text}' has no fixed effect. Leave the intercept in.")
    expressions = [
        factor.expr
        for term in (*response, *fixed)
        for factor in term.factors
        if factor.eval_method.value == "python"
    ]
    return ParsedFormula(
        text=text,
        group=group,
        response=response,
        fixed=fixed,
        response_columns=frozenset(map(str, response.required_variables)),
        fixed_columns=frozenset(map(str, fixed.required_variables)),
        categorical=frozenset().union(*(_check_expression(e, text) for e in expressions)),
    )


def design(parsed: ParsedFormula, frame: pd.DataFrame) -> tuple[Floats, Floats, tuple[str, ...]]:
    """y (n,), X (n, p) stored by columns, and the names of X's columns.

    Raises
    ------
    Refusal
        When a term cannot be computed, or the response is not a single numeric column.
    """
    response = _plain_columns(parsed.response, frame) or _encoded(parsed, parsed.response, frame)
    if len(response) != 1:
        raise Refusal(
            f"The response of '{parsed.text}' is not a number but has categories: "
            f"{', '.join(list(response)[:4])}. Choose a numeric column."
        )
    y = np.array(next(iter(response.values())), dtype=np.float64)
    fixed = _plain_columns(parsed.fixed, frame) or _encoded(parsed, parsed.fixed, frame)
    X = np.empty((len(frame), len(fixed)), order="F")
    for k, column in enumerate(fixed.values()):
        X[:, k] = column
    names = tuple("(Intercept)" if name == "Intercept" else name for name in fixed)
    return y, X, names


def _plain_columns(terms: Any, frame: pd.DataFrame) -> dict[str, Any] | None:
    """The columns of terms that are products of numeric columns; None when any is not."""
    columns: dict[str, Any] = {}
    for term in terms:
        names = [factor.expr for factor in term.factors]
        if names == ["1"]:
            columns["Intercept"] = 1.0
            continue
        values = [frame[name].to_numpy() for name in names if name in frame]
        if len(values) < len(names) or any(v.dtype.kind not in "iuf" for v in values):
            return None
        columns[":".join(names)] = np.multiply.reduce(values) if len(values) > 1 else values[0]
    return columns


def _encoded(parsed: ParsedFormula, terms: Any, frame: pd.DataFrame) -> dict[str, Any]:
    """The columns of any terms, by formulaic."""
    from formulaic.errors import FormulaicError

    try:
        with np.errstate(all="ignore"):
            matrix = terms.get_model_matrix(frame, context=FUNCTIONS, na_action="ignore")
    except (FormulaicError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        reason = _PAINT.sub("", str(error)).strip().splitlines() or [type(error).__name__]
        raise Refusal(f"The formula '{parsed.text}' cannot be computed. {reason[0]}") from None
    return {str(name): matrix[name].to_numpy() for name in matrix.columns}


def _take_group_term(text: str) -> tuple[str, str]:
    """The formula without its group term, blanks in its place, and the group's column."""
    masked = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    found = list(_GROUP_TERM.finditer(masked))
    if not found:
        raise Refusal(f"The formula '{text}' has no group term. Add one, as in: {EXAMPLE}.")
    if len(found) > 1:
        raise Refusal(
            f"The formula '{text}' has {len(found)} group terms. "
            "One is supported so far: a random intercept for one grouping, (1 | group)."
        )
    term = found[0]
    start, end = term.span()
    written = text[start:end]
    if term["effects"].replace(" ", "") != "1":
        raise Refusal(
            f"The group term '{written}' has a random slope or leaves out the intercept, "
            "which is not yet supported. Write (1 | group)."
        )
    group = text[slice(*term.span("group"))]
    if not (_QUOTED.fullmatch(group) or _NAME.match(group)):
        raise Refusal(
            f"The group term '{written}' must name one column, as in (1 | group); "
            "nested or crossed groups are not yet supported."
        )
    before, after = masked[:start].rstrip(), masked[end:].lstrip()
    if before.endswith("+"):
        start = len(before) - 1
    elif before.endswith("~") and after.startswith("+"):
        end = masked.index("+", end) + 1
    elif not before.endswith("~") or after:
        raise Refusal(f"The group term '{written}' must be joined to the others by a +.")
    rest = text[:start] + " " * (end - start) + text[end:]
    if not rest.split("~")[1].strip():
        rest = rest.rstrip() + " 1"
    return rest, group.strip("`")


def _where(text: str, message: str) -> str:
    """A sentence from formulaic's message, with the place that it marks."""
    plain = _PAINT.sub("", message)
    problem, _, marked = plain.partition("\n\n")
    place = ""
    if "⧛" in marked:
        part = marked.split("⧛")[1].split("⧚")[0].strip()
        place = f" at character {marked.index('⧛') + 1}, near '{part}'"
    return f"The formula '{text}' does not parse{place}: {problem.strip()}"


def _check_expression(expression: str, text: str) -> frozenset[str]:
    """Refuse anything but arithmetic and listed functions; the columns that stand in C(…)."""
    quoted: dict[str, str] = {}

    def hide(name: re.Match[str]) -> str:
        return quoted.setdefault(f"_quoted_{len(quoted)}", name[0].strip("`")) and list(quoted)[-1]

    try:
        tree = ast.parse(_QUOTED.sub(hide, expression), mode="eval")
    except SyntaxError as error:
        raise Refusal(
            f"The formula '{text}' does not parse in '{expression}': {error.msg}."
        ) from None
    categorical = set()
    for node in ast.walk(tree):
        if not isinstance(node, _SYNTAX):
            raise Refusal(
                f"The formula '{text}' may hold columns, numbers, + − * / ** and the listed "
                f"functions only; '{expression}' has more than that."
            )
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
            if name not in ENCODERS and name not in FUNCTIONS:
                allowed = ", ".join(sorted({*ENCODERS, *FUNCTIONS}, key=str.lower))
                raise Refusal(f"Formulas do not know the function '{name}', only: {allowed}.")
            if name == "C" and node.args and isinstance(node.args[0], ast.Name):
                categorical.add(quoted.get(node.args[0].id, node.args[0].id))
    return frozenset(categorical)
