"""Which panes a lecture shows: one large, or two side by side."""

from __future__ import annotations

from collections.abc import Sequence

from mlm_gui.workspace import PLOTS
from solver.scenes.content import Scene

WITHOUT_LESSON = (
    "card",
    "group_lines",
    "matrices",
    "likelihood",
    "surface",
    "shrinkage",
    "iterations",
    "results",
)
"""Panes to choose among where a lecture follows no lesson; the first two are shown at first."""


class Stage:
    """The panes on stage, and the lecturer's choice among others.

    Parameters
    ----------
    scene : Scene or None
        What the lecture follows, if it is a lesson.
    """

    def __init__(self, scene: Scene | None) -> None:
        panes: Sequence[str] = WITHOUT_LESSON if scene is None else scene.panes
        first: Sequence[str] = WITHOUT_LESSON[:2]
        if scene is not None:
            first = scene.lecture or on_stage(panes)
        self.shown = tuple(first)
        self._panes = (*first, *(name for name in panes if name not in first))
        self._alone = self._beside = -1

    def one(self) -> None:
        """One pane alone; the next one when asked again."""
        self._beside = -1
        self._alone = (self._alone + 1) % len(self._panes)
        self.shown = (self._panes[self._alone],)

    def two(self) -> None:
        """Two side by side; with the first, the next one when asked again."""
        others = self._panes[1:]
        self._alone = -1
        self._beside = (self._beside + 1) % len(others) if others else -1
        self.shown = (self._panes[0], *others[self._beside : self._beside + 1 or None][:1])


def on_stage(panes: Sequence[str]) -> tuple[str, ...]:
    """One pane, or two that stand side by side: what the back row can take in."""
    plots = [name for name in panes if name in PLOTS]
    others = [name for name in panes if name in ("card", "matrices")]
    if plots and others:
        return others[0], plots[0]
    return (*plots, *others, *panes)[:1]
