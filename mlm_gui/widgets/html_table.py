"""Small tables in rich text, decimal points under one another."""

from __future__ import annotations

import html
import re


def table_row(*cells: str) -> str:
    """A row of cells."""
    return f"<tr>{''.join(cells)}</tr>"


def number_cells(text: str, *, bold: bool = False) -> str:
    """A number in two cells that meet at the decimal point."""
    whole, point, after = text.partition(".")
    start, end = ("<b>", "</b>") if bold else ("", "")
    nowrap = "style='white-space:nowrap'"
    return (
        f"<td align='right' {nowrap}>{start}{whole}{end}</td>"
        f"<td {nowrap}>{start}{point}{after}{end}</td>"
    )


def symbol_html(text: str) -> str:
    """A symbol such as û_{5} or ω_j with its subscripts below the line."""
    return _SUBSCRIPT.sub(
        lambda found: f"<sub>{found[1] or found[2]}</sub>", html.escape(text, quote=False)
    )


_SUBSCRIPT = re.compile(r"_\{([^}]*)\}|_(\w)")
