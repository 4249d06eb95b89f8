"""The text of a scene: paragraphs, points and formulas, with places for live numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from solver.errors import Refusal
from solver.plain_math import plain_math


@dataclass(frozen=True)
class Part:
    """A piece of a line.

    Attributes
    ----------
    kind : {"words", "term", "math", "value"}
        Running text, an emphasised term, LaTeX, or a placeholder.
    text : str
        What stands between the marks.
    """

    kind: Literal["words", "term", "math", "value"]
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, a point of a list, or a formula on a line of its own.

    Attributes
    ----------
    kind : {"paragraph", "point", "formula"}
    parts : tuple of Part
        A formula has one, of kind ``math``.
    """

    kind: Literal["paragraph", "point", "formula"]
    parts: tuple[Part, ...]


def parse_text(text: str) -> tuple[Block, ...]:
    """The blocks of a text.

    Paragraphs are parted by empty lines; a line that begins with ``- `` is a point; ``$…$`` is a
    formula in the line and ``$$…$$`` one on lines of its own; ``*…*`` is a term that is met for the
    first time; ``{…}`` is a placeholder, outside formulas.

    Raises
    ------
    Refusal
        When a mark is not closed; the sentence quotes the words around it.
    """
    blocks: list[Block] = []
    for k, piece in enumerate(re.split(r"\$\$", text)):
        if k % 2:
            blocks.append(Block("formula", (Part("math", " ".join(piece.split())),)))
        else:
            blocks += _paragraphs(piece)
    if text.count("$$") % 2:
        raise Refusal("A '$$' is not closed by another.")
    return tuple(blocks)


def parse_line(line: str) -> tuple[Part, ...]:
    """The parts of one line."""
    parts: list[Part] = []
    end = 0
    for mark in _MARKS.finditer(line):
        parts += _words(line[end : mark.start()])
        kind = _KINDS[str(mark.lastgroup)]
        parts.append(Part(kind, mark[kind]))
        end = mark.end()
    return (*parts, *_words(line[end:]))


def plain_text(parts: tuple[Part, ...]) -> str:
    """The parts in plain characters, with a placeholder's own name where its value would be."""
    return "".join(
        plain_math(part.text)
        if part.kind == "math"
        else f"{{{part.text}}}"
        if part.kind == "value"
        else part.text
        for part in parts
    )


def _paragraphs(text: str) -> list[Block]:
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = re.split(r"\n(?=\s*- )", paragraph.strip())
        for line in filter(None, lines):
            joined = " ".join(line.split())
            point = joined.startswith("- ")
            parts = parse_line(joined[2:] if point else joined)
            blocks.append(Block("point" if point else "paragraph", parts))
    return blocks


_MARKS = re.compile(
    r"\$(?P<math>[^$]+)\$|\{(?P<value>[^{}]+)\}|(?<!\w)\*(?P<term>[^*\s]|[^*\s][^*]*[^*\s])\*(?!\w)"
)


_KINDS: dict[str, Literal["math", "value", "term"]] = {
    "math": "math",
    "value": "value",
    "term": "term",
}


def _words(text: str) -> list[Part]:
    loose = re.search(r"[${}]", text)
    if loose:
        around = text[max(loose.start() - 20, 0) : loose.end() + 20].strip()
        raise Refusal(f"A '{loose[0]}' has no partner, at '{around}'.")
    return [Part("words", text)] if text else []
