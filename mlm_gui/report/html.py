"""A report as one HTML file that needs nothing else: no network, no script, no other file."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from itertools import count

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
    as_html,
)
from mlm_gui.widgets.fact_table import aligned
from solver.exports.code_export import template

POINTS = 0.055
"""Ems of the page that a unit of a typeset formula takes."""


def as_page(
    content: Content, formulas: Mapping[str, str], plots: Mapping[str, str], made: str
) -> str:
    """The whole page.

    Parameters
    ----------
    content : Content
    formulas : mapping
        SVG pictures by line of LaTeX.
    plots : mapping
        SVG pictures by name; a plot without one is left out.
    made : str
        What stands at the foot.
    """
    writer = _Writer(formulas, plots)
    body = "\n".join(filter(None, map(writer.block, content.blocks)))
    contents = "".join(
        f'<li><a href="#{place}">{html.escape(text)}</a></li>\n' for place, text in writer.chapters
    )
    return template("report.html").substitute(
        title=html.escape(content.title),
        subtitle=html.escape(content.subtitle),
        style=(ASSETS / "exports" / "report.css").read_text(encoding="utf-8"),
        contents=contents,
        body=body,
        made=html.escape(made),
    )


class _Writer:
    """Writes block after block; chapters are numbered as they come."""

    def __init__(self, formulas: Mapping[str, str], plots: Mapping[str, str]) -> None:
        self._formulas, self._plots = formulas, plots
        self._figures, self._places = count(1), count(1)
        self.chapters: list[tuple[str, str]] = []
        self._writers: dict[type[Block], Callable[..., str]] = {
            Heading: self._heading,
            Paragraph: _paragraph,
            Formula: self._formula,
            Worked: _worked,
            Beside: _beside,
            Table: _table,
            Facts: _facts,
            Figure: self._figure,
            Code: _code,
        }

    def block(self, block: Block) -> str:
        """One block."""
        return self._writers[type(block)](block)

    def _heading(self, block: Heading) -> str:
        level, text = block.level + 1, html.escape(block.text)
        if block.level == 1:
            place = f"chapter-{next(self._places)}"
            self.chapters.append((place, block.text))
            return f'<h{level} id="{place}">{text}</h{level}>'
        note = f'<span class="note">{html.escape(block.note)}</span>' if block.note else ""
        number, dot, title = text.partition(" · ")
        if dot:
            text = f'<span><span class="place">{number}</span> · {title}</span>'
        return f"<h{level}>{text}{note}</h{level}>"

    def _formula(self, block: Formula) -> str:
        pictures = "".join(
            _named(self._formulas[latex], plain)
            for latex, plain in zip(block.latex, block.plain, strict=False)
            if latex in self._formulas
        )
        return f'<figure class="formula">{pictures}</figure>'

    def _figure(self, block: Figure) -> str:
        if block.plot not in self._plots:
            return ""
        caption = as_html(block.caption)
        picture = _named(self._plots[block.plot], block.caption)
        number = next(self._figures)
        return (
            f'<figure class="plot">{picture}'
            f"<figcaption>Figure {number}. {caption}</figcaption></figure>"
        )


def _named(svg: str, text: str) -> str:
    """A picture with its words for who cannot see it."""
    label = html.escape(text, quote=True)
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def _paragraph(block: Paragraph) -> str:
    kind = f' class="{block.kind}"' if block.kind else ""
    return f"<p{kind}>{as_html(block.text, block.plain)}</p>"


def _worked(block: Worked) -> str:
    parts = (
        f"<span>{as_html(part)}</span>" if isinstance(part, str) else _matrix(part)
        for part in block.parts
    )
    return f'<div class="worked">{"".join(parts)}</div>'


def _beside(block: Beside) -> str:
    return f'<div class="beside">{"".join(map(_worked, block.items))}</div>'


def _matrix(matrix: Matrix) -> str:
    columns = [aligned(list(column)) for column in zip(*matrix.rows, strict=True)]
    last_row, last = len(matrix.rows) - 1, len(columns) - 1
    lines = []
    if matrix.column_heads:
        corner = "<th></th>" if matrix.row_heads else ""
        heads = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in matrix.column_heads)
        lines.append(f"<tr>{corner}{heads}</tr>")
    for i, row in enumerate(zip(*columns, strict=True)):
        cells = []
        if matrix.row_heads:
            cells.append(f'<th scope="row">{html.escape(matrix.row_heads[i])}</th>')
        for k, text in enumerate(row):
            at = {"left": k == 0, "right": k == last, "top": i == 0, "bottom": i == last_row}
            sides = " ".join(side for side, there in at.items() if there)
            cells.append(f'<td class="{sides}">{text}</td>' if sides else f"<td>{text}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    power = '<span class="power">−1</span>' if matrix.inverse else ""
    return f'<table class="matrix">{"".join(lines)}</table>{power}'


def _table(block: Table) -> str:
    columns = [list(column) for column in zip(*block.rows, strict=True)]
    for k in block.numeric:
        columns[k] = aligned(columns[k])
    marks = ["number" if k in block.numeric else "" for k in range(len(block.heads))]
    heads = "".join(
        f'<th scope="col"{_class(mark)}>{as_html(head, plain=block.names_first and k == 0)}</th>'
        for k, (head, mark) in enumerate(zip(block.heads, marks, strict=True))
    )
    lines = []
    for i, row in enumerate(zip(*columns, strict=True)):
        tag = "th" if block.names_first else "td"
        scope = ' scope="row"' if tag == "th" else ""
        first = (
            f"<{tag}{scope}{_class(marks[0])}>{as_html(row[0], not block.symbols_first)}</{tag}>"
        )
        cells = "".join(
            f"<td{_class(mark)}>{html.escape(text)}</td>"
            for text, mark in zip(row[1:], marks[1:], strict=True)
        )
        lines.append(f"<tr{_class('lit' if i == block.lit else '')}>{first}{cells}</tr>")
    caption = f"<caption>{as_html(block.caption)}</caption>" if block.caption else ""
    return (
        f'<div class="scroll"><table class="data">{caption}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _facts(block: Facts) -> str:
    pairs = "".join(
        f"<dt>{as_html(name, block.plain)}</dt><dd>{as_html(text, block.plain)}</dd>"
        for name, text in block.pairs
    )
    return f"<dl{_class('small' if block.small else '')}>{pairs}</dl>"


def _code(block: Code) -> str:
    return f'<pre><code class="language-{block.language}">{html.escape(block.text)}</code></pre>'
