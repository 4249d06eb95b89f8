"""Lessons: each scene is reached, each number is found and right, and bad files are told."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from solver import Ols, Refusal, fit, load_example
from solver.accounts import account
from solver.criterion import Criterion
from solver.plain_math import plain_math
from solver.saving.loading import load
from solver.scenes.content import END, Spotlight, built_in_lessons, check_lesson, read_lessons
from solver.scenes.text import parse_line, parse_text, plain_text
from solver.scenes.values import SceneValues
from solver.state import Options
from solver.steps import steps
from solver.trace import Trace

LESSONS = built_in_lessons()
SCENES = [(lesson, scene) for lesson in LESSONS for scene in lesson.scenes]
NAMES = [f"{lesson.title}: {scene.title}" for lesson, scene in SCENES]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_every_state_is_reached_and_every_placeholder_has_a_value(lesson):
    check_lesson(lesson)


@pytest.mark.parametrize(("lesson", "scene"), SCENES, ids=NAMES)
def test_a_scene_can_be_read_at_one_go(lesson, scene):
    words = [
        word
        for block in scene.blocks
        if block.kind != "formula"
        for word in plain_text(block.parts).split()
    ]
    assert 55 <= len(words) <= 145
    assert len(plain_text(scene.line).split()) <= 24
    assert "-" not in re.sub(r"\w-\w", "", " ".join(words)), "a minus is −"


@pytest.mark.parametrize(("lesson", "scene"), SCENES, ids=NAMES)
def test_no_number_with_digits_after_the_point_is_written_into_a_text(lesson, scene):
    for part in scene.parts:
        if part.kind == "words":
            assert not re.search(r"\d\.\d", part.text)


@pytest.mark.parametrize(("lesson", "scene"), SCENES, ids=NAMES)
def test_simulated_data_are_called_so_in_their_lesson(lesson, scene):
    if not scene.simulation and not load_example(scene.data).simulated:
        return
    said = " ".join(plain_text(b.parts) for s in lesson.scenes for b in s.blocks)
    assert "simulated" in said.lower()


def test_the_lessons_are_the_six_of_the_course():
    assert [lesson.title for lesson in LESSONS] == [
        "Getting started",
        "Least squares, in matrices",
        "The random intercept model",
        "REML in six steps",
        "The CEIS data",
        "When it goes strange",
    ]


def values(data: str, position: int = -1, **options):
    analysis = load(data, None, Options(**options))
    trace = Trace(steps(analysis.problem, analysis.choices.options))
    return SceneValues(analysis.problem, analysis.choices.options), trace[position]


@pytest.mark.parametrize(
    ("placeholder", "expected"),
    [
        ("ols.beta[1]:5", "8.1108"),
        ("ols.beta[HOURS]:2", "0.0013"),
        ("ols.p[HOURS]:1", "0.001"),
        ("1000*ols.beta[HOURS]:2", "1.3"),
        ("n", "1254"),
        ("group_sizes[5]", "449"),
        ("icc:%", "6.5 %"),
        ("method", "REML"),
        ("algorithm", "Fisher scoring"),
        ("group", "INDUSTRY"),
    ],
)
def test_values_as_printed(placeholder, expected):
    source, step = values("ceis")
    assert source.show(placeholder, step).text == expected


def test_values_are_those_of_the_engine():
    source, step = values("handout")
    state, done = step.state, fit(step.problem)
    V = done.tau2 * np.kron(np.eye(2), np.ones((2, 2)))[0, 1]
    expected = {
        "sigma2": state.sigma2,
        "u[5]": state.u[1],
        "shrinkage[6]": state.shrinkage[2],
        "se[HOURS]": done.se[1],
        "matrix V[1,2]": V,
        "matrix Z[3,5]": 1.0,
        "matrix XᵀX[1,2]": step.problem.X[:, 1].sum(),
        "matrix y[3]": step.problem.y[2],
        "ols.rss": Ols(step.problem).rss,
        "ml.tau2": fit(step.problem, Options(method="ml")).tau2,
        "end.u[1]": done.u[0],
        "alone[1,HOURS]": (7 - 5) / (900 - 400),
    }
    for placeholder, value in expected.items():
        assert source.show(placeholder, step).value == pytest.approx(value, rel=1e-12), placeholder


@pytest.mark.parametrize(
    ("placeholder", "position"),
    [
        ("end.icc", 3),
        ("end.u[5]", 3),
        ("end.beta[HOURS]", 3),
        ("reml.deviance", 3),
        ("end.shrinkage[1]:3", 3),
        ("matrix V[1,2]", 5),
        ("matrix XᵀV⁻¹X[1,2]", 5),
        ("rules[change_tau2]", 5),
        ("u[6]", 5),
    ],
)
def test_a_number_of_a_text_is_explained_with_its_value(placeholder, position):
    analysis = load("handout", None, Options())
    trace = Trace(steps(analysis.problem, analysis.choices.options))
    trace.exhaust()
    read = SceneValues(analysis.problem, analysis.choices.options)
    at = len(trace) - 1 if read.of_the_end(placeholder) else position
    told = account(trace, at, read.quantity(placeholder, trace[position]))
    assert told.value == pytest.approx(read.show(placeholder, trace[position]).value, rel=1e-9)


@pytest.mark.parametrize("placeholder", ["ml.tau2", "trials", "2*loglik", "truth.tau2", "response"])
def test_a_number_of_no_step_has_no_account(placeholder):
    read, step = values("handout")
    assert read.quantity(placeholder, step) is None
    assert not read.of_the_end(placeholder)


def test_what_a_step_does_not_know_yet_is_a_dash():
    source, step = values("handout", 0)
    for placeholder in ("mean_residuals[5]", "score[tau2]", "proposed[tau2]", "rules[step_to_go]"):
        assert source.show(placeholder, step).text == "–"


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("sgima2", "Did you mean 'sigma2'"),
        ("u[7]", "no group '7'. There are: 1, 5, 6"),
        ("u", "'u' needs a group in brackets"),
        ("u[5,6]", "not 2"),
        ("beta[HUORS]", "no fixed effect 'HUORS'"),
        ("matrix W[1,1]", "no matrix 'W'"),
        ("matrix V[8,1]", "no row or column of V '8'"),
        ("ls.beta[1]", "no value called 'ls.'"),
        ("u[5]:x", "not a placeholder"),
    ],
)
def test_a_misspelt_placeholder_is_told(placeholder, said):
    source, step = values("handout")
    with pytest.raises(Refusal, match=re.escape(said)):
        source.show(placeholder, step)


# -- claims in the texts that are not read from the state


def test_values_of_tau2_along_the_ridge_cost_less_than_one_unit():
    problem = load("handout").problem
    done = fit(problem)

    def profile(tau2: float) -> float:
        grid = np.exp(np.linspace(-3, 3, 600))
        return max(Criterion(problem.moments, "reml", s, tau2).loglik for s in grid)

    for factor in (1 / 3, 4):
        assert profile(factor * done.tau2) > done.loglik - 1


def test_one_fisher_step_is_enough_on_balanced_data():
    problem = load("dyestuff").problem
    for start in ((1.0, 1e5), (1e5, 1.0), (3000.0, 0.0), (10.0, 10.0)):
        trace = Trace(steps(problem, Options(start=start)))
        assert trace[4].state.sigma2 == pytest.approx(fit(problem).sigma2, rel=1e-9)
        assert trace[4].state.tau2 == pytest.approx(fit(problem).tau2, rel=1e-9)


def test_economics_lies_above_the_line_and_philosophy_below():
    problem = load("salaries").problem
    above = problem.y > problem.X @ Ols(problem).beta
    share = dict(zip(problem.group_labels, np.bincount(problem.codes, above), strict=True))
    assert share["Economics"] > 0.75 * 27
    assert share["Philosophy"] == 0


# -- files


GOOD = """title = "Mine"

