"""The texts of an exercise as HTML for labels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel

from mlm_gui.widgets.rich_text import rich_text
from solver.practice.exercise import Grid
from solver.practice.solution import solution
from solver.practice.targets import Target


def _tr(text: str) -> str:
    return QCoreApplication.translate("ExercisePage", text)


def solution_text(goal: Target, answer: bool, ink: str) -> str:
    """Why the answer is what it is, with the right answer before it or without."""
    title = _tr("What happened") if goal.exercise.foretells else _tr("Solution")
    why, *worked = map(rich_text, solution(goal))
    parts = (f"<b>{title}</b>", right_answer(goal, ink) if answer else "", why, "<br>".join(worked))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def right_answer(goal: Target, ink: str) -> str:
    """The right answer: a matrix, or a line for each blank."""
    if goal.exercise.asks_shape:
        rows, columns = goal.shape
        head = _tr("The answer is {} × {}:").format(rows, columns)
        return f"{head}{matrix_text(goal.model, ink)}"
    if goal.exercise.kind == "order":
        lines = [f"{k + 1}. {row[0]}" for k, row in enumerate(goal.model)]
    elif goal.exercise.by_words:
        lines = [goal.model[0][0]]
    else:
        sign = ": " if goal.options else " = "
        lines = [
            f"{label} {row[0]}" if label.endswith("=") else f"{label}{sign}{row[0]}"
            for label, row in zip(goal.labels, goal.model, strict=True)
        ]
    return "<br>".join(map(rich_text, lines))


def matrix_text(cells: Grid, ink: str) -> str:
    """A matrix between two upright lines."""
    last = len(cells[0]) - 1
    rows = []
    for row in cells:
        written = []
        for j, text in enumerate(row):
            sides = [side for side, at in (("left", 0), ("right", last)) if j == at]
            edges = "".join(f"border-{side}: 1px solid {ink}; " for side in sides)
            written.append(f'<td align="right" style="{edges}">{rich_text(text)}</td>')
        rows.append(f"<tr>{''.join(written)}</tr>")
    return f'<table cellspacing="0" cellpadding="4">{"".join(rows)}</table>'


def text_label() -> QLabel:
    """A label whose text goes on in the next line."""
    label = QLabel()
    label.setWordWrap(True)
    return label


def say(label: QLabel, lines: Sequence[str]) -> None:
    """Show lines under one another; nothing takes no room."""
    label.setText("<br>".join(rich_text(line) for line in lines))
    label.setVisible(bool(lines))
