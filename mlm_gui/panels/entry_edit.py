"""Editing in place: another value of y, or another group for a row of Z."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from mlm_gui.widgets.inline_edit import InlineEdit, read_number
from mlm_gui.widgets.observation_name import observation_name
from solver import Problem
from solver.branch import OtherGroup, OtherY

if TYPE_CHECKING:
    from solver.branch import WhatIf


def edit_y(
    over: QWidget,
    place: QRect,
    problem: Problem,
    observation: int,
    what_if: Callable[[WhatIf], object],
) -> None:
    """Ask for another response of an observation, over its cell; the same one asks nothing.

    Parameters
    ----------
    over : QWidget
        The field stands on it.
    place : QRect
        The cell.
    problem : Problem
    observation : int
    what_if : callable
        Takes what the reader wants to see.
    """
    old = float(problem.y[observation])

    def enter(text: str) -> None:
        value = read_number(text, problem.response)
        if value != old:
            what_if(OtherY(observation, value))

    head = f"{problem.response}, {observation_name(problem, observation)}"
    InlineEdit(over, place, head, repr(old).removesuffix(".0"), enter)


def edit_group(
    over: QWidget,
    place: QRect,
    problem: Problem,
    observation: int,
    what_if: Callable[[WhatIf], object],
) -> None:
    """Ask for another group of an observation; parameters as of :func:`edit_y`."""
    old = problem.group_labels[problem.codes[observation]]

    def enter(text: str) -> None:
        if text.strip() != old:
            what_if(OtherGroup(observation, text))

    head = f"{problem.group}, {observation_name(problem, observation)}"
    InlineEdit(over, place, head, old, enter, problem.group_labels)
