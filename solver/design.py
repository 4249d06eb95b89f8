"""From a parsed formula and a table to y and X.

Leaves are computed here, by arithmetic on columns and a few functions. Columns that are products of
numbers are put into X at once; formulaic encodes categories and multiplies out what has any.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.errors import Refusal
from solver.formatting import quoted
from solver.formula import BASES, CONTRASTS, ParsedFormula, column_of, parse_formula
from solver.moments import Floats

if TYPE_CHECKING:
    import pandas as pd

MOST_ENTRIES = 1 << 29
"""Entries that X may have: four gigabytes."""

LARGEST_DEGREE = 50
"""Of polynomials and splines."""

_FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "I": lambda x: x,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "center": lambda x: x - x.mean(),
    "scale": lambda x: (x - x.mean()) / x.std(ddof=1),
}

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def design(parsed: ParsedFormula, frame: pd.DataFrame) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Compute y and X.

    Parameters
    ----------
    parsed : ParsedFormula
    frame : DataFrame
        Its columns, with no value missing; those in ``parsed.numeric`` hold numbers.

    Returns
    -------
    y : (n,)
    X : (n, p), stored by columns
    names : tuple of str
        The names of X's columns.

    Raises
    ------
    Refusal
        When a leaf cannot be computed, or the response is not a single column of numbers.
    """
    y = _value(parsed.response, frame)
    if not _is_plain(y):
        raise Refusal(f"The response {quoted(parsed.response_text)} is not one column of numbers.")
    terms = [tuple(map(ast.unparse, term)) for term in parsed.fixed]
    values = {ast.unparse(leaf): _value(leaf, frame) for term in parsed.fixed for leaf in term}
    if all(map(_is_plain, values.values())):
        names = [":".join(term) or "(Intercept)" for term in terms]
        columns = [_product([values[label] for label in term]) for term in terms]
    else:
        names, columns = _encoded(parsed, terms, values, len(frame))
    X = np.empty((len(frame), len(columns)), order="F")
    for k, column in enumerate(columns):
        X[:, k] = column
    return np.array(y, dtype=np.float64), X, tuple(names)


def expression_value(expression: str, values: Mapping[str, Any]) -> float:
    """A leaf of a formula at given values of its columns.

    Raises
    ------
    Refusal
        When it does not parse, or has no value there.
    """
    import pandas as pd

    leaf = parse_formula(f"{expression} ~ 1 + (1 | g)").response
    with _refusing(expression):
        value = float(_numbers(leaf, pd.DataFrame({k: [float(v)] for k, v in values.items()}))[0])
    if not np.isfinite(value):
        raise Refusal(f"{quoted(expression)} has no value there. Choose another one.")
    return value


def _is_plain(value: Any) -> bool:
    return type(value) is np.ndarray and value.ndim == 1


def _product(factors: list[Any]) -> Any:
    if len(factors) < 2:
        return [*factors, 1.0][0]
    return np.multiply.reduce([np.asarray(factor, dtype=np.float64) for factor in factors])


def _encoded(
    parsed: ParsedFormula, terms: list[tuple[str, ...]], values: dict[str, Any], n: int
) -> tuple[list[str], list[Any]]:
    """The names and columns of terms some of which have categories or a basis, by formulaic."""
    import pandas as pd
    from formulaic import SimpleFormula
    from formulaic.parser.types import Factor, Term

    widths = {label: len(getattr(value, "categories", "1")) for label, value in values.items()}
    width = sum(prod(widths[label] for label in term) for term in terms)
    if n * width > MOST_ENTRIES:
        widest = max(widths, key=widths.__getitem__)
        raise Refusal(
            f"The formula {quoted(parsed.text)} makes {width} columns of {n} rows: too many. "
            f"Leave out {quoted(widest)}, which has {widths[widest]} categories."
        )
    one = Factor("1", eval_method="literal")
    formula = SimpleFormula(
        [Term([Factor(label, eval_method="lookup") for label in term] or [one]) for term in terms],
        _ordering="none",
    )
    with _refusing(parsed.text):
        matrix = formula.get_model_matrix(
            pd.DataFrame(index=range(n)), context=values, na_action="ignore", output="numpy"
        )
    names = list(matrix.model_spec.column_names)
    if terms[0] == ():
        names[0] = "(Intercept)"
    return names, list(np.asarray(matrix).T)


