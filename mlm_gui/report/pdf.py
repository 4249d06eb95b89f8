"""A report as PDF, set by Typst: pages, running feet, contents, and tags for screen readers.

Typst comes as one file with its fonts in it; it opens no connection and needs nothing installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from unicodedata import category

from assets import ASSETS
from mlm_gui.report.blocks import (
    Beside,
    Block,
    Code,
    Content,
    Facts,
    Figure,
    Formula,
    Heading,
    Matrix,
    Paragraph,
    Table,
    Worked,
    runs,
)
from mlm_gui.widgets.fact_table import aligned

POINTS = 0.52
"""Points that a unit of a typeset formula takes."""


UNSET = ("Cc", "Cs", "Cn")
"""Kinds of characters that no document may hold."""


def as_pdf(
    content: Content, formulas: Mapping[str, str], plots: Mapping[str, str], made: str
) -> bytes:
    """The whole document; the parameters are those of :func:`mlm_gui.report.html.as_page`."""
    import matplotlib as mpl
    import typst

    folder = str(Path(mpl.get_data_path()) / "fonts" / "ttf")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    source = as_source(content, formulas, plots, made)
    written: bytes = typst.compile(source.encode(), font_paths=fonts)
    return written


def as_source(
    content: Content, formulas: Mapping[str, str], plots: Mapping[str, str], made: str
) -> str:
    """The document as Typst reads it; every text of it is a quoted string."""
    writer = _Writer(formulas, plots)
    style = (ASSETS / "exports" / "report.typ").read_text(encoding="utf-8")
    head = (
        f"#show: report.with(title: {_quoted(content.title)}, "
        f"subtitle: {_quoted(content.subtitle)}, made: {_quoted(made)})\n"
    )
    return style + head + "\n".join(filter(None, map(writer.block, content.blocks))) + "\n"


class _Writer:
    """Writes block after block."""

    def __init__(self, formulas: Mapping[str, str], plots: Mapping[str, str]) -> None:
        self._formulas, self._plots = formulas, plots
        self._writers: dict[type[Block], Callable[..., str]] = {
            Heading: _heading,
            Paragraph: _paragraph,
            Formula: self._formula,
            Worked: lambda block: f"#{_worked(block)}",
            Beside: _beside,
            Table: _table,
            Facts: _facts,
            Figure: self._figure,
            Code: lambda block: f"#code({_quoted(block.text)}, {_quoted(block.language)})",
        }

    def block(self, block: Block) -> str:
        """One block."""
        return self._writers[type(block)](block)

    def _formula(self, block: Formula) -> str:
        pictures = []
        for latex, plain in zip(block.latex, block.plain, strict=False):
            if latex in self._formulas:
                svg = self._formulas[latex]
                width = float(svg.partition('width="')[2].partition('"')[0])
                size = f"{min(POINTS * width, 430):.1f}pt"
                pictures.append(f"picture({_quoted(svg)}, {_quoted(plain)}, {size})")
        return f"#formula({', '.join(pictures)})"

    def _figure(self, block: Figure) -> str:
        if block.plot not in self._plots:
            return ""
        caption = f"({_quoted(block.caption)}, {_rich(block.caption)})"
        return f"#plot({_quoted(self._plots[block.plot])}, {caption})"


def _heading(block: Heading) -> str:
    text, note = block.text, block.note
    if block.level == 1:
        return f"#heading(level: 1, {_quoted(text)})"
    place, dot, title = text.partition(" · ")
    if dot:
        return f"#step({_quoted(place)}, {_rich(title)}, {_quoted(note)})"
    return f"#section({_quoted(text)}, {_quoted(note)})"


def _paragraph(block: Paragraph) -> str:
    text = _quoted(block.text) if block.plain else _rich(block.text)
    return f"#{block.kind}({text})" if block.kind else f"#par({text})"


def _worked(block: Worked) -> str:
    parts = (_rich(part) if isinstance(part, str) else _matrix(part) for part in block.parts)
    return f"worked({', '.join(parts)})"


def _beside(block: Beside) -> str:
    items = (
        " + ".join(_rich(p) if isinstance(p, str) else _matrix(p) for p in item.parts)
        for item in block.items
    )
    return f"#beside({', '.join(items)})"


def _matrix(matrix: Matrix) -> str:
    columns = [aligned(list(column)) for column in zip(*matrix.rows, strict=True)]
    rows = _array(_array(map(_quoted, row)) for row in zip(*columns, strict=True))
    row_heads = _array(map(_quoted, matrix.row_heads))
    column_heads, inverse = _array(map(_quoted, matrix.column_heads)), str(matrix.inverse).lower()
    return f"entries({rows}, {row_heads}, {column_heads}, {inverse})"


def _table(block: Table) -> str:
    columns = [list(column) for column in zip(*block.rows, strict=True)]
    for k in block.numeric:
        columns[k] = aligned(columns[k])
    heads = _array(_head(block, k) for k in range(len(block.heads)))
    first = _rich if block.symbols_first else _quoted
    rows = _array(
        _array([first(row[0]), *map(_quoted, row[1:])]) for row in zip(*columns, strict=True)
    )
    numeric, lit = _array(map(str, block.numeric)), "none" if block.lit is None else block.lit
    return f"#data({heads}, {rows}, {numeric}, {_rich(block.caption)}, {lit})"


def _head(block: Table, k: int) -> str:
    return _quoted(block.heads[k]) if block.names_first and not k else _rich(block.heads[k])


def _facts(block: Facts) -> str:
    write = _quoted if block.plain else _rich
    pairs = (f"({write(name)}, {write(text)})" for name, text in block.pairs)
    return f"#{'notes' if block.small else 'facts'}({', '.join(pairs)})"


def _rich(text: str) -> str:
    """A text whose symbols are set as such."""
    parts = (f"{_SET[run.kind]}({_quoted(run.text)})" for run in runs(text))
    return f"({' + '.join(parts)})" if text else '""'


_SET = {
    "": "text",
    "italic": "emph",
    "low": "sub",
    "high": "super",
    "hat": "hatted",
    "bar": "barred",
}


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _quoted(text: str) -> str:
    """A text as a string of Typst's."""
    safe = "".join(c if category(c) not in UNSET or c in "\n\t" else "\ufffd" for c in text)
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        safe = safe.replace(sign, written)
    return f'"{safe}"'
