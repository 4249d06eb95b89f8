"""What part of a plot is in view: zoom by wheel, keys or a rectangle, pan by dragging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import MouseEvent

STEP = 1.25
"""How much a notch of the wheel or a key zooms."""

Rect = tuple[float, float, float, float]
"""Left, bottom, right and top."""


@dataclass
class _Watched:
    axes: Axes
    directions: str
    reach: float
    bounds: Rect
    home: Rect


class View:
    """The view on the axes of a figure, and the way back to the whole.

    ``zoomed`` says whether something other than the whole is in view.
    """

    def __init__(self) -> None:
        self._watched: list[_Watched] = []
        self._grabbed: tuple[_Watched, Any, Rect, float, float] | None = None
        self.zoomed = False

    def clear(self) -> None:
        """Forget all axes."""
        self._watched, self._grabbed, self.zoomed = [], None, False

    def watch(
        self,
        axes: Axes,
        directions: str = "xy",
        reach: float = 1.0,
        bounds: Rect = (-1e300, -1e300, 1e300, 1e300),
    ) -> None:
        """Let axes be zoomed; their present limits are the whole.

        Parameters
        ----------
        axes : Axes
        directions : {"x", "y", "xy"}
        reach : float
            How many times the whole may be zoomed out to.
        bounds : (left, bottom, right, top)
            What is never left, in units of the data.
        """
        self._watched.append(_Watched(axes, directions, reach, bounds, _limits(axes)))

    def rehome(self, axes: Axes) -> None:
        """The present limits of axes are the whole from now on."""
        for item in self._watched:
            if item.axes is axes:
                item.home = _limits(axes)

    def take(self, other: View) -> None:
        """Show the part that another view of the same plot shows."""
        if other.zoomed:
            self.zoomed = True
            for own, seen in zip(self._watched, other._watched, strict=True):
                _set_limits(own.axes, _limits(seen.axes))

    def whole(self) -> bool:
        """Go back to the whole; whether that changed anything."""
        was, self.zoomed = self.zoomed, False
        for item in self._watched:
            _set_limits(item.axes, item.home)
        return was

    def show(self, axes: Axes, rect: Rect) -> None:
        """Show a part of axes: left, bottom, right, top."""
        _set_limits(axes, rect)
        self.zoomed = any(_differ(_limits(each.axes), each.home) for each in self._watched)

    def zoom(self, factor: float, at: MouseEvent | None = None) -> bool:
        """Zoom in (factor > 1) or out, about the pointer or the middle; whether it did anything."""
        if at is not None:
            item = self._find(at)
            return item is not None and self._zoom(item, factor, (at.x, at.y))
        changed = False
        for item in self._watched:
            changed |= self._zoom(item, factor, None)
        return changed

    def grab(self, at: MouseEvent) -> bool:
        """Take hold of the plot under the pointer; whether there is one."""
        item = self._find(at)
        if item is None:
            self._grabbed = None
            return False
        inverse = item.axes.transData.inverted().frozen()
        self._grabbed = (item, inverse, _box(item.axes), at.x, at.y)
        return True

    def drag(self, at: MouseEvent) -> bool:
        """Move what is held with the pointer; whether the view changed."""
        if self._grabbed is None:
            return False
        item, inverse, (left, bottom, right, top), x, y = self._grabbed
        dx, dy = x - at.x, y - at.y
        return self._show(item, inverse, (left + dx, bottom + dy, right + dx, top + dy), pan=True)

    def release(self) -> None:
        """Let go."""
        self._grabbed = None

    def zoom_to(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Zoom what is held to a rectangle of the figure's pixels; whether the view changed."""
        if self._grabbed is None or abs(x1 - x0) < 4 or abs(y1 - y0) < 4:
            return False
        item, inverse, *_ = self._grabbed
        return self._show(item, inverse, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def pan(self, right: float, up: float) -> bool:
        """Move the view by parts of its size; whether it changed."""
        changed = False
        for item in self._watched:
            x0, y0, x1, y1 = _box(item.axes)
            dx, dy = right * (x1 - x0), up * (y1 - y0)
            inverse = item.axes.transData.inverted()
            changed |= self._show(item, inverse, (x0 + dx, y0 + dy, x1 + dx, y1 + dy), pan=True)
        return changed

    # -- inside

    def _find(self, at: MouseEvent) -> _Watched | None:
        return next((item for item in self._watched if item.axes is at.inaxes), None)

    def _zoom(self, item: _Watched, factor: float, about: tuple[float, float] | None) -> bool:
        x0, y0, x1, y1 = _box(item.axes)
        cx, cy = about or ((x0 + x1) / 2, (y0 + y1) / 2)
        rect = (
            cx + (x0 - cx) / factor,
            cy + (y0 - cy) / factor,
            cx + (x1 - cx) / factor,
            cy + (y1 - cy) / factor,
        )
        return self._show(item, item.axes.transData.inverted(), rect)

    def _show(self, item: _Watched, inverse: Any, rect: Rect, pan: bool = False) -> bool:
        """Show a rectangle of pixels, as far as the reach and the bounds allow."""
        before = _limits(item.axes)
        corners = inverse.inverted().transform([item.home[:2], item.home[2:]])
        (hx0, hy0), (hx1, hy1) = corners
        more = (item.reach - 1) / 2
        x0, x1 = _fit(rect[0], rect[2], hx0 - more * (hx1 - hx0), hx1 + more * (hx1 - hx0), pan)
        y0, y1 = _fit(rect[1], rect[3], hy0 - more * (hy1 - hy0), hy1 + more * (hy1 - hy0), pan)
        (left, bottom), (right, top) = inverse.transform([(x0, y0), (x1, y1)])
        if "x" not in item.directions:
            left, right = before[0], before[2]
        if "y" not in item.directions:
            bottom, top = before[1], before[3]
        left, right = max(left, item.bounds[0]), min(right, item.bounds[2])
        bottom, top = max(bottom, item.bounds[1]), min(top, item.bounds[3])
        if not (left < right and bottom < top):
            return False
        _set_limits(item.axes, (left, bottom, right, top))
        after = _limits(item.axes)
        self.zoomed = any(_differ(_limits(each.axes), each.home) for each in self._watched)
        return _differ(before, after)


def _fit(low: float, high: float, least: float, most: float, pan: bool) -> tuple[float, float]:
    """An interval inside another: moved there, or the other itself where it is too long."""
    if high - low >= most - least:
        return (low, high) if pan and high - low > most - least + 1 else (least, most)
    if low < least:
        return least, least + high - low
    if high > most:
        return most - (high - low), most
    return low, high


def _limits(axes: Axes) -> Rect:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return left, bottom, right, top


def _set_limits(axes: Axes, rect: Rect) -> None:
    left, bottom, right, top = rect
    if axes.get_xlim() != (left, right):
        axes.set_xlim(left, right)
    if axes.get_ylim() != (bottom, top):
        axes.set_ylim(bottom, top)


def _box(axes: Axes) -> Rect:
    box = axes.bbox
    return box.x0, box.y0, box.x1, box.y1


def _differ(one: Rect, other: Rect) -> bool:
    """Whether two views differ by more than rounding."""
    width, height = abs(other[2] - other[0]), abs(other[3] - other[1])
    sizes = (width, height, width, height)
    return any(abs(a - b) > 1e-9 * size for a, b, size in zip(one, other, sizes, strict=True))
