"""Themes: what must be read can be read, computed by the rule of WCAG."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QScrollArea

from mlm_gui.settings import Settings
from mlm_gui.theme import MARKER_SIGNS, MARKERS, THEMES, load_theme

pytestmark = pytest.mark.usefixtures("qapp")

TEXT = 4.5
SHAPE = 3.0


def luminance(colour: str) -> float:
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("key", THEMES)
@pytest.mark.parametrize("ground", ["page", "sheet"])
@pytest.mark.parametrize("role", ["ink", "muted", "accent", "rise", "fall", "good"])
def test_text_can_be_read(key, ground, role):
    theme = load_theme(key)
    assert contrast(getattr(theme, role), getattr(theme, ground)) >= TEXT


@pytest.mark.parametrize("key", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on_accent", "accent"),
        ("ink", "accent_wash"),
        ("ink", "stripe"),
        ("muted", "stripe"),
        ("rise", "accent_wash"),
        ("fall", "accent_wash"),
    ],
)
def test_text_on_tints_can_be_read(key, text, ground):
    theme = load_theme(key)
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= TEXT


@pytest.mark.parametrize("key", THEMES)
def test_group_colours_stand_out(key):
    theme = load_theme(key)
    for colour in (*theme.groups, theme.neutral):
        assert contrast(colour, theme.sheet) >= SHAPE


def test_hairlines_are_meaningful_only_in_high_contrast():
    theme = load_theme("contrast")
    assert contrast(theme.hairline, theme.page) >= SHAPE


@pytest.mark.parametrize("key", THEMES)
def test_groups_differ_in_colour_and_marker(key):
    theme = load_theme(key)
    assert len(set(theme.groups)) == len(theme.groups) == len(MARKERS) == len(MARKER_SIGNS)
    styles = [theme.group(j, 8) for j in range(8)]
    for a, b in itertools.combinations(styles, 2):
        assert a.marker != b.marker
        assert a.sign != b.sign
        assert a.colour != b.colour


@pytest.mark.parametrize("key", THEMES)
def test_many_groups_share_a_neutral_colour(key):
    theme = load_theme(key)
    assert {theme.group(j, 9).colour for j in range(9)} == {theme.neutral}


def test_sizes_follow_the_zoom():
    plain, double = load_theme("light"), load_theme("light", 2.0)
    assert double.unit == pytest.approx(2 * plain.unit, abs=2)
    sizes = [plain.font(size).pointSizeF() for size in ("small", "body", "large")]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("first", THEMES)
def test_a_change_of_theme_leaves_nothing_of_the_old_one(first, opened):
    Settings(QSettings()).theme = first
    window = opened("handout")
    old = load_theme(first)
    for key in THEMES:
        new = load_theme(key)
        grounds = {old.page, old.sheet} - {new.page, new.sheet, new.stripe, new.ink, new.on_accent}
        window.look.set_theme(key)
        QApplication.processEvents()
        picture = window.grab().toImage()
        seen = Counter(
            picture.pixelColor(x, y).name()
            for x in range(3, picture.width(), 17)
            for y in range(3, picture.height(), 17)
        )
        assert not any(seen[ground] for ground in grounds), key
        old = new


def test_the_card_and_the_matrices_lie_on_the_sheet_from_the_start(opened):
    window = opened("handout")
    for name in ("card", "matrices"):
        page = window.workspace.panes[name].panel.findChild(QScrollArea)
        picture = page.grab().toImage()
        corner = picture.pixelColor(picture.width() - 30, picture.height() - 30)
        assert corner.name() == load_theme("light").sheet.lower(), name
