"""A model formula in the languages of other programs: R, and Python's patsy."""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from solver.errors import Refusal
from solver.formatting import quoted
from solver.formula import BASES, ParsedFormula, column_of

Language = Literal["r", "patsy"]

_R_WORDS = (
    "if", "else", "repeat", "while", "function", "for", "next", "break", "in",
    "TRUE", "FALSE", "T", "F", "NULL", "Inf", "NaN", "NA",
)  # fmt: skip
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.UAdd: "+", ast.USub: "-"}
_CENTRED = {
    "r": {"center": "I({0} - mean({0}))", "scale": "I(({0} - mean({0})) / sd({0}))"},
    "patsy": {
        "center": "I({0} - np.mean({0}))",
        "scale": "I(({0} - np.mean({0})) / np.std({0}, ddof=1))",
    },
}
_CODINGS = {
    "Treatment": "contr.treatment",
    "Sum": "contr.sum",
    "Helmert": "contr.helmert",
    "Diff": "MASS::contr.sdif",
    "Poly": "contr.poly",
}
_OPTIONS = {
    "r": {"degree": "degree", "raw": "raw", "df": "df", "knots": "knots",
          "include_intercept": "intercept"},
    "patsy": {"degree": "degree", "raw": "raw", "df": "df", "knots": "knots",
              "include_intercept": "include_intercept"},
}  # fmt: skip
"""The options of polynomials and splines that the other languages have too."""


def model_formula(parsed: ParsedFormula, language: Language) -> str:
    """The formula; with its group term for R, without it for patsy.

    Raises
    ------
    Refusal
        When a part of it has no counterpart in the language.
    """
    write = _Writer(language)
    terms = [":".join(map(write.leaf, term)) or "1" for term in parsed.fixed]
    if "1" not in terms:
        terms.insert(0, "0")
    elif len(terms) > 1:
        terms.remove("1")
    if language == "r":
        terms.append(f"(1 | {write.name(parsed.group)})")
    return f"{write.leaf(parsed.response)} ~ {' + '.join(terms)}"


def r_vector(values: Sequence[object]) -> str:
    """Numbers, texts and truth values as a vector of R's."""
    return f"c({', '.join(map(r_value, values))})"


def r_value(value: object) -> str:
    """A number, a text or a truth value as R writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


@dataclass(frozen=True)
class _Writer:
    """Writes the leaves of a formula in one language."""

    language: Language

    def name(self, column: str) -> str:
        """A column, quoted where it is no plain word."""
        if self.language == "r":
            plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9._]*", column) and column not in _R_WORDS
            return column if plain else "`" + column.replace("\\", "\\\\") + "`"
        plain = column.isidentifier() and not keyword.iskeyword(column)
        return column if plain else f"Q({json.dumps(column, ensure_ascii=False)})"

    def leaf(self, node: ast.expr) -> str:
        """A factor of a term; arithmetic stands in I(…)."""
        text = self._written(node)
        return f"I({text})" if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Constant) else text

    def _written(self, node: ast.expr) -> str:
        match node:
            case ast.Name():
                return self.name(column_of(node))
            case ast.Constant() | ast.List():
                return self._constant(node)
            case ast.UnaryOp(op=sign, operand=operand):
                return f"{_SIGNS[type(sign)]}{self._inner(operand)}"
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                power = "^" if self.language == "r" else "**"
                return f"{self._inner(left)}{power}{self._inner(right)}"
            case ast.BinOp(left=left, op=sign, right=right):
                return f"{self._inner(left)} {_SIGNS[type(sign)]} {self._inner(right)}"
            case ast.Call(func=ast.Name(id="C"), args=[ast.Name() as name, *coding]):
                return self._category(node, self.name(column_of(name)), coding)
            case ast.Call(func=ast.Name(id=function)) if function in BASES:
                return self._basis(node, function)
            case ast.Call(func=ast.Name(id=function), args=[argument]):
                return self._function(function, self._written(argument))
        raise self._untranslated(node)

    def _inner(self, node: ast.expr) -> str:
        text = self._written(node)
        return f"({text})" if isinstance(node, ast.BinOp | ast.UnaryOp) else text

    def _function(self, name: str, argument: str) -> str:
        if name in _CENTRED[self.language]:
            return _CENTRED[self.language][name].format(argument)
        return f"{'' if self.language == 'r' or name == 'I' else 'np.'}{name}({argument})"

    def _basis(self, node: ast.Call, function: str) -> str:
        options = _OPTIONS[self.language]
        parts = [self._written(argument) for argument in node.args]
        for option in node.keywords:
            if option.arg not in options:
                raise self._untranslated(node)
            parts.append(f"{options[option.arg]} = {self._constant(option.value)}")
        package = "splines::" if self.language == "r" and function == "bs" else ""
        return f"{package}{function}({', '.join(parts)})"

    def _category(self, node: ast.Call, name: str, coding: Sequence[ast.expr]) -> str:
        if self.language == "patsy":
            return f"C({', '.join([name, *map(ast.unparse, coding)])})"
        match coding:
            case []:
                return f"factor({name})"
            case [ast.Call(func=ast.Name(id="Treatment"), args=[ast.Constant(value=base)])]:
                return f"relevel(factor({name}), ref = {json.dumps(str(base), ensure_ascii=False)})"
            case [ast.Name(id=known)] | [ast.Call(func=ast.Name(id=known), args=[], keywords=[])]:
                return f"C(factor({name}), {_CODINGS[known]})"
        raise self._untranslated(node)

    def _constant(self, node: ast.expr) -> str:
        value = ast.literal_eval(node)
        if self.language == "patsy":
            return repr(value)
        return r_vector(value) if isinstance(value, list) else r_value(value)

    def _untranslated(self, node: ast.expr) -> Refusal:
        there = "R" if self.language == "r" else "statsmodels"
        return Refusal(
            f"{quoted(ast.unparse(node))} has no counterpart in {there} that would give the same "
            "numbers. Export the code for this library instead."
        )
