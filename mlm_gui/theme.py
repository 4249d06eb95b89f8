"""Colours, sizes and markers: read from ``assets/themes/`` and handed to every pane."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette

from assets import ASSETS

THEMES = ("light", "dark", "contrast")
"""Names of the themes, in the order of the menu."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
"""Matplotlib markers, one a group, so that colour never stands alone."""

MARKER_SIGNS = ("●", "■", "▲", "◆", "▼", "✚", "✖", "★")
"""The same markers as characters, for tables."""


class GroupStyle(NamedTuple):
    """How one group looks everywhere."""

    colour: str
    marker: str
    sign: str


BLACKEST, BLACKEST_BUTTON = 16, "#303030"
"""Lightness up to which a page is black, and the ground of its handles."""


@dataclass(frozen=True)
class Theme:
    """A theme at a zoom: every colour by its role, and every size by the font's.

    Attributes
    ----------
    key, name : str
        Its file and its name for a reader.
    page, sheet : str
        The window's ground, and that of tables, cards and plots.
    ink, muted, hairline : str
        Text, secondary text, and the lines that part panes.
    accent, on_accent, accent_wash : str
        The one colour for "now": the current step and changed values; text on it; its tint.
    stripe : str
        Ground of headers and alternate rows.
    rise, fall, good : str
        A value that went up, one that went down, a rule that is met.
    groups : tuple of str
        Colours of the first groups.
    neutral : str
        Colour of groups where there are too many to tell apart.
    zoom : float
        1 is the size that the system asks for.
    """

    key: str
    name: str
    page: str
    sheet: str
    ink: str
    muted: str
    hairline: str
    accent: str
    on_accent: str
    accent_wash: str
    stripe: str
    rise: str
    fall: str
    good: str
    groups: tuple[str, ...]
    neutral: str
    zoom: float = 1.0

    def group(self, j: int, J: int) -> GroupStyle:
        """The style of group j of J; neutral for all where J exceeds the colours."""
        k = j % len(MARKERS)
        colour = self.groups[k] if len(self.groups) >= J else self.neutral
        return GroupStyle(colour, MARKERS[k], MARKER_SIGNS[k])

    def font(self, size: str = "body") -> QFont:
        """One of the text sizes ``small``, ``body``, ``large``, and ``reading`` for whole pages.

        Figures are tabular.
        """
        font = QFont()
        scale = {"small": 0.9, "body": 1.0, "reading": 1.15, "large": 1.5}[size]
        font.setPointSizeF(base_points() * self.zoom * scale)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    @cached_property
    def unit(self) -> int:
        """The grid that spaces are multiples of: half a line of body text, in pixels."""
        return max(4, round(QFontMetricsF(self.font()).height() / 2))

    @property
    def palette(self) -> QPalette:
        """The Qt palette of the theme."""
        roles = {
            QPalette.ColorRole.Window: self.page,
            QPalette.ColorRole.WindowText: self.ink,
            QPalette.ColorRole.Base: self.sheet,
            QPalette.ColorRole.AlternateBase: self.stripe,
            QPalette.ColorRole.Text: self.ink,
            QPalette.ColorRole.PlaceholderText: self.muted,
            QPalette.ColorRole.Button: self._raised,
            QPalette.ColorRole.ButtonText: self.ink,
            QPalette.ColorRole.BrightText: self.accent,
            QPalette.ColorRole.Highlight: self.accent,
            QPalette.ColorRole.HighlightedText: self.on_accent,
            QPalette.ColorRole.ToolTipBase: self.sheet,
            QPalette.ColorRole.ToolTipText: self.ink,
            QPalette.ColorRole.Link: self.accent,
            QPalette.ColorRole.Light: self.stripe,
            QPalette.ColorRole.Midlight: self.stripe,
            QPalette.ColorRole.Mid: self.hairline,
            QPalette.ColorRole.Dark: self.muted,
            QPalette.ColorRole.Shadow: self.ink,
            QPalette.ColorRole.Accent: self.accent,
        }
        palette = QPalette()
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        for role in (
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.Text,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(self.muted))
        return palette

    @property
    def _raised(self) -> str:
        """Ground of handles: Fusion lightens the page's, which does nothing to black."""
        page = QColor(self.page)
        return self.page if page.lightness() > BLACKEST else QColor(BLACKEST_BUTTON).name()

    @property
    def edged_palette(self) -> QPalette:
        """The palette for boxes and sliders, with an edge that is seen on a dark page too.

        Fusion draws edges in a darker tone of the window's ground, which is black on black.
        """
        palette = self.palette
        palette.setColor(QPalette.ColorRole.Window, QColor(self.muted).lighter(140))
        return palette


def base_points() -> float:
    """The system's text size, in points."""
    return QFont().pointSizeF()


def load_theme(key: str, zoom: float = 1.0) -> Theme:
    """Read a theme; ``key`` is one of :data:`THEMES`."""
    with (ASSETS / "themes" / f"{key}.toml").open("rb") as file:
        content = tomllib.load(file)
    colours = content["colours"]
    return Theme(
        key=key,
        name=content["name"],
        groups=tuple(content["groups"]["colours"]),
        neutral=content["groups"]["neutral"],
        zoom=zoom,
        **{role: colours[colour] for role, colour in content["roles"].items()},
    )
