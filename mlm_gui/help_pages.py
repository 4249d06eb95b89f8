"""What the help says: keys and mouse, the data, and the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence

from mlm_gui.actions import ACTIONS
from mlm_gui.widgets.rich_text import rich_text
from solver.analysis import Analysis
from solver.course import Course
from solver.data.examples import Example, Variable, load_example
from solver.data.sources import ExampleSource
from solver.lessons import symbols, words


def keys_page(actions: Mapping[str, QAction]) -> str:
    """What every key does, and what the mouse does in the panes."""
    keys = [
        (action.text(), " &nbsp; ".join(map(_native, action.shortcuts())))
        for entry in ACTIONS
        if (action := actions[entry.name]).shortcuts()
    ]
    mouse = [(rich_text(done), rich_text(then)) for done, then in words()["mouse"].items()]
    return (
        f"<h3>{_tr('Keys')}</h3>{_table(keys)}"
        f"<h3>{_tr('Mouse')}</h3>{_table(mouse)}"
        f"<h3>{_tr('In a plot that has the keyboard')}</h3>{_table(_plot_keys())}"
    )


def data_page(analysis: Analysis) -> str:
    """Title, source, variables and what to look for; of a reader's own data their shape."""
    source, problem = analysis.choices.source, analysis.problem
    about = load_example(source.name) if isinstance(source, ExampleSource) else None
    size = _tr("{} rows in {} groups, fitted under {}").format(
        problem.n, problem.J, escape(problem.formula)
    )
    if about is None:
        names = [*problem.fixed_names, problem.response, problem.group]
        return (
            f"<h3>{escape(source.title)}</h3><p>{size}</p>"
            f"<p>{_tr('Columns of the model:')} {escape(', '.join(names))}</p>"
        )
    return f"<h3>{escape(about.title)}</h3><p>{size}</p>{_about(about)}"


def words_page(course: Course) -> str:
    """Every symbol and every short word of a course, with what it means."""
    said = [
        (f"<b>{rich_text(each.symbol)}</b>", f"{rich_text(each.name)}: {rich_text(each.meaning)}")
        for name, each in symbols().items()
        if name not in course.hidden_symbols
    ]
    terms = [(f"<b>{rich_text(t)}</b>", rich_text(meant)) for t, meant in words()["terms"].items()]
    return f"<h3>{_tr('Symbols')}</h3>{_table(said)}<h3>{_tr('Words')}</h3>{_table(terms)}"


def _about(example: Example) -> str:
    said = "".join(f"<p>{escape(part)}</p>" for part in example.look_for.splitlines() if part)
    variables = [_variable(each) for each in example.variables]
    return (
        f"<h4>{_tr('What to look for')}</h4>{said}"
        f"<h4>{_tr('Variables')}</h4>{_table(variables)}"
        f"<h4>{_tr('Source')}</h4><p>{escape(example.source)}</p><p>{escape(example.rights)}</p>"
    )


def _variable(each: Variable) -> tuple[str, str]:
    unit = f" ({escape(each.unit)})" if each.unit else ""
    labels = "".join(f"<br>{escape(code)} = {escape(label)}" for code, label in each.labels.items())
    missing = ""
    if each.missing:
        codes = ", ".join(map(str, each.missing))
        missing = "<br>" + _tr("no answer: {}").format(codes)
    return f"<b>{escape(each.name)}</b>", f"{escape(each.meaning)}{unit}{labels}{missing}"


def _plot_keys() -> list[tuple[str, str]]:
    return [
        (_tr("Zoom in and out"), "+ &nbsp; −"),
        (_tr("The whole"), "0"),
        (_tr("Move the view"), _tr("Alt with an arrow")),
    ]


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td style='padding: 2px 24px 2px 0'>{left}</td>"
        f"<td style='padding: 2px 0'>{right}</td></tr>"
        for left, right in rows
    )
    return f"<table>{cells}</table>"


def _native(key: QKeySequence) -> str:
    return escape(key.toString(QKeySequence.SequenceFormat.NativeText))


def _tr(text: str) -> str:
    return QCoreApplication.translate("help", text)
