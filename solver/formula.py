"""The model formula: ``LOOK_HRS ~ HOURS + (1 | INDUSTRY)``, taken apart.

A formula is text from outside, and nothing in it is ever evaluated as Python. Its leaves, which are
columns and expressions such as ``log(x)``, are read here and computed in :mod:`solver.design`. What
joins the leaves (``+ - * : /`` and powers) is parsed by formulaic, which sees a letter for each.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from solver.errors import Refusal
from solver.formatting import quoted

EXAMPLE = "response ~ predictor + (1 | group)"

FUNCTIONS = ("I", "abs", "sqrt", "exp", "log", "log2", "log10", "center", "scale")
"""Functions of one column that give one; they may stand inside each other."""

STATELESS = ("I", "abs", "sqrt", "exp", "log", "log2", "log10")
"""Those of them whose value in a row depends on that row alone."""

BASES = ("poly", "bs")
"""Functions of one column that give several: formulaic's polynomials and splines."""

CONTRASTS = ("Treatment", "Sum", "Helmert", "Diff", "Poly")
"""Formulaic's codings of categories, which may stand second in ``C(…)``."""

LONGEST = 20_000
"""Characters that a formula may have."""

MOST_TERMS = 2_000
"""Terms that a formula may multiply out to."""

_SYNTAX = (
    ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub,
    ast.Call, ast.keyword, ast.Name, ast.Load, ast.Constant, ast.List,
)  # fmt: skip

NAME = r"(?:[A-Za-z_]|[^\x00-\x7f\s])(?:[\w.]|[^\x00-\x7f\s])*"
_TEXT = r"\"[^\"]*\"|'[^']*'"
_BRACKET = re.compile(rf"{_TEXT}|`[^`]*`|[()\[\]{{}}`]")
_LEAF = re.compile(rf"(?P<skip>%in%|\d[\w.]*)|(?P<call>{NAME}\(|\{{)|`[^`]+`|{NAME}")
_WITHIN = re.compile(
    rf"(?P<keep>{_TEXT}|\d+\.?\d*(?:[eE][+-]?\d+)?|{NAME}(?=\(|\s*=[^=])"
    r"|(?:(?<==)|(?<== ))(?:True|False)\b)"
    rf"|`(?P<quoted>[^`]+)`|(?P<name>{NAME})|\^"
)

_LETTERS = 0x20001
"""Leaves become letters from here on: rare Chinese ones, one for each."""

_GROUP_LETTER = chr(_LETTERS - 1)

_POWER = re.compile(r"(?<=\))\s*(?:\*\*|\^)\s*[1-9](?![\w.])")
_WRONG = {
    re.compile(r"\*\*|\^"): "A power stands after brackets, as in (a + b) ** 2. "
    "For that of a column write I(x ** 2).",
    re.compile(r"[-+*/:]\s*[-+/:]|[-+/:]\s*\*|\*\s+\*"): "Two signs follow each other.",
    re.compile(r"[*/:]\s*\d|\d\s*[*/:]|\b(?![01]\b(?!\.))\d[\w.]*"): "Put arithmetic into I(…), "
    "and a name that starts with a digit into back-quotes.",
    re.compile(r"\."): "Name the predictors one by one.",
}
"""What formulaic would not refuse, or not clearly, once all proper powers are gone."""

_LOOKALIKES = dict(zip("−∼∣\ufeff\u200b", "-~|  ", strict=True))


@dataclass(frozen=True)
class ParsedFormula:
    """A formula taken apart.

    A leaf is a syntax tree whose names are columns, in back-quotes where they are no plain words.

    Attributes
    ----------
    text : str
        The formula.
    group : str
        Column of the group term.
    response : ast.expr
        The leaf on the left-hand side.
    fixed : tuple of tuple of ast.expr
        The terms of the right-hand side without the group's, each a product of leaves; () is the
        intercept.
    columns : tuple of str
        The columns that the leaves use, from left to right.
    numeric : frozenset of str
        Those that must hold numbers.
    categorical : frozenset of str
        Those that stand in ``C(…)`` alone: their values are names even where they are numbers.
    """

    text: str
    group: str
    response: ast.expr
    fixed: tuple[tuple[ast.expr, ...], ...]
    columns: tuple[str, ...]
    numeric: frozenset[str]
    categorical: frozenset[str]

    @property
    def response_text(self) -> str:
        """The left-hand side, a column without its back-quotes."""
        leaf = self.response
        return column_of(leaf) if isinstance(leaf, ast.Name) else ast.unparse(leaf)


