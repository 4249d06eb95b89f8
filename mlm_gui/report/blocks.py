"""What a report is made of, whatever it is set as: headings, paragraphs, formulas and tables."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 is a chapter's, 2 a section's, 3 a step's."""

    level: int
    text: str
    note: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    Attributes
    ----------
    text : may hold symbols, which are set as such, unless ``plain``
    kind : ``lead`` is the first sentence of a step, ``aside`` a derivation, ``verdict`` an outcome
    plain : whether it stands as it is, because it holds words of the reader's
    """

    text: str
    kind: Literal["", "lead", "aside", "verdict"] = ""
    plain: bool = False


@dataclass(frozen=True)
class Formula:
    """Lines of LaTeX, and the same in plain characters for who cannot see them."""

    latex: tuple[str, ...]
    plain: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Entries between brackets, with heads outside; its inverse has a −1 at the upper right."""

    rows: tuple[tuple[str, ...], ...]
    row_heads: tuple[str, ...] = ()
    column_heads: tuple[str, ...] = ()
    inverse: bool = False


@dataclass(frozen=True)
class Worked:
    """A formula with numbers in it: words and matrices beside one another."""

    parts: tuple[str | Matrix, ...]


@dataclass(frozen=True)
class Beside:
    """Formulas with numbers that stand beside one another where there is room."""

    items: tuple[Worked, ...]


@dataclass(frozen=True)
class Table:
    """Rows under heads.

    Attributes
    ----------
    heads, rows : texts; those of the columns in ``numeric`` are numbers
    numeric : columns whose decimal points stand in line
    caption : what it shows
    lit : the row that is "now", if any
    symbols_first : whether the first column holds symbols, and not the reader's names
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    caption: str = ""
    lit: int | None = None
    symbols_first: bool = False

    @property
    def names_first(self) -> bool:
        """Whether the first column holds names, which stand as they are."""
        return 0 not in self.numeric


@dataclass(frozen=True)
class Facts:
    """Names and what they are.

    Attributes
    ----------
    pairs : tuple of (name, text)
    plain : whether the texts stand as they are, because they hold words of the reader's
    small : whether they are notes to a table
    """

    pairs: tuple[tuple[str, str], ...]
    plain: bool = True
    small: bool = False


@dataclass(frozen=True)
class Figure:
    """A plot of the run, by its name, with what it shows in words."""

    plot: str
    caption: str


@dataclass(frozen=True)
class Code:
    """Code as it is typed."""

    text: str
    language: str


Block = Heading | Paragraph | Formula | Worked | Beside | Table | Facts | Figure | Code


@dataclass(frozen=True)
class Content:
    """A whole report.

    Attributes
    ----------
    title, subtitle : str
    blocks : sequence of Block
    """

    title: str
    subtitle: str
    blocks: Sequence[Block] = field(repr=False)


class Run(NamedTuple):
    """A piece of text.

    Attributes
    ----------
    text : str
    kind : plain, ``italic``, ``low`` (a subscript), ``high`` (a superscript), or an italic letter
        with a ``hat`` or a ``bar``
    """

    text: str
    kind: Literal["", "italic", "low", "high", "hat", "bar"] = ""


def runs(text: str) -> list[Run]:
    """A text with its symbols told apart: letters that are variables, subscripts, superscripts."""
    found: list[Run] = []
    plain, place, free = "", 0, True
    while place < len(text):
        match = _LOW.match(text, place) or _HIGH.match(text, place)
        if match is None and free:
            match = _LETTERS.match(text, place)
        if match is None:
            plain += text[place]
            free = not (text[place].isalpha() or text[place] in "'’")
            place += 1
            continue
        found += [Run(plain)] if plain else []
        plain, place, free = "", match.end(), True
        if match["kind"] == "_":
            found.append(Run(match["text"].strip("{}"), "low"))
        elif match.re is _HIGH:
            found.append(Run(match["text"].translate(_PLAIN), "high"))
        else:
            found += _letters(match["text"])
    return [*found, *([Run(plain)] if plain else [])]


def _letters(text: str) -> list[Run]:
    """Variables side by side, some with a hat or a bar."""
    found: list[Run] = []
    for letter, mark in _LETTER.findall(unicodedata.normalize("NFD", text)):
        if mark:
            found.append(Run(letter, "hat" if mark == HAT else "bar"))
        elif found and found[-1].kind == "italic":
            found[-1] = Run(found[-1].text + letter, "italic")
        else:
            found.append(Run(letter, "italic"))
    return found


HAT = "\u0302"

_LETTER = re.compile("(.)([\u0302\u0304]?)")

_LOW = re.compile(
    r"(?<=[\w\u0302\u0304])(?P<kind>_)(?P<text>\{[^}]*\}|[a-z]{1,2}(?![a-z])|[A-Z0-9στ])"
)
_HIGH = re.compile(r"(?P<kind>)(?P<text>[ᵀ⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_LETTERS = re.compile(
    r"(?P<kind>)(?P<text>(?:[XZVPHyuûβεστθμλω][\u0302\u0304]?){2,3}|"
    r"[b-zB-HJ-Zα-ωûŷℓℐ][\u0302\u0304]?)(?![A-Za-z'’α-ω\u0302\d])"
)
_PLAIN = str.maketrans("ᵀ⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "T0123456789−")


def as_html(text: str, plain: bool = False) -> str:
    """A text as HTML."""
    if plain:
        return html.escape(text)
    return "".join(_TAGS[run.kind].format(html.escape(run.text)) for run in runs(text))


_TAGS = {
    "": "{}",
    "italic": "<i>{}</i>",
    "low": "<sub>{}</sub>",
    "high": "<sup>{}</sup>",
    "hat": '<math><mover accent="true"><mi>{}</mi><mo>^</mo></mover></math>',
    "bar": '<math><mover accent="true"><mi>{}</mi><mo>¯</mo></mover></math>',
}
