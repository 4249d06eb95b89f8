"""An account in rich text: what goes in, the sum by terms, the rows of the data behind it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from PySide6.QtCore import QCoreApplication

from mlm_gui.theme import Theme
from mlm_gui.widgets.fact_table import aligned
from mlm_gui.widgets.html_table import number_cells, symbol_html, table_row
from mlm_gui.widgets.observation_name import observation_name
from mlm_gui.widgets.plot_layout import count
from solver import Problem
from solver.accounts.account import Account, Addend, Sum
from solver.formatting import number, short

ROWS = 8
"""Rows of the data that are listed."""

COLUMNS = 3
"""Predictors whose values are listed."""

WIDE = 24
"""Characters of a symbol from which on it has a line of its own."""

NAME = 22
"""Characters of a name in a table."""

VALUES = 4
"""Numbers of a term that have columns of their own; with more, only the term itself has one."""


def parts_html(account: Account, names: Sequence[str], theme: Theme) -> str:
    """The numbers that go in, each a link to its own account."""
    rows, seen = [], set()
    for k, (part, name) in enumerate(zip(account.parts, names, strict=True)):
        if part.quantity is None or part.symbol in seen:
            continue
        seen.add(part.symbol)
        link = _link(f"part:{k}", symbol_html(part.symbol), theme)
        if wide := len(part.symbol) > WIDE:
            rows.append(table_row(f"<td colspan='4'>{link}</td>"))
        rows.append(
            table_row(
                "<td></td>" if wide else f"<td>{link}&nbsp;&nbsp;</td>",
                number_cells(number(part.value, 5)),
                f"<td style='color:{theme.muted}'>&nbsp;&nbsp;{escape(name)}</td>",
            )
        )
    return _table(rows)


def sum_html(total: Sum, J: int, theme: Theme, digits: int = 4) -> str:
    """The terms with the numbers that they are made of, and what the others add up to."""
    told = total.term != "{0}" and len(total.heads) <= VALUES
    shown = [k for k, head in enumerate(total.heads) if head] if told else []
    muted = f"style='color:{theme.muted}'"
    head = f"<td align='right' {muted}>&nbsp;&nbsp;{{}}</td>"
    heads = "".join(head.format(symbol_html(total.heads[k])) for k in shown)
    columns = [_numbers([each.values[v] for each in total.addends], digits) for v in shown]
    left_out = [total.left_out_sum] if total.left_out else []
    own = _numbers([*(each.value for each in total.addends), *left_out, total.total], digits)
    rows = []
    if shown:
        rows.append(table_row("<td></td>", heads, head.format(_tr("term"))))
    for k, addend in enumerate(total.addends):
        cells = [
            _right(_factor(column[k], addend, k, v, theme))
            for v, column in zip(shown, columns, strict=True)
        ]
        cells.append(_right(own[k]))
        rows.append(table_row(_label(total, addend, k, J, theme), *cells))
    across = f"colspan='{len(shown) + 1}'"
    if total.left_out:
        more = _tr("{} more, together").replace("{}", count(total.left_out))
        rows.append(table_row(f"<td {across} {muted}>{more}</td>", _right(own[-2])))
    value = _right(f"<b>{own[-1]}</b>")
    rows.append(table_row(f"<td {across} {muted}>{_tr('sum')}</td>", value))
    return _table(rows)


def _numbers(values: Sequence[float], digits: int = 4) -> list[str]:
    """A column of numbers whose points stand in line where they are set flush right."""
    return aligned([number(value, digits) for value in values])


def _right(text: str) -> str:
    return f"<td align='right' style='white-space:nowrap'>&nbsp;&nbsp;{text}</td>"


def _factor(text: str, addend: Addend, k: int, v: int, theme: Theme) -> str:
    """A number of a term, a link where it has an account of its own."""
    if v >= len(addend.factors) or addend.factors[v] is None:
        return text
    return _link(f"term:{k}:{v}", text, theme)


def _label(total: Sum, addend: Addend, k: int, J: int, theme: Theme) -> str:
    text = symbol_html(addend.label) if total.over == "part" else escape(short(addend.label, NAME))
    if total.over == "observation":
        text = _tr("obs. {}").replace("{}", text)
    if addend.quantity is not None:
        text = _link(f"term:{k}", text, theme)
    if addend.group is not None:
        style = theme.group(addend.group, J)
        text = f"<span style='color:{style.colour}'>{style.sign}</span> {text}"
    return f"<td style='white-space:nowrap'>{text}</td>"


def drawn_on(account: Account, problem: Problem) -> str:
    """How many rows of the data are behind it."""
    rows = account.rows
    how_many = len(range(*rows.indices(problem.n))) if isinstance(rows, slice) else len(rows)
    if not how_many:
        return ""
    if how_many == 1:
        return _tr("One row of the data, once β, σ² and τ² are given")
    if how_many == problem.n:
        return _tr("All {} rows of the data are behind it").replace("{}", count(how_many))
    said = _tr("{} rows of the data, once β, σ² and τ² are given")
    return said.replace("{}", count(how_many))


def rows_html(account: Account, problem: Problem, theme: Theme) -> str:
    """The first rows of the data that the number depends on, with their places in the file."""
    rows = account.rows
    drawn = range(*rows.indices(problem.n)) if isinstance(rows, slice) else rows
    if not len(drawn):
        return ""
    columns = [
        (name, problem.X[:, k])
        for k, name in enumerate(problem.fixed_names)
        if name != "(Intercept)"
    ][:COLUMNS]
    columns.insert(0, (problem.response, problem.y))
    muted = f"style='color:{theme.muted}'"
    heads = "".join(
        f"<td align='right' {muted}>&nbsp;&nbsp;{escape(short(name, NAME))}</td>"
        for name, _ in columns
    )
    group = f"<td {muted}>&nbsp;&nbsp;{escape(short(problem.group, NAME))}</td>"
    lines = [table_row("<td></td>", group, heads)]
    listed = np.asarray(drawn[:ROWS]).tolist()
    texts = [_numbers(values[listed].tolist()) for _, values in columns]
    for row, i in enumerate(listed):
        j = int(problem.codes[i])
        style = theme.group(j, problem.J)
        label = escape(short(problem.group_labels[j], NAME))
        lines.append(
            table_row(
                f"<td {muted}>{observation_name(problem, i)}</td>",
                f"<td>&nbsp;&nbsp;<span style='color:{style.colour}'>{style.sign}</span> "
                f"{label}</td>",
                *(_right(column[row]) for column in texts),
            )
        )
    if len(drawn) > ROWS:
        more = _tr("and {} more").replace("{}", count(len(drawn) - ROWS))
        lines.append(table_row(f"<td colspan='{2 + len(columns)}' {muted}>{more}</td>"))
    return _table(lines)


def _link(target: str, text: str, theme: Theme) -> str:
    return f"<a href='{target}' style='color:{theme.accent}; text-decoration:none'>{text}</a>"


def _table(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    style = "<style>td { padding-top: 2px; }</style>"
    return f"{style}<table cellspacing='0' cellpadding='0'>{''.join(rows)}</table>"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Account", text)