def column_of(name: ast.Name) -> str:
    """The column that a name in a leaf stands for."""
    return name.id.strip("`")


def parse_formula(text: str) -> ParsedFormula:
    """Read a formula with one group term.

    Raises
    ------
    Refusal
        When it does not parse (saying where), has no or several group terms, random slopes, several
        responses, or calls anything but the listed functions.
    """
    text = re.sub(r"`[^`]*`|\W", _as_typed, unicodedata.normalize("NFC", text)).strip()
    if len(text) > LONGEST:
        raise Refusal(f"The formula has {len(text)} characters. Write at most {LONGEST}.")
    try:
        return _parsed(text)
    except RecursionError:
        raise Refusal(f"The formula {quoted(text)} has too many parts to be read.") from None


def _as_typed(found: re.Match[str]) -> str:
    """A sign as a keyboard has it, and every blank as a space; back-quoted names as they are."""
    sign = found[0]
    blank = len(sign) == 1 and sign.isspace()
    return _LOOKALIKES.get(sign, " " if blank else sign)


def _parsed(text: str) -> ParsedFormula:
    letters, leaves = _lettered(text)
    if letters.count("~") != 1:
        raise Refusal(
            f"The formula {quoted(text)} needs one ~ between the response and the predictors. "
            f"Write it as: {EXAMPLE}."
        )
    letters, group = _group_term(text, letters, leaves)
    response = leaves.get(letters.partition("~")[0].strip())
    if response is None:
        raise Refusal(
            f"The formula {quoted(text)} needs one response on the left of the ~: "
            "a column or a function of one, such as y, log(y) or I(y / 10)."
        )
    terms = _terms(text, letters)
    if [term for term in terms if _GROUP_LETTER in term] != [(_GROUP_LETTER,)]:
        raise Refusal(
            f"The formula {quoted(text)} must join its group term to the others by a +. "
            f"Write it as: {EXAMPLE}."
        )
    terms.remove((_GROUP_LETTER,))
    if not terms:
        raise Refusal(f"The formula {quoted(text)} has no fixed effect. Leave the intercept in.")
    fixed = tuple(tuple(leaves[letter] for letter in term) for term in terms)
    _check_response(response, fixed, group)
    uses: dict[str, set[str]] = {}
    for name, use in [
        *_uses(response, "number"),
        *(used for term in fixed for leaf in term for used in _uses(leaf, "any")),
    ]:
        uses.setdefault(name, set()).add(use)
    return ParsedFormula(
        text=text,
        group=group,
        response=response,
        fixed=fixed,
        columns=tuple(uses),
        numeric=frozenset(name for name, use in uses.items() if "number" in use),
        categorical=frozenset(name for name, use in uses.items() if use == {"category"}),
    )


def _check_response(
    response: ast.expr, fixed: tuple[tuple[ast.expr, ...], ...], group: str
) -> None:
    """Refuse a response that explains itself."""
    name = column_of(response) if isinstance(response, ast.Name) else ast.unparse(response)
    if isinstance(response, ast.Name) and name == group:
        raise Refusal(f"{quoted(name)} is both the response and the group. Choose another group.")
    if any([ast.unparse(leaf) for leaf in term] == [ast.unparse(response)] for term in fixed):
        raise Refusal(f"{quoted(name)} is both the response and a predictor. Leave the latter out.")