[defaults]
data = "handout"

[[scene]]
title = "One"
line = 'n = {n}'
text = '''
Here $x^2$ and {u[5]}.

- a point
'''
step = "end"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_teachers_lesson(tmp_path):
    (lesson,) = read_lessons([written(tmp_path, GOOD)])
    (scene,) = lesson.scenes
    assert (lesson.title, scene.title, scene.step) == ("Mine", "One", END)
    assert [block.kind for block in scene.blocks] == ["paragraph", "point"]
    assert scene.panes == ("group_lines",)


@pytest.mark.parametrize(
    ("written_so", "meant"),
    [
        ("τ²", Spotlight("τ²")),
        ("V", Spotlight("V")),
        ("V[2,3]", Spotlight("V", (2, 3))),
        ("(XᵀX)⁻¹[1, 2]", Spotlight("(XᵀX)⁻¹", (1, 2))),
        ("V[5]", Spotlight("V", group="5")),
    ],
)
def test_what_a_lecture_shows(tmp_path, written_so, meant):
    new = f'lecture = ["card", "matrices"]\nspotlight = "{written_so}"'
    (lesson,) = read_lessons([written(tmp_path, GOOD.replace('step = "end"', new))])
    assert lesson.scenes[0].lecture == ("card", "matrices")
    assert lesson.scenes[0].spotlight == meant


