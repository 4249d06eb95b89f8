"""Plots on screen for the tests: a shown panel on a run, and the reader's hand on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mlm_gui.theme import load_theme
from solver import Analysis, Choices, Options, Problem, Trace, load_example, steps
from solver.data.sources import FileSource

NO_BUTTON, NO_KEY = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


def example(name: str, formula: str | None = None) -> Problem:
    about = load_example(name)
    return Problem.from_frame(about.frame(), formula or about.formula)


def many(J: int = 3000, n: int = 30_000) -> Problem:
    rng = np.random.default_rng(1)
    codes = np.concatenate([np.arange(J), rng.integers(0, J, n - J)])
    x = rng.normal(50, 10, n)
    y = 3 + 0.4 * x + rng.normal(0, 2, J)[codes] + rng.normal(0, 5, n)
    return Problem.from_arrays(y, np.column_stack([np.ones(n), x]), codes)


def given(problem: Problem, options: Options) -> Analysis:
    """A problem that was made without a table."""
    source = FileSource("people.csv")
    return Analysis(Choices(source, problem.formula, options=options), problem)


def run(problem: Problem | str, position: int = 0, **options) -> Trace:
    problem = example(problem) if isinstance(problem, str) else problem
    trace = Trace(steps(problem, Options(**options)))
    trace[position]
    return trace


def index_of(trace: Trace, name: str, iteration: int = 1) -> int:
    return next(step.index for step in trace if step.name == name and step.iteration == iteration)


def shown(qtbot, cls, trace, position=0, theme="light", zoom=1.0, size=(640, 420)):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(*size)
    panel = cls(window)
    panel.host = window
    panel.apply_theme(load_theme(theme, zoom))
    panel.resize(*size)
    panel.show_problem(trace[0].problem, trace)
    panel.show_step(trace[position], None)
    with qtbot.waitExposed(window):
        window.show()
    settle(panel)
    return panel


def settle(panel) -> None:
    """Let every draw that is due take place."""
    QApplication.processEvents()
    panel.repaint()
    QApplication.processEvents()


def go(panel, trace, position: int) -> None:
    panel.show_step(trace[position], None)
    settle(panel)


def pixel(panel, axes, x: float, y: float) -> QPoint:
    return QPointF(*panel.canvas.to_widget(axes, x, y)).toPoint()


def hover(panel, point: QPoint) -> str:
    """Move the pointer there; the text that the plot shows."""
    QTest.mouseMove(panel.canvas, point)
    QApplication.processEvents()
    label = panel.frame.hover
    return label.text() if label.isVisible() else ""


def wheel(panel, point: QPoint, notches: int = 1, keys=NO_KEY) -> bool:
    canvas = panel.canvas
    event = QWheelEvent(
        QPointF(point),
        QPointF(canvas.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        NO_BUTTON,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
    settle(panel)
    return event.isAccepted()


def drag(panel, start: QPoint, end: QPoint, keys=NO_KEY) -> None:
    canvas = panel.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, keys, start)
    for part in (0.5, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, end)
    settle(panel)


def click(panel, point: QPoint) -> None:
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, NO_KEY, point)
    settle(panel)


def texts(panel) -> list[str]:
    return [item.label.text for item in panel.canvas.labels]