def _uses(leaf: ast.AST, use: str) -> Iterator[tuple[str, str]]:
    """The columns in a leaf, and what they must hold: "number", "category" or "any" of the two."""
    match leaf:
        case ast.Name():
            yield column_of(leaf), use
        case ast.Call(func=ast.Name(id=function), args=[first, *_]):
            yield from _uses(first, "category" if function == "C" else "number")
        case ast.BinOp() | ast.UnaryOp():
            for part in ast.iter_child_nodes(leaf):
                yield from _uses(part, "number")


def _lettered(text: str) -> tuple[str, dict[str, ast.expr]]:
    """The formula with a letter and blanks in place of each leaf, and the leaves by letter."""
    _check_brackets(text)
    letters: dict[str, str] = {}
    leaves: dict[str, ast.expr] = {}
    done = ""
    while (start := len(done)) < len(text):
        found = _LEAF.match(text, start)
        if found is None or found["skip"]:
            done += found[0] if found else text[start]
            continue
        end = _closing(text, found.end() - 1) if found["call"] else found.end()
        leaf = _expression(text, start, end)
        letter = letters.setdefault(ast.unparse(leaf), chr(_LETTERS + len(letters)))
        leaves[letter] = leaf
        done += letter.ljust(end - start)
    return done, leaves


def _check_brackets(text: str) -> None:
    """Refuse brackets and back-quotes that do not pair."""
    opened: list[tuple[str, int]] = []
    for found in _BRACKET.finditer(text):
        sign, start = found[0], found.start()
        if sign == "``":
            raise _unparsed(text, start, start + 2, "A name is missing between the back-quotes.")
        if sign in "([{`":
            opened.append((sign, start))
        elif sign in ")]}" and (not opened or opened.pop()[0] + sign not in ("()", "[]", "{}")):
            raise _unparsed(text, start, start + 1, "It closes nothing.")
    if opened:
        raise _unparsed(text, opened[-1][1], opened[-1][1] + 1, "It is never closed.")


def _closing(text: str, start: int) -> int:
    """The end of what the bracket at ``start`` opens; all brackets pair."""
    depth = 0
    for found in _BRACKET.finditer(text, start):
        depth += (found[0] in "([{") - (found[0] in ")]}")
        if depth == 0:
            break
    return found.end()


