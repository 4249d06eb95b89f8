"""Formulas: LaTeX becomes drawings in idle time, in the theme's colours, and is never cut off."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from mlm_gui import typeset
from mlm_gui.theme import THEMES, load_theme
from mlm_gui.typeset import PAUSE, DrawnBox, Formula, Typesetter, pieces, typesetter
from mlm_gui.widgets.math_view import SMALLEST, settle
from mlm_gui.widgets.mathlayout import Box
from mlm_gui.widgets.maths import Maths
from solver.lessons import step_lessons

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
"""ziamath reads its font in a way that Python 3.11 and 3.12 find old."""

LATEX = (r"\hat\beta = x^2,\quad y = \frac{1}{2}",)
PLAIN = ("β̂ = x²,   y = 1/2",)


@pytest.fixture
def formula(qtbot: QtBot) -> Formula:
    setter = Typesetter()
    widget = Formula(setter)
    setter.setParent(widget)
    widget.apply_theme(load_theme("light"))
    qtbot.addWidget(widget)
    return widget


def boxes(widget: Formula) -> list[Box]:
    return [piece.box for line in widget.lines for piece in line]


def colours(image: QImage) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_importing_the_card_imports_no_ziamath() -> None:
    code = "import sys, mlm_gui.panels.card; sys.exit('ziamath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_wide_spaces_part_a_formula() -> None:
    assert pieces(r"a = b,\quad c = d,\; e") == ("a = b,", "c = d,", "e")
    assert pieces(r"a \, b,\quadx") == (r"a \, b,\quadx",)


def test_every_formula_of_the_lessons_can_be_typeset(qtbot: QtBot) -> None:
    latex = [
        piece
        for lesson in step_lessons().values()
        for line in lesson.latex
        for piece in pieces(line)
    ]
    typesetter().prepare(latex)
    typesetter().finish()
    for drawing in typesetter().drawings(latex):
        assert drawing is not None
        assert drawing.width > 0
        assert drawing.ascent > 0


def test_plain_characters_stand_in_until_the_formula_is_typeset(
    qtbot: QtBot, formula: Formula
) -> None:
    formula.show_formula(LATEX, PLAIN)
    assert formula.waiting
    assert formula.plain.replace(" ", "") == PLAIN[0].replace(" ", "")
    qtbot.waitUntil(lambda: not formula.waiting, timeout=20_000)
    assert len(boxes(formula)) == 2
    assert all(isinstance(box, DrawnBox) for box in boxes(formula))


def test_a_formula_that_waits_does_not_make_the_setter_rest(qtbot: QtBot, formula: Formula) -> None:
    typesetter().drawings([LATEX[0]], now=True)  # ziamath is there
    formula.show_formula(LATEX, PLAIN)
    setter = formula._setter
    setter._tick()
    assert formula.waiting
    assert setter._timer.interval() == PAUSE


def test_a_formula_is_set_at_once_where_nothing_may_stand_in(formula: Formula) -> None:
    formula.at_once = True
    formula.show_formula(LATEX, PLAIN)
    assert not formula.waiting
    assert all(isinstance(box, DrawnBox) for box in boxes(formula))


def test_a_formula_is_accessible_as_text(formula: Formula) -> None:
    formula.show_formula(LATEX, PLAIN)
    assert formula.accessibleName() == PLAIN[0]
    formula._setter.finish()
    assert formula.accessibleName() == PLAIN[0]


@pytest.mark.parametrize("theme", THEMES)
def test_theme_and_zoom_set_nothing_anew(formula: Formula, theme: str) -> None:
    formula.show_formula(LATEX, PLAIN)
    formula._setter.finish()
    small = boxes(formula)[0].width
    look = load_theme(theme, zoom=2.0)
    formula.apply_theme(look)
    assert not formula._setter.busy
    assert boxes(formula)[0].width == pytest.approx(2 * small, rel=0.1)
    formula.resize(formula.sizeHint())
    formula.setStyleSheet(f"background: {look.page}")
    assert look.ink in colours(formula.grab().toImage())


def test_latex_can_ask_for_the_accent(formula: Formula) -> None:
    formula.show_formula((r"{\color{accent} \beta} = 1",), ("β = 1",))
    formula._setter.finish()
    formula.resize(formula.sizeHint())
    seen = colours(formula.grab().toImage())
    assert load_theme("light").accent in seen


def test_a_misspelt_formula_stays_plain(formula: Formula, monkeypatch: pytest.MonkeyPatch) -> None:
    def misspelt(latex: str) -> str:
        raise ValueError(latex)

    monkeypatch.setattr(typeset, "_svg", misspelt)
    formula.show_formula((r"\bad",), ("bad",))
    with pytest.warns(UserWarning, match="cannot typeset"):
        formula._setter.finish()
    assert formula.waiting
    assert not formula._setter.busy
    assert formula.plain == "bad"


@pytest.mark.parametrize("name", list(step_lessons()))
@pytest.mark.parametrize("width", [90, 240, 400, 1000])
def test_no_formula_is_cut_off(qtbot: QtBot, name: str, width: int) -> None:
    lesson = step_lessons()[name]
    widget = Formula()
    qtbot.addWidget(widget)
    widget.apply_theme(load_theme("light"))
    widget.show_formula(lesson.latex, lesson.formula)
    typesetter().finish()
    room = max(width, widget.minimumSizeHint().width())
    settled, height = settle(widget.lines, room, 8.0)
    for box, x, y, scale in settled:
        assert SMALLEST <= scale <= 1
        assert x + scale * box.width <= room + 1e-6
        assert y - scale * box.ascent >= -1
        assert y + scale * box.descent <= height + 1


def test_what_does_not_fit_goes_to_the_next_line_as_a_whole_formula(qtbot: QtBot) -> None:
    maths = Maths(load_theme("light"))
    line = maths.line("a = b  c = d")
    wide, _ = settle([line], 1000.0, 8.0)
    narrow, _ = settle([line], wide[-1].x + 1, 8.0)
    assert len({y for _, _, y, _ in wide}) == 1
    assert [box.plain for box, _, y, _ in narrow if y > narrow[0].y] == ["c", " = d"]
    assert narrow[2].x == 0
