"""Matrices between brackets: decimals aligned, names of rows and columns outside."""

from __future__ import annotations

from collections.abc import Sequence

from mlm_gui.widgets.mathlayout import Box, Bracket, Face, Group, Placed

ROW = 1.28
"""Height of a row, in ems."""


def matrix_box(
    cells: Sequence[Sequence[Box]],
    points: Sequence[Sequence[float]],
    face: Face,
    colour: str,
    row_names: Sequence[Box] = (),
    column_names: Sequence[Box] = (),
) -> Group:
    """A matrix of boxes.

    Parameters
    ----------
    cells : (rows × columns) Box
    points : (rows × columns) float
        Where each cell's decimal point is, from its left: the points of a column stand in line.
    face : Face
        Of the cells.
    colour : str
        Of the brackets.
    row_names, column_names : sequence of Box
        Set outside the brackets, to the left and above.
    """
    em, line = face.em, max(1.0, 0.055 * face.em)
    rows, columns = len(cells), len(cells[0]) if cells else 0
    names = max((box.width for box in row_names), default=0.0)
    margin = 0.15 * em if row_names else 0.0
    lead = names + (margin + 0.3 * em if row_names else 0.0)
    arm, inset = 0.28 * em, 0.16 * em
    height = max(rows, 1) * ROW * em
    top = height / 2 + 0.27 * em
    head = max((box.height for box in column_names), default=0.0)

    parts: list[Placed] = []
    x = lead + arm + inset
    for k in range(columns):
        left = max(points[i][k] for i in range(rows))
        right = max(cells[i][k].width - points[i][k] for i in range(rows))
        if column_names:
            name = column_names[k]
            spare = left + right - name.width
            left += max(-spare, 0.0) / 2
            right += max(-spare, 0.0) / 2
            parts.append(Placed(name, x + max(spare, 0.0) / 2, -top - name.descent))
        parts += [
            Placed(cells[i][k], x + left - points[i][k], _baseline(i, top, em)) for i in range(rows)
        ]
        x += left + right + (0.9 * em if k < columns - 1 else 0.0)
    width = x + inset + arm
    for i, name in enumerate(row_names):
        parts.append(Placed(name, margin + names - name.width, _baseline(i, top, em)))
    for opening in (True, False):
        bracket = Bracket(
            width=arm,
            ascent=top,
            descent=height - top,
            opening=opening,
            line=line,
            colour=colour,
        )
        parts.append(Placed(bracket, lead if opening else width - arm))
    return Group(
        width=width,
        ascent=top + head,
        descent=height - top,
        plain=_plain(cells),
        parts=parts,
    )


def _baseline(i: int, top: float, em: float) -> float:
    return -top + (i + 0.5) * ROW * em + 0.27 * em


def _plain(cells: Sequence[Sequence[Box]]) -> str:
    """[a, b; c, d]; a column is written (a, b)."""
    if cells and all(len(line) == 1 for line in cells):
        return f"({', '.join(line[0].plain for line in cells)})"
    return f"[{'; '.join(', '.join(cell.plain for cell in line) for line in cells)}]"
