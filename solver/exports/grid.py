"""A rectangle of numbers and texts on its way out: as tabs, CSV, HTML or LaTeX."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.errors import Refusal
from solver.formatting import MINUS, number

if TYPE_CHECKING:
    from solver.matrices import Matrix
    from solver.moments import Codes

Value = float | int | str | None

MOST = 1_000_000
"""Entries that are written as CSV or put on the clipboard at once."""

MOST_SET = 2_500
"""Entries that are written in LaTeX."""


@dataclass(frozen=True)
class Grid:
    """Rows of values under heads.

    Attributes
    ----------
    heads : one for each column
    rows : the values; a number keeps all its digits, None is an empty cell
    name : of a matrix, which LaTeX sets between brackets; its first column are the rows' labels
    digits : significant digits in LaTeX
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    name: str = ""
    digits: int = 4

    def tabs(self) -> str:
        """The cells with tabs between them, as spreadsheets take them."""
        return _separated(self._with_heads(), "\t")

    def csv(self) -> str:
        """The cells with commas between them, every number with all its digits."""
        return _separated(self._with_heads(), ",")

    def html(self) -> str:
        """A table that word processors take."""
        head = "".join(f"<th>{html.escape(text)}</th>" for text in self.heads)
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(_plain(value))}</td>' for value in row)}</tr>"
            for row in self.rows
        )
        return f"<table><tr>{head}</tr>{rows}</table>"

    def latex(self) -> str:
        """A matrix between brackets, or a table with the rules of the package booktabs.

        Raises
        ------
        Refusal
            When there are too many entries for a page.
        """
        if len(self.rows) * len(self.heads) > MOST_SET:
            raise Refusal(
                f"{len(self.rows)} × {len(self.heads)} entries are too many for LaTeX. "
                "Select a smaller block, or save it as CSV."
            )
        if self.name:
            lines = (" & ".join(self._set(value) for value in row[1:]) for row in self.rows)
            body = " \\\\\n  ".join(lines)
            name = latex_symbol(self.name)
            return f"{name} = \\begin{{bmatrix}}\n  {body}\n\\end{{bmatrix}}"
        kinds = "".join("l" if self._is_text(k) else "r" for k in range(len(self.heads)))
        head = " & ".join(map(latex_text, self.heads))
        rows = "\n".join(
            "  " + " & ".join(self._cell(value) for value in row) + r" \\" for row in self.rows
        )
        return (
            f"\\begin{{tabular}}{{{kinds}}}\n  \\toprule\n  {head} \\\\\n  \\midrule\n{rows}\n"
            "  \\bottomrule\n\\end{tabular}"
        )

    def _with_heads(self) -> list[Sequence[Value]]:
        return [self.heads, *self.rows] if any(self.heads) else list(self.rows)

    def _is_text(self, column: int) -> bool:
        return any(isinstance(row[column], str) for row in self.rows)

    def _cell(self, value: Value) -> str:
        if value is None:
            return ""
        return latex_text(value) if isinstance(value, str) else f"${self._set(value)}$"

    def _set(self, value: Value) -> str:
        if value is None:
            return ""
        return latex_text(value) if isinstance(value, str) else latex_number(value, self.digits)


def matrix_grid(matrix: Matrix, rows: Codes, columns: Codes) -> Grid:
    """A block of a matrix with the labels of its rows and columns.

    Raises
    ------
    Refusal
        When the block has more than :data:`MOST` entries.
    """
    if len(rows) * len(columns) > MOST:
        raise Refusal(
            f"{len(rows)} × {len(columns)} entries of {matrix.name} are too many to take along. "
            "Select a smaller block."
        )
    heads = matrix.column_labels(columns)
    if not any(heads):
        heads = [matrix.letter]
    block = matrix.block(rows, columns).tolist()
    labels = matrix.row_labels(rows)
    named = [(label, *values) for label, values in zip(labels, block, strict=True)]
    return Grid(("", *heads), tuple(named), name=matrix.letter)


def latex_number(value: float, digits: int = 4) -> str:
    """A number as LaTeX writes it inside a formula."""
    text = number(float(value), digits).replace(MINUS, "-")
    text = text.replace("∞", r"\infty").replace("–", r"\text{--}")
    mantissa, times, power = text.partition("·10")
    if not times:
        return text
    return f"{mantissa}\\cdot 10^{{{power.translate(_FROM_SUPERSCRIPT)}}}"


def latex_text(text: str) -> str:
    """A text as LaTeX writes it; the field's symbols stand in formulas."""
    return "".join(_LATEX.get(sign, sign) for sign in text)


def latex_symbol(name: str) -> str:
    """The name of a matrix, such as (XᵀV⁻¹X)⁻¹ or û, inside a formula."""
    name = re.sub(r"(\w)\u0302", r"\\hat{\1}", name).replace("û", r"\hat{u}")
    return "".join(_MATHS.get(sign, sign) for sign in name)


def _separated(rows: Sequence[Sequence[Value]], separator: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows([["" if v is None else v for v in row] for row in rows])
    return text.getvalue()


def _plain(value: Value) -> str:
    return "" if value is None else str(value)


_FROM_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

_MATHS = {
    "β": r"\beta ", "ε": r"\varepsilon ", "σ": r"\sigma ", "τ": r"\tau ", "μ": r"\mu ",
    "λ": r"\lambda ", "ℓ": r"\ell ", "∂": r"\partial ", "Δ": r"\Delta ", "ω": r"\omega ",
    "²": "^{2}", "ᵀ": r"^{\mathsf{T}}", "⁻": "^{-", "¹": "1}", "−": "-", "·": r"\cdot ",
    "₀": "_{0}", "½": r"\tfrac12 ",
}  # fmt: skip

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "−": "$-$", "≤": r"$\le$", "✓": r"$\checkmark$", "✗": r"$\times$",
    "²": "$^2$", "ᵀ": r"$^{\mathsf T}$", "½": r"$\frac12$", "¼": r"$\frac14$", "⅛": r"$\frac18$",
    **{sign: f"${_MATHS[sign].strip()}$" for sign in "βεσταμλℓ∂Δω" if sign in _MATHS},
    "û": r"$\hat{u}$",
}  # fmt: skip