def test_a_lesson_on_a_file_beside_it(tmp_path):
    source = load_example("handout")
    (tmp_path / "people.csv").write_bytes(source.path.read_bytes())
    text = GOOD.replace('"handout"', f'"people.csv"\nformula = "{source.formula}"')
    (lesson,) = read_lessons([written(tmp_path, text)])
    assert lesson.scenes[0].analysis().problem.n == 7


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Mine"', '"Mine', "mine.toml, line 1"),
        ('step = "end"', 'step = "edn"', "mine.toml, line 14: there is no step 'edn'"),
        ('step = "end"', 'layers = ["dots"]', "line 14: there is no 'dots' among the layers"),
        ('step = "end"', 'panes = "card"', "line 14: this must be a list"),
        ('step = "end"', 'colour = "red"', "line 14: 'colour' means nothing here"),
        ('step = "end"', 'matrices = ["W"]', "line 6: There is no matrix 'W'"),
        ('step = "end"', 'group = "9"', "line 6: There is no group '9'"),
        ('step = "end"', 'algorithm = "gauss"', "line 14: The algorithm 'gauss' is unknown"),
        ('step = "end"', "simulate = { groups = 1 }", "line 14: this cannot be drawn: Draw at"),
        ('step = "end"', "simulate = { rows = 5 }", "line 14: this cannot be drawn: there is"),
        ('step = "end"', 'cell = "V12"', "line 14: a cell is written like V[1,2]"),
        ('step = "end"', 'lecture = ["card", "steps", "matrices"]', "shows one pane, or two"),
        ('step = "end"', 'lecture = ["blackboard"]', "line 14: there is no 'blackboard'"),
        ('step = "end"', 'spotlight = "V[1"', "line 14: a spotlight is written like τ²"),
        ('step = "end"', 'spotlight = "W"', "line 6: There is no matrix 'W'"),
        ('step = "end"', 'spotlight = "V[8,1]"', "line 6: V has 7 rows and 7 columns"),
        ('step = "end"', 'spotlight = "V[9]"', "line 6: There is no group '9'"),
        ('step = "end"', 'step = "score_beta"\niteration = 99', "the run ends in iteration 10"),
        ('data = "handout"', 'data = "handuot"', "neither an example nor a file 'handuot'"),
        ("{u[5]}", "{u[7]}", "mine.toml, line 10: {u[7]}: There is no group '7'"),
        ("{u[5]}", "{u[5]", "A '{' has no partner"),
        ("$x^2$", "$x^2", "A '$' has no partner"),
        ("line = 'n = {n}'", "", "mine.toml, line 6: 'line' is missing"),
        ("[[scene]]", "[[scenes]]", "'scenes' means nothing here"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(Refusal) as refused:
        read_lessons([written(tmp_path, GOOD.replace(old, new))])
    assert said in str(refused.value)


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refusal, match="could not be read"):
        read_lessons([path])


# -- text


def test_the_marks_of_a_text():
    first, formula, last = parse_text("A *term*, $x_i$ and {n}.\n\n$$ y = x $$\n\nEnd.")
    assert [(p.kind, p.text) for p in first.parts] == [
        ("words", "A "),
        ("term", "term"),
        ("words", ", "),
        ("math", "x_i"),
        ("words", " and "),
        ("value", "n"),
        ("words", "."),
    ]
    assert (formula.kind, formula.parts[0].text) == ("formula", "y = x")
    assert plain_text(last.parts) == "End."
    assert [p.text for p in parse_line("2 * 3 * 4")] == ["2 * 3 * 4"]


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\hat\tau^2", "τ̂²"),
        (r"(X^{\mathsf T} V^{-1} X)^{-1}", "(Xᵀ V⁻¹ X)⁻¹"),
        (r"\frac{a + b}{c}", "(a + b)/c"),
        (r"\frac{\partial}{\partial w}", "∂/∂w"),
        (r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}", "[a, b; c, d]"),
        (r"y_{ji} - \bar r_j", "y_ji − r̄_j"),
        (r"V_{1,2}", "V₁,₂"),
        (r"\mathcal I_{kl} I", "ℐ_kl I"),
        (r"u_j \sim N(0, \tau^2)", "u_j ~ N(0, τ²)"),
    ],
)
def test_latex_in_plain_characters(latex, plain):
    assert plain_math(latex) == plain


def test_no_formula_of_the_lessons_has_an_unknown_command():
    for _, scene in SCENES:
        for part in scene.parts:
            if part.kind == "math":
                assert "\\" not in plain_math(part.text)


def test_every_formula_of_the_lessons_can_be_typeset():
    ziamath = pytest.importorskip("ziamath")
    for latex in {part.text for _, scene in SCENES for part in scene.parts if part.kind == "math"}:
        drawn = ziamath.Latex(latex).svg()
        assert "merror" not in drawn, latex
