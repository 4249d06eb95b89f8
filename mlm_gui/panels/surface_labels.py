"""Words on the likelihood surface, each where it crosses nothing that has its place already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF

from mlm_gui.widgets.plot_label import Label
from solver.formatting import number
from solver.state import Trial

if TYPE_CHECKING:
    from mlm_gui.panels.surface_artists import SurfaceArtists
    from mlm_gui.widgets.plot_canvas import PlotCanvas


class NamedPoint(NamedTuple):
    """A point of the surface, its name, and how many lines below it the name is best."""

    sigma2: float
    tau2: float
    name: str
    colour: str
    below: float


class SurfaceLabels:
    """Makes way for the words that were asked for first."""

    def __init__(self, canvas: PlotCanvas, artists: SurfaceArtists) -> None:
        self._canvas, self._artists = canvas, artists
        self._theme, self._axes = artists.theme, artists.axes
        self._line, self._unit = canvas.metrics().height(), artists.theme.unit
        self._box = canvas.box(artists.axes)
        self._taken: list[tuple[float, float]] = []
        self._strip = QRectF()

    def of_contours(self) -> Iterator[Label]:
        """How far below the best each contour lies."""
        for sigma2, tau2, drop, ground in self._artists.marks:
            x, y = self._place(sigma2, tau2)
            if all(
                abs(x - a) > 5 * self._unit or abs(y - b) > 1.2 * self._line for a, b in self._taken
            ):
                self._taken.append((x, y))
                text = number(-drop, 1)
                yield Label(text, x, y, self._theme.muted, across=0.5, ground=ground)

    def of_boundary(self) -> Iterator[Label]:
        """What lies below τ² = 0."""
        x, edge = self._place(self._axes.get_xlim()[0], 0.0)
        floor = self._box.bottom()
        if floor - edge > 0.9 * self._line:
            texts = (_tr("τ² < 0: outside the model"), "τ² < 0")
            width_of, room = self._canvas.width_of, 0.6 * self._box.width()
            text = next((text for text in texts if width_of(text) < room), "")
            x, y = x + self._unit, (floor + edge) / 2
            self._strip = QRectF(x, y - self._line / 2, width_of(text), self._line)
            yield Label(text, x, y, self._theme.muted, ground=self._theme.sheet)

    def of_trials(self, trials: Iterable[Trial]) -> Iterator[Label]:
        """Which way, and how far, trials lie beyond the edge."""
        canvas, artists, unit = self._canvas, self._artists, self._unit
        for trial in trials:
            text = artists.beyond(trial.sigma2, trial.tau2)
            (sigma2,), (tau2,) = artists.inside(np.array([trial.sigma2]), np.array([trial.tau2]))
            x, y = self._place(float(sigma2), float(tau2))
            left = x < canvas.width() / 2
            start = x + unit if left else x - unit - canvas.width_of(text)
            if text and all(
                abs(y - b) > self._line or abs(start - a) > 12 * unit for a, b in self._taken
            ):
                self._taken.append((start, y))
                yield Label(text, start, y, self._theme.ink, ground=self._theme.sheet)

    def of_points(self, named: Iterable[NamedPoint]) -> Iterator[Label]:
        """The names of the points in view."""
        line, unit, box = self._line, self._unit, self._box
        edge = self._place(self._axes.get_xlim()[0], 0.0)[1]
        occupied = [QRectF(a - 2.5 * unit, b - line / 2, 5 * unit, line) for a, b in self._taken]
        occupied += [QRectF(box.left(), edge - 1, box.width(), 2), self._strip]
        points = [(*self._place(point.sigma2, point.tau2), point) for point in named]
        points = [(x, y, point) for x, y, point in points if box.contains(x, y)]
        occupied += [QRectF(x - unit / 2, y - unit / 2, unit, unit) for x, y, _ in points]
        for x, y, point in points:
            width = self._canvas.width_of(point.name)
            place = self._free_place(x, y, width, point.below * line, occupied)
            occupied.append(place)
            room = self._canvas.width() - place.left()
            yield Label(point.name, place.left(), place.center().y(), point.colour, room=room)

    def _free_place(
        self, x: float, y: float, width: float, down: float, occupied: list[QRectF]
    ) -> QRectF:
        """Where a point's name crosses nothing: right of it if it can be, else left of it."""
        line, unit = self._line, self._unit
        places = [
            QRectF(left, y + rise - line / 2, width, line)
            for left in (x + unit, x - unit - width)
            for rise in (down, -down, 2 * down, -2 * down)
        ]
        clear = (
            place
            for place in places
            if self._box.contains(place) and not any(place.intersects(other) for other in occupied)
        )
        return next(clear, places[0])

    def _place(self, sigma2: float, tau2: float) -> tuple[float, float]:
        return self._canvas.to_widget(self._axes, sigma2, tau2)


def _tr(text: str) -> str:
    return QCoreApplication.translate("surface_labels", text)