def _value(leaf: ast.expr, frame: pd.DataFrame) -> Any:
    """The numbers of a leaf (n,), or its categories or basis as formulaic takes them."""
    with _refusing(ast.unparse(leaf)):
        match leaf:
            case ast.Name():
                column = frame[column_of(leaf)]
                return column.to_numpy() if column.dtype.kind in "iuf" else _categories(column)
            case ast.Call(func=ast.Name(id="C"), args=[ast.Name() as name, *_]):
                return _coded(_categories(frame[column_of(name)]), leaf)
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in BASES:
                numbers = _numbers(first, frame)
                _check_degree(leaf, numbers)
                return _called(name, leaf, numbers)
        numbers = _numbers(leaf, frame)
        return numbers if numbers.ndim else np.full(len(frame), numbers)


@contextmanager
def _refusing(label: str) -> Iterator[None]:
    """Turn what numpy and formulaic raise into a refusal."""
    try:
        with np.errstate(all="ignore"):
            yield
    except Refusal:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise Refusal(f"{quoted(label)} cannot be computed: {reason}.") from None


def _numbers(node: ast.expr, frame: pd.DataFrame) -> Any:
    """What arithmetic and functions of one column make of columns."""
    match node:
        case ast.Name():
            return frame[column_of(node)].to_numpy(np.float64)
        case ast.Constant(value=float() | int() as value):
            return np.float64(value)
        case ast.UnaryOp(op=sign, operand=operand):
            return _OPERATORS[type(sign)](_numbers(operand, frame))
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](_numbers(left, frame), _numbers(right, frame))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_numbers(argument, frame))
    raise Refusal(f"{quoted(ast.unparse(node))} is no number, so it cannot stand in an expression.")


def _categories(column: pd.Series[Any]) -> Any:
    """A column's categories, those that occur: in their own order, else by size or letter."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.remove_unused_categories()
    elif column.dtype == object:
        column = column.astype(str)
    elif column.dtype.kind == "f" and (column % 1 == 0).all():
        column = column.astype(np.int64)
    categories: Any = pd.Categorical(column)
    if len(categories.categories) < 2:
        raise Refusal(
            f"The predictor {quoted(column.name)} is constant: every row has "
            f"{quoted(categories[0])}. Leave it out."
        )
    return categories


def _check_degree(basis: ast.Call, values: Floats) -> None:
    """Refuse a degree that so many distinct values cannot bear."""
    most = min(LARGEST_DEGREE, len(np.unique(values)) - 1)
    given = [*basis.args[1:2], *(k.value for k in basis.keywords if k.arg in ("degree", "df"))]
    if any(_constant(degree) not in range(1, most + 1) for degree in given):
        raise Refusal(
            f"The degree in {quoted(ast.unparse(basis))} must be a whole number from 1 to {most}."
        )


def _coded(categories: Any, call: ast.Call) -> Any:
    """Categories with the coding that stands after them in ``C(…)``, if any does."""
    from formulaic.transforms import TRANSFORMS

    match call.args[1:], call.keywords:
        case [], []:
            return categories
        case [ast.Name(id=name)], [] if name in CONTRASTS:
            return TRANSFORMS["C"](categories, TRANSFORMS[name]())
        case [ast.Call(func=ast.Name(id=name)) as coding], [] if name in CONTRASTS:
            return TRANSFORMS["C"](categories, _called(name, coding))
    raise Refusal(
        f"The coding in {quoted(ast.unparse(call))} is not known. "
        "Write Treatment('reference'), Sum, Helmert, Diff or Poly."
    )


def _called(name: str, call: ast.Call, *values: Any) -> Any:
    """What a function of formulaic's makes of values and the constants after them."""
    from formulaic.transforms import TRANSFORMS

    constants = [_constant(node) for node in call.args[len(values) :]]
    named = {str(keyword.arg): _constant(keyword.value) for keyword in call.keywords}
    return TRANSFORMS[name](*values, *constants, **named)


def _constant(node: ast.expr) -> Any:
    """A number, a text or a list of these."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise Refusal(f"{quoted(ast.unparse(node))} stands where a constant must stand.") from None
