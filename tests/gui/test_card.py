"""The step card: words, formula, numbers, guards and rules, against the state of every step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from mlm_gui.panels.card import CardPanel
from mlm_gui.place import place_of
from mlm_gui.theme import load_theme
from mlm_gui.typeset import typesetter
from mlm_gui.widgets.fact_table import aligned
from mlm_gui.widgets.maths import Maths
from mlm_gui.widgets.rich_text import rich_text
from mlm_gui.widgets.trials import RuleTable, factor_text, folded
from mlm_gui.widgets.worked import agreeing_digits
from solver import Options, Problem, Trace, load_example, steps
from solver.formatting import exact, number
from solver.lessons import step_formulas, step_lessons, words
from solver.start import method_of_moments
from solver.state import Kind, Refused, Trial

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
"""ziamath reads its font in a way that Python 3.11 and 3.12 find old."""


def problem(name: str) -> Problem:
    example = load_example(name)
    return Problem.from_frame(example.frame(), example.formula)


@pytest.fixture(scope="module")
def handout() -> Problem:
    return problem("handout")


def run(qtbot: QtBot, data: Problem, options: Options | None = None) -> tuple[CardPanel, Trace]:
    trace = Trace(steps(data, options))
    card = CardPanel()
    qtbot.addWidget(card)
    card.apply_theme(load_theme("light"))
    card.show_problem(data, trace)
    typesetter().finish()
    card.show_step(trace[0], None)
    card.resize(640, 640)
    card.show()
    return card, trace


def go(card: CardPanel, trace: Trace, index: int) -> CardPanel:
    card.show_step(trace[index], trace[index - 1] if index else None)
    return card


def many(predictors: str, rows: int = 200) -> Problem:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "y": rng.normal(size=rows),
            "a": rng.choice(list("abcdefghijk"), rows),
            "x": rng.normal(size=rows),
            "g": rng.choice(["a group with a very long name", "B", "C"], rows),
        }
    )
    return Problem.from_frame(frame, f"y ~ {predictors} + (1 | g)")


def shown(widget: QWidget) -> bool:
    return not widget.isHidden()


def settle(qtbot: QtBot, card: CardPanel) -> None:
    """Wait until the page has its size, and every part of it its own."""
    area = card.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    page = area.widget()

    def settled() -> bool:
        parts = [card.formula, card.worked, card.sentence, card.more.text]
        return page.width() >= page.minimumSizeHint().width() and all(
            part.height() >= part.heightForWidth(part.width()) for part in parts if shown(part)
        )

    qtbot.waitUntil(settled)


# -- words and formula


@pytest.mark.parametrize("index", range(11))
def test_the_card_says_what_the_step_is(qtbot: QtBot, handout: Problem, index: int) -> None:
    card, trace = run(qtbot, handout)
    step = trace[index]
    go(card, trace, index)
    lesson = step_lessons()[step.name]
    assert card.title.accessibleName().endswith(f"· {lesson.title}")
    assert card.place.text() == place_of(step)
    assert (f"iteration {step.iteration}" in card.place.text()) == (index > 0)
    assert card.sentence.text() == rich_text(lesson.sentence)
    plain, _ = step_formulas(step.name, "moments", "fisher", "reml")
    assert card.formula.accessibleName() == "\n".join(plain)
    for line in (*lesson.more.splitlines(), *(words()["terms"][term] for term in lesson.terms)):
        assert rich_text(line) in card.more.text.text()


@pytest.mark.parametrize(
    ("options", "index", "part"),
    [
        (Options(algorithm="em"), 4, "σ² ← σ² + 2σ⁴s_σ/n"),
        (Options(algorithm="ai"), 4, "ℐ_kl = ½ yᵀPV_kPV_lPy"),
        (Options(method="ml"), 4, "tr(V⁻¹V_k)"),
        (Options(start="half"), 0, "s²/2"),
        (Options(start=(2.0, 1.0)), 0, "as given"),
    ],
)
def test_the_formula_is_that_of_the_run(
    qtbot: QtBot, handout: Problem, options: Options, index: int, part: str
) -> None:
    card, trace = run(qtbot, handout, options)
    go(card, trace, index)
    assert part in card.formula.accessibleName()


def test_the_formula_is_the_largest_thing(qtbot: QtBot, handout: Problem) -> None:
    card, _ = run(qtbot, handout)
    text = card.formula.lines[0][0].box
    title = card.title.fontMetrics()
    assert text.height >= title.height() * 0.9
    assert text.height > card.worked.lines[0][0].box.height


def test_subscripts_are_set_as_such() -> None:
    assert rich_text("λ_j and V_kPV_l, Σ_ab < 1") == (
        "λ<sub>j</sub> and V<sub>k</sub>PV<sub>l</sub>, Σ<sub>ab</sub> &lt; 1"
    )


# -- the numbers put in


def test_initialize_shows_the_start(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    state, plain = trace[0].state, card.worked.plain
    moments = method_of_moments(handout.moments)
    msw, msb, n0 = (number(value) for value in moments)
    assert plain.splitlines()[:2] == [
        f"σ_0² = MSW = {msw}   MSB = {msb}",
        f"(MSB − MSW)/n_0 = ({msb} − {msw})/{n0} = {number(moments.estimate)}",
    ]
    assert (state.sigma2, state.tau2) == (moments.msw, moments.estimate)
    assert "τ_0²" not in plain
    assert f"= {number(state.icc)}" in plain
    assert f"({number(state.beta[0])}, {number(state.beta[1])})" in plain
    assert "▲" not in plain
    assert "▼" not in plain


def test_initialize_says_when_the_start_is_the_least_one(qtbot: QtBot) -> None:
    card, trace = run(qtbot, problem("dyestuff2"))
    moments = method_of_moments(trace[0].problem.moments)
    lines = card.worked.plain.splitlines()
    assert moments.estimate < 0
    assert lines[1].endswith(f"/{number(moments.n0)} = {number(moments.estimate)}")
    assert lines[2] == f"τ_0² = 0.01σ_0² = {number(0.01 * moments.msw)}"
    assert trace[0].state.tau2 == pytest.approx(0.01 * moments.msw)


def test_initialize_names_another_start(qtbot: QtBot, handout: Problem) -> None:
    card, _ = run(qtbot, handout, Options(start="half"))
    assert words()["starts"]["half"] in card.worked.plain
    card, _ = run(qtbot, handout, Options(start=(2.0, 3.0)))
    assert words()["starts"]["given"] in card.worked.plain
    assert "MSW" not in card.worked.plain


def test_score_beta_shows_beta_and_its_score(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    state = trace[1].state
    assert state.score_beta is not None
    plain = go(card, trace, 1).worked.plain
    assert f"XᵀV⁻¹(y − Xβ) = ({', '.join(number(s) for s in state.score_beta)})" in plain


def test_estimate_beta_solves_the_equations(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    step = trace[2]
    plain = go(card, trace, 2).worked.plain
    for name in ("XᵀV⁻¹X", "XᵀV⁻¹y"):
        for value in step.matrix(name).block().ravel():
            assert number(float(value)) in plain
    up, down = (
        f"{number(new)} {'▲' if new > old else '▼'}"
        for new, old in zip(step.state.beta, trace[1].state.beta, strict=True)
    )
    assert f"= ({up}, {down})" in plain


def test_many_fixed_effects_come_with_standard_errors(qtbot: QtBot) -> None:
    card, trace = run(qtbot, many("a + x"))
    plain = go(card, trace, 2).worked.plain
    state = trace[2].state
    assert state.beta_cov is not None
    assert number(float(np.sqrt(state.beta_cov[0, 0]))) in plain
    assert "and 6 more" in plain


def test_predict_u_works_out_the_lit_group(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    go(card, trace, 3)
    state = trace[3].state
    assert state.shrinkage is not None
    for j in (0, 2, 1):
        if j:
            card.show_group(j)
            card.show_group(None)
        label, plain = handout.group_labels[j], card.worked.plain
        assert f"û_{label} = λ_{label} · r̄_{label} = {number(state.shrinkage[j])} · " in plain
        for k, other in enumerate(handout.group_labels):
            assert f"û_{other} = " in plain
            assert number(state.u[k]) in plain


def test_the_group_stays_the_example_while_stepping(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    card.show_group(1)
    for index in (3, 8):
        assert f"λ_{handout.group_labels[1]} = (" in go(card, trace, index).worked.plain


def test_pointing_at_a_group_lights_it(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    go(card, trace, 3)
    settle(qtbot, card)
    keyed = [
        QPoint(x, y)
        for y in range(0, card.worked.height(), 4)
        for x in range(0, card.worked.width(), 4)
        if any(box.key == 2 for box in card.worked.trail(QPointF(x, y)))
    ]
    with qtbot.waitSignal(card.group_pointed) as pointed:
        QTest.mouseMove(card.worked, keyed[0])
    assert pointed.args == [2]
    with qtbot.waitSignal(card.group_pointed) as pointed:
        QTest.mouseMove(card.worked, QPoint(card.worked.width() - 1, 1))
    assert pointed.args == [None]


def test_many_groups_are_not_all_written_out(qtbot: QtBot) -> None:
    data = problem("hsb82")
    card, trace = run(qtbot, data)
    assert "One of 160 groups" in go(card, trace, 3).worked.plain


def test_update_variances_shows_score_information_and_step(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    state = trace[4].state
    assert state.updated_from is not None
    assert state.score is not None
    assert state.information is not None
    assert state.full_step is not None
    plain = go(card, trace, 4).worked.plain
    for k in range(2):
        sides = state.updated_from.traces[k], state.updated_from.quadratics[k]
        digits, _ = agreeing_digits(*sides, state.score[k])
        parts = [number(side, digits) for side in sides]
        assert f"−½[{' − '.join(parts)}] = {number(state.score[k])}" in plain
    for value in (*state.information.ravel(), *state.full_step):
        assert number(value) in plain
    assert f"{number(state.sigma2)} ▲, {number(state.tau2)} ▼" in plain


def test_maximum_likelihood_has_its_own_traces(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout, Options(method="ml"))
    assert "tr(V⁻¹V_σ)" in go(card, trace, 4).worked.plain


def test_em_climbs_without_an_information_matrix(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout, Options(algorithm="em"))
    state = trace[4].state
    assert state.full_step is not None
    plain = go(card, trace, 4).worked.plain
    assert "ℐ" not in plain
    assert plain.count("/7 = ") == plain.count("/3 = ") == 1
    assert all(number(part) in plain for part in state.full_step)


def test_on_the_boundary_tau2_is_held(qtbot: QtBot) -> None:
    card, trace = run(qtbot, problem("dyestuff2"))
    trace.exhaust()
    held = [step.index for step in trace if step.name == "update_variances" and step.index > 4]
    assert "stop at τ² = 0" in go(card, trace, 4).worked.plain
    assert "τ² stays at 0" in go(card, trace, held[-1]).worked.plain


@pytest.mark.parametrize("index", range(11))
def test_the_card_is_the_same_from_either_side(qtbot: QtBot, handout: Problem, index: int) -> None:
    card, trace = run(qtbot, handout)

    def content() -> tuple[object, ...]:
        tables = [table.topLevelItemCount() for table in (card.trials, card.rules) if shown(table)]
        return card.worked.plain, card.title.text(), card.place.text(), tables

    go(card, trace, index)
    forwards = content()
    for other in (trace[index + 1], trace[0], trace[index]):
        card.show_step(other, None)
    assert content() == forwards


def test_a_number_tells_all_its_digits(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    settle(qtbot, card)
    tips = {
        box.tooltip
        for y in range(0, card.worked.height(), 3)
        for x in range(0, card.worked.width(), 3)
        for box in card.worked.trail(QPointF(x, y))
    }
    assert exact(trace[0].state.sigma2) in tips


def test_long_names_are_cut_and_told_in_full(qtbot: QtBot) -> None:
    data = many("1")
    card, trace = run(qtbot, data)
    label = max(data.group_labels, key=len)
    card.show_group(data.group_labels.index(label))
    go(card, trace, 3)
    assert label in card.worked.plain
    assert f"λ_{label}" not in card.worked.plain


@pytest.mark.parametrize("predictors", ["1", "0 + x", "a", "a + x"])
def test_any_number_of_predictors(qtbot: QtBot, predictors: str) -> None:
    card, trace = run(qtbot, many(predictors))
    trace.exhaust()
    for step in trace:
        assert go(card, trace, step.index).worked.plain or step.name == "check_convergence"
    card.grab()


# -- guards and rules


def trial(refused: Refused | None, factor: float = 1.0) -> Trial:
    return Trial(Kind.STEP, factor, 1.0, 2.0, None if refused else -3.0, refused)


def test_a_long_run_of_refusals_is_folded() -> None:
    fell, done = trial(Refused.LOGLIK_FELL), trial(None)
    assert folded([done]) == [[done]]
    assert folded([fell, fell, fell, done]) == [[fell], [fell], [fell], [done]]
    assert folded([*[fell] * 9, done]) == [[fell], [fell] * 8, [done]]


def test_factors_are_fractions() -> None:
    halvings = [factor_text(0.5**k) for k in range(6)]
    assert halvings == ["1", "½", "¼", "⅛", "2⁻⁴", "2⁻⁵"]
    assert factor_text(0.3) == number(0.3)


def test_decimals_are_aligned() -> None:
    assert aligned(["1.25", "10", "–", "3·10⁻⁸"]) == ["1.25", "10\u2008\u2007\u2007", "–", "3·10⁻⁸"]


def test_every_trial_is_in_the_table(qtbot: QtBot, handout: Problem) -> None:
    options = Options(algorithm="ai", start=(0.01, 1e4))
    card, trace = run(qtbot, handout, options)
    trials = trace[4].state.trials
    go(card, trace, 4)
    table = card.trials
    assert table.isVisible()
    rows = [table.topLevelItem(k) for k in range(table.topLevelItemCount())]
    inside = [rows[1].child(k) for k in range(rows[1].childCount())]
    assert len(rows) + len(inside) - 1 == len(trials)
    for item, each in zip([rows[0], *inside, rows[2]], trials, strict=True):
        texts = [item.text(k).strip("\u2007\u2008") for k in range(6)]
        assert texts[0] == words()["trials"][each.kind]
        assert texts[1:4] == [factor_text(each.factor), number(each.sigma2), number(each.tau2)]
        assert texts[4] == number(each.loglik, 7)
        reason = words()["refused"][each.refused] if each.refused else "accepted"
        assert reason in texts[5]
        assert item.toolTip(2) == exact(each.sigma2)


def test_folded_trials_open_by_click_and_by_key(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout, Options(algorithm="ai", start=(0.01, 1e4)))
    go(card, trace, 4)
    table = card.trials
    fold = table.topLevelItem(1)
    assert fold is not None
    closed = table.height()
    table.scrollToItem(fold)
    place = table.visualItemRect(fold).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert fold.isExpanded()
    qtbot.waitUntil(lambda: table.height() > closed)
    table.setCurrentItem(fold)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert not fold.isExpanded()
    qtbot.waitUntil(lambda: table.height() == closed)


def test_tables_show_only_with_their_steps(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    for index in range(6):
        go(card, trace, index)
        assert card.trials.isVisible() == (index == 4)
        assert card.rules.isVisible() == (index == 5)


def test_rules_have_short_names_where_there_is_little_room(qtbot: QtBot, handout: Problem) -> None:
    table = RuleTable()
    qtbot.addWidget(table)
    table.apply_theme(load_theme("light"))
    step = next(step for step in steps(handout, Options()) if step.name == "check_convergence")
    for width, name in ((600, "relative change of σ²"), (300, "|Δσ²|/σ²"), (600, "relative")):
        table.resize(width, 200)
        table.show()
        table.show_rules(step.state.rules)
        item = table.topLevelItem(0)
        assert item is not None
        assert item.text(0).startswith(name)
        assert item.toolTip(0) == "relative change of σ²"


def test_rules_and_outcome(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    trace.exhaust()
    for index in (5, len(trace) - 1):
        state = trace[index].state
        go(card, trace, index)
        assert card.rules.topLevelItemCount() == len(state.rules)
        for k, rule in enumerate(state.rules):
            item = card.rules.topLevelItem(k)
            assert item is not None
            assert item.text(0) == words()["rules"][rule.name]
            assert item.text(1).strip("\u2007\u2008") == number(rule.value)
            assert item.text(2).strip("\u2007\u2008") == number(rule.tolerance)
            assert item.text(3).startswith("✓" if rule.met else "✗")
        said = words()["outcomes"][state.outcome] if state.outcome else ""
        assert card.outcome.text() == said
        assert card.outcome.isVisible() == bool(said)
    assert number(trace[-1].state.sigma2) in card.worked.plain


# -- more, sizes, themes


def test_the_derivation_opens_and_stays_open(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    assert not card.more.text.isVisible()
    qtbot.mouseClick(card.more.button, Qt.MouseButton.LeftButton)
    assert card.more.text.isVisible()
    go(card, trace, 1)
    assert card.more.text.isVisible()
    card.more.button.setFocus()
    QTest.keyClick(card.more.button, Qt.Key.Key_Space)
    assert not card.more.text.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("size", [(300, 200), (1200, 900)])
def test_nothing_is_cut_off(
    qtbot: QtBot, handout: Problem, theme: str, zoom: float, size: tuple[int, int]
) -> None:
    card, trace = run(qtbot, handout)
    card.apply_theme(load_theme(theme, zoom))
    card.resize(*size)
    card.more.button.setChecked(True)
    for index in range(6):
        go(card, trace, index)
        settle(qtbot, card)


def test_a_change_of_theme_keeps_the_content(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    go(card, trace, 4)
    before = card.worked.plain
    card.apply_theme(load_theme("dark", 2.0))
    assert card.worked.plain == before
    assert load_theme("dark").accent in card.title.text()


def test_a_new_run_takes_the_place_of_the_old(qtbot: QtBot, handout: Problem) -> None:
    card, trace = run(qtbot, handout)
    card.show_group(2)
    go(card, trace, 3)
    other = problem("dyestuff2")
    new = Trace(steps(other))
    card.show_problem(other, new)
    card.show_step(new[0], None)
    assert number(new[0].state.sigma2) in card.worked.plain
    go(card, new, 3)
    assert f"λ_{other.group_labels[0]}" in card.worked.plain


def test_a_narrow_rule_table_shortens_names_and_not_verdicts(
    qtbot: QtBot, handout: Problem
) -> None:
    trace = Trace(steps(handout))
    table = RuleTable()
    qtbot.addWidget(table)
    table.apply_theme(load_theme("light"))
    table.show_rules(trace[5].state.rules)
    table.show()
    full = table.sizeHintForColumn(0)
    table.resize(table.sizeHint().width() - full // 4, table.height())
    qtbot.waitUntil(lambda: table.columnWidth(0) < full)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
    assert table.columnWidth(3) >= table.sizeHintForColumn(3)
    item = table.topLevelItem(0)
    assert item is not None
    assert item.toolTip(0) == words()["rules"]["change_sigma2"]


@pytest.mark.parametrize("index", [4, 9, 14, 19, 24, 39])
def test_a_difference_shown_agrees_with_its_result(handout: Problem, index: int) -> None:
    state = Trace(steps(handout, Options()))[index].state
    for trace, quadratic, score in zip(
        state.updated_from.traces, state.updated_from.quadratics, state.score, strict=True
    ):
        digits, _ = agreeing_digits(trace, quadratic, score)
        shown = -0.5 * (float(f"{trace:.{digits - 1}e}") - float(f"{quadratic:.{digits - 1}e}"))
        if abs(score) > 1e-9:
            assert shown == pytest.approx(score, rel=0.06)
        assert 4 <= digits <= 16


def test_rounding_is_no_change_on_the_card(qtbot: QtBot) -> None:
    maths = Maths(load_theme("light"))
    assert maths.number(4.394, 4.394 * (1 + 1e-15)).plain == "4.394"
    assert "▲" in maths.number(4.395, 4.394).plain


def test_a_hat_stands_over_the_middle_of_its_letter(qtbot: QtBot) -> None:
    maths = Maths(load_theme("light"))
    for letter in "βuσ":
        (box,) = [part.box for part in maths.formula(f"{letter}̂").parts]
        nucleus, mark = (placed.box for placed in box.parts)
        below = maths.face.ink(nucleus.text)
        above = maths.face.ink(mark.text).translated(box.parts[1].x, box.parts[1].y)
        assert above.bottom() < below.top()
        assert above.bottom() > below.top() - 0.2 * maths.face.em
        assert abs(above.center().x() - below.center().x()) < 0.2 * maths.face.em


def test_a_derivation_that_is_opened_comes_into_sight(opened, qtbot):
    window = opened("handout", size=(1024, 768))
    window.session.go(4)
    card = window.workspace.panes["card"].panel
    page = card._page
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    QTest.mouseClick(card.more.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: card.more.text.mapTo(page.viewport(), QPoint(0, 0)).y() < page.viewport().height()
    )