def _expression(text: str, start: int, end: int) -> ast.expr:
    """A leaf's syntax tree: columns, arithmetic and listed functions."""
    source = text[start:end]
    if re.fullmatch(NAME, source):
        return ast.Name(source)
    names: list[str] = []

    def hide(found: re.Match[str]) -> str:
        name = found["quoted"] or found["name"]
        if name is None:
            return found["keep"] or "**"
        names.append(name if re.fullmatch(NAME, name) else f"`{name}`")
        return chr(_LETTERS + len(names) - 1)

    try:
        tree = ast.parse(_WITHIN.sub(hide, source).strip("{} "), mode="eval").body
    except (SyntaxError, ValueError, MemoryError):
        raise _unparsed(text, start, end) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _check_function(node)
        elif not isinstance(node, _SYNTAX):
            raise _unparsed(
                text, start, end, "It may hold columns, numbers, + - * / ^ and listed functions."
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and ord(node.id[0]) >= _LETTERS:
            node.id = names[ord(node.id) - _LETTERS]
    return tree


def _check_function(call: ast.Call) -> None:
    name = ast.unparse(call.func)
    if name not in (*FUNCTIONS, *BASES, *CONTRASTS, "C"):
        known = ", ".join([*FUNCTIONS, *BASES, "C"])
        raise Refusal(f"Formulas do not know the function {quoted(name)}, only: {known}.")
    if name not in CONTRASTS and not call.args:
        raise Refusal(f"The function '{name}' needs a column, as in {name}(x).")
    hidden = [k.arg for k in call.keywords if not k.arg or k.arg.startswith("_")]
    if hidden:
        raise Refusal(f"The function '{name}' has no option {quoted(hidden[0] or '**')}.")
    if name in FUNCTIONS and len(call.args) + len(call.keywords) > 1:
        raise Refusal(f"The function '{name}' takes one column and nothing else, as in {name}(x).")


def _group_term(text: str, letters: str, leaves: Mapping[str, Any]) -> tuple[str, str]:
    """The formula with a letter for the group term too, and the group's column."""
    bars = [found.span() for found in re.finditer(r"\|\|?", letters)]
    if not bars:
        raise Refusal(f"The formula {quoted(text)} has no group term. Add one, as in: {EXAMPLE}.")
    if len(bars) > 1:
        raise Refusal(
            f"The formula {quoted(text)} has {len(bars)} group terms. "
            "One is supported so far: a random intercept for one grouping, (1 | group)."
        )
    bar, after = bars[0]
    opened = []
    for k in range(bar):
        if letters[k] == "(":
            opened.append(k)
        elif letters[k] == ")":
            opened.pop()
    if not opened:
        raise Refusal(
            f"The formula {quoted(text)} has a | outside of brackets. Write it as: {EXAMPLE}."
        )
    start, end = opened[-1], _closing(letters, opened[-1])
    written = quoted(text[start:end])
    if letters[start + 1 : bar].strip() != "1":
        raise Refusal(
            f"The group term {written} has a random slope or leaves out the intercept, "
            "which is not yet supported. Write (1 | group)."
        )
    leaf = leaves.get(letters[after : end - 1].strip())
    if not isinstance(leaf, ast.Name):
        raise Refusal(
            f"The group term {written} must name one column, as in (1 | group) or "
            "(1 | `my group`). Nested and crossed groups are not yet supported."
        )
    letter = _GROUP_LETTER.ljust(end - start)
    return letters[:start] + letter + letters[end:], column_of(leaf)


def _terms(text: str, letters: str) -> list[tuple[str, ...]]:
    """The letters of each term on the right-hand side, low orders first; () is the intercept.

    A plain sum is its own parse, and spares most formulas the import of formulaic (0.4 s).
    """
    summands = [part.strip() for part in letters.partition("~")[2].split("+")]
    if len(summands) <= MOST_TERMS and all(
        part == "1" or (len(part) == 1 and part >= _GROUP_LETTER) for part in summands
    ):
        return [(), *dict.fromkeys((part,) for part in summands if part != "1")]

    from formulaic import Formula
    from formulaic.errors import FormulaicError
    from formulaic.parser import DefaultFormulaParser

    bare = _POWER.sub(lambda power: " " * len(power[0]), letters)
    for wrong, advice in _WRONG.items():
        found = wrong.search(bare)
        if found:
            raise _unparsed(text, *found.span(), advice)
    try:
        if _size(DefaultFormulaParser().get_ast(letters)) > MOST_TERMS:
            raise Refusal(
                f"The formula {quoted(text)} multiplies out to more than {MOST_TERMS} terms. "
                "Write out the interactions that you need."
            )
        terms = Formula(letters).rhs
    except FormulaicError as error:
        marked = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).partition("\n\n")[2]
        raise _unparsed(text, marked.find("⧛"), marked.find("⧚") - 1) from None
    return [tuple(factor.expr for factor in t.factors if factor.expr != "1") for t in terms]


def _size(node: Any) -> int:
    """How many terms a syntax tree of formulaic's multiplies out to, at most."""
    sizes = [_size(part) for part in getattr(node, "args", ())]
    match node.operator.symbol if sizes else "":
        case "*":
            return (sizes[0] + 1) * (sizes[1] + 1)
        case ":":
            return prod(sizes)
        case "**" | "^":
            return int(sizes[0] ** int(node.args[1].token))
    return sum(sizes) or 1


def _unparsed(text: str, start: int, end: int, advice: str = "") -> Refusal:
    place = f" at character {start + 1}, near {quoted(text[start:end])}" if start >= 0 else ""
    advice = advice or f"Write it as: {EXAMPLE}."
    return Refusal(f"The formula {quoted(text)} does not parse{place}. {advice}")
