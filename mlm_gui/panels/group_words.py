"""What the plot of the group lines says in words: what it leaves out, what can be seen, a row."""

from __future__ import annotations

import html

from PySide6.QtCore import QCoreApplication

from mlm_gui.panels.drawn_groups import DrawnGroups
from mlm_gui.panels.pooled_lines import PooledLines
from mlm_gui.widgets.observation_name import observation_name
from mlm_gui.widgets.plot_layout import count
from solver.formatting import number


def left_out(drawn: DrawnGroups) -> list[str]:
    """What of the data is not in the picture, and where the other predictors are held."""
    problem, notes = drawn.problem, []
    if len(drawn.rows) < problem.n:
        text = _tr("%1 of %2 rows drawn").replace("%1", count(len(drawn.rows)))
        notes.append(text.replace("%2", count(problem.n)))
    if len(drawn.groups) < problem.J:
        text = _tr("%1 of %2 group lines").replace("%1", count(len(drawn.groups)))
        notes.append(text.replace("%2", count(problem.J)))
    if drawn.held:
        notes.append(_tr("other predictors at their means"))
    return notes


def in_words(lines: PooledLines) -> list[str]:
    """The data, the common line, and how far û reaches."""
    problem, column, u = lines.drawn.problem, lines.drawn.column, lines.u
    text = _tr("%1 against %2: %3 rows in %4 groups").replace("%1", problem.response)
    text = text.replace("%2", problem.group if column is None else problem.fixed_names[column])
    text = text.replace("%3", count(problem.n)).replace("%4", count(problem.J))
    common = _tr("Common line %1").replace("%1", number(lines.level))
    if column is not None:
        common += _tr(" and slope %1").replace("%1", number(lines.slope))
    parts = [text, common]
    least, most = int(u.argmin()), int(u.argmax())
    if u[most] > u[least]:
        text = _tr("û from %1 (%2) to %3 (%4)").replace("%1", number(float(u[least])))
        text = text.replace("%2", problem.group_labels[least])
        text = text.replace("%3", number(float(u[most])))
        parts.append(text.replace("%4", problem.group_labels[most]))
    return parts


def row_in_words(drawn: DrawnGroups, row: int) -> str:
    """A row's name and its values, as HTML."""
    problem, k = drawn.problem, drawn.column
    values = [observation_name(problem, row)]
    if k is not None:
        x = number(float(problem.X[row, k]))
        values.append(f"{html.escape(problem.fixed_names[k])} {x}")
    values.append(f"{html.escape(problem.response)} {number(float(problem.y[row]))}")
    return " · ".join(values)


def _tr(text: str) -> str:
    return QCoreApplication.translate("group_words", text)
