"""The sentences: every one is used, every gap is filled, and they say what the fit says."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from solver import Options, Problem, Table, fit, results
from solver.analysis import meanings
from solver.data.meanings import Meaning
from solver.data.sources import FileSource
from solver.inference import comparison_sentences, sentences
from solver.inference.sentences import as_text, paragraphs
from solver.lessons import sentence_templates
from solver.saving.loading import load

RNG = np.random.default_rng(1)
N = 200
TABLE = pd.DataFrame(
    {
        "g": np.arange(N) % 8,
        "x": RNG.normal(50, 12, N),
        "sex": RNG.choice(["f", "m"], N),
        "level": RNG.choice(["low", "mid", "top"], N),
        "new": RNG.integers(0, 2, N),
    }
)
TABLE["y"] = (
    3 + 0.1 * TABLE["x"] + 2 * (TABLE["sex"] == "m") - (TABLE["level"] == "top")
    + RNG.normal(size=8)[TABLE["g"]] + RNG.normal(size=N)
)  # fmt: skip


def fitted(data, method="reml", algorithm="fisher", limit=2000):
    """The results of an example, or of a formula on the table."""
    options = Options(method, algorithm, max_iterations=limit)
    problem = Problem.from_frame(TABLE, data) if "~" in data else load(data).problem
    return results(fit(problem, options))


@cache
def said(*run):
    """The paragraphs of a run, by their keys."""
    written = paragraphs(fitted(*run))
    return dict(zip(sentence_templates()["titles"], written, strict=True))


RUNS = [
    ("handout",), ("hsb82",), ("ceis",), ("dyestuff2",), ("dyestuff",), ("radon", "ml"), ("rail",),
    ("handout", "reml", "em", 3), ("dyestuff2", "reml", "em", 3),
    ("y ~ x * sex + level + I(x ** 2) + (1 | g)",), ("y ~ new + x + (1 | g)", "ml"),
    ("y ~ C(level, Treatment('mid')) + C(sex, Sum) + log(x) + (1 | g)",),
    ("x ~ new + (1 | g)",), ("y ~ log(x) + (1 | g)",), ("y ~ x:new + (1 | g)",),
    ("y ~ x + sex + level + new + (1 | g)",), ("x ~ 1 + (1 | g)",), ("y ~ 0 + x + (1 | g)",),
    ("y ~ 0 + sex + (1 | g)",),
]  # fmt: skip


@pytest.mark.parametrize("run", RUNS, ids=lambda run: " ".join(map(str, run)))
def test_every_sentence_is_whole(run):
    written = said(*run)
    for part in written.values():
        assert part.title
        assert part.sentences
        for sentence in part.sentences:
            assert re.fullmatch(r"[^a-z ].*[^ ][.]|[a-zA-Z_]+[:= ].*[.]", sentence), sentence
            assert not re.search(r"[{}]|nan|None|  | [,.;]|\.\.|-\d|\[T\.(?!m)", sentence), sentence


def test_every_template_is_used_and_every_gap_is_filled(monkeypatch):
    used = set()

    def remember(kind):
        def fill(name, /, **gaps):
            used.add((kind, name))
            return sentence_templates()[kind][name].format(**gaps)

        return fill

    for module in (sentences, comparison_sentences):
        monkeypatch.setattr(module, "say", remember("sentences"))
        monkeypatch.setattr(module, "part", remember("parts"))
    dropped = replace(load("handout").problem, rows_dropped=2)
    below = load("rail").problem
    spread = np.tile([-60, 0, 60], 6)
    lowest = spread - np.where(below.codes == 0, 300, 0)
    alone = Problem.from_arrays(lowest, np.ones(below.n), below.codes)
    hardly = Problem.from_arrays(spread + 20 * below.codes, np.ones(below.n), below.codes)
    for run in [*(fitted(*run) for run in RUNS), *map(results, map(fit, (dropped, alone, hardly)))]:
        paragraphs(run)
        comparison_sentences.comparison_sentences(run)
    there_are = {
        (kind, name) for kind in ("sentences", "parts") for name in sentence_templates()[kind]
    }
    assert there_are - used == set()


def test_what_the_groups_change():
    changed = comparison_sentences.comparison_sentences
    assert changed(fitted("handout")) == (
        "Least squares has one variance for all scatter around its line, 4.65. The multilevel "
        "model by REML parts it: σ² = 0.723 within the groups of INDUSTRY, τ² = 3.98 between them.",
        "The slope of HOURS is 0.00562 by least squares and 0.00474 by REML. Its standard error is "
        "0.410 times that of least squares, which counts the differences between groups as error.",
        "ML estimates τ² as 2.62, lower than REML's 3.98: it takes the fixed effects for known.",
    )
    assert "draw the same line" in changed(fitted("dyestuff2"))[0]
    assert "1.09 times" in changed(fitted("hsb82"))[1]
    assert "takes rows of one group for independent" in changed(fitted("hsb82"))[1]
    assert "nearly the same" in changed(fitted("ceis"))[1]


def test_what_the_handout_says():
    written = said("handout")
    assert written["fixed"].sentences == (
        "Where HOURS = 0, LOOK_HRS is 4.39 hours per week on average. "
        "The 95 % interval runs from 0.262 to 8.53.",
        "No row has HOURS = 0: this is where the line would start, outside of what was observed.",
        "Among rows of the same INDUSTRY, those with HOURS higher by 100 (hours) have a LOOK_HRS "
        "that is higher by 0.474 hours per week on average. "
        "The 95 % interval runs from 0.130 to 0.817 and does not hold 0 (p = 0.0217).",
    )
    assert written["groups"].sentences[0] == (
        "Of the variance that the predictors leave, 85 % lies between the groups of INDUSTRY and "
        "15 % within them (ICC 0.846, 95 % interval from 0.0501 to 0.993)."
    )
    assert "Education/Health/Social services (+2.19)" in written["standing_out"].sentences[0]
    assert any("only 3 groups" in sentence for sentence in written["limits"].sentences)


def test_on_the_boundary_it_is_explained_and_nobody_stands_out():
    written = said("dyestuff2")
    assert "exactly 0" in written["groups"].sentences[0]
    assert "no proof that the groups are alike" in written["groups"].sentences[1]
    assert written["standing_out"].sentences == (
        "No group stands out: with τ² estimated as 0 every group's û is 0, "
        "and all groups share one line.",
    )


def test_a_run_that_did_not_converge_says_so_first_and_has_no_intervals_of_the_icc():
    written = said("handout", "reml", "em", 3)
    assert written["data"].sentences[0].startswith("The run stopped before")
    assert not any("ICC" in sentence for sentence in written["groups"].sentences)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("y ~ sex + (1 | g)", "Among rows of the same g, those with sex = m have a y that is"),
        ("y ~ sex + (1 | g)", "than those in the reference category of sex."),
        ("y ~ C(level, Treatment('mid')) + (1 | g)", "than those with level = mid."),
        ("y ~ C(level, Treatment('mid')) + (1 | g)", "Where level = mid, y is"),
        ("y ~ new + (1 | g)", "than those with new = 0."),
        ("y ~ x + new + (1 | g)", "Among rows of the same g that agree in the other predictors,"),
        ("y ~ log(x) + (1 | g)", "The coefficient of log(x) is"),
        ("y ~ log(x) + (1 | g)", "It belongs to a transformed variable"),
        ("y ~ x * new + (1 | g)", "It belongs to an interaction"),
        ("y ~ x * new + (1 | g)", "x stands in other terms as well"),
        ("y ~ 1 + (1 | g)", "The average of y over the groups is"),
    ],
)
def test_terms_are_read_for_what_they_are(formula, expected):
    assert expected in " ".join(said(formula)["fixed"].sentences)


def test_labels_and_units_come_from_the_meanings():
    problem = Problem.from_frame(TABLE, "y ~ new + (1 | g)")
    problem = replace(
        problem,
        meanings={
            "y": Meaning("Hours asleep", "h"),
            "new": Meaning("Treatment", "", {"0": "old pill", "1": "new pill"}),
            "g": Meaning("", "", {"4": "Ward 4"}),
        },
    )
    text = as_text(paragraphs(results(fit(problem))))
    assert "y: Hours asleep, in h. new: Treatment." in text
    assert re.search(r"those with new = new pill have a y that is \w+ by [\d.]+ h on", text)
    assert "than those with new = old pill." in text
    assert "Ward 4 (" in text


def test_the_labels_of_an_example_are_known():
    problem = load("ceis").problem
    assert problem.meanings["INDUSTRY"].labels["1"] == "Agriculture/Forestry"
    assert problem.meanings["HOURS"].unit == "hours"


def test_the_labels_of_a_file_are_known():
    table = Table(TABLE, {"y": "Hours asleep"}, {"g": {1.0: "North", 2.0: "South"}})
    found = meanings(FileSource("sleep.sav"), table)
    assert found["y"].text == "Hours asleep"
    assert found["g"].labels == {"1": "North", "2": "South"}


def test_as_text_has_a_head_above_each_paragraph():
    text = as_text(tuple(said("handout").values()))
    assert text.startswith("What was compared\n7 rows in 3 groups")
    assert len(text.split("\n\n")) == len(sentence_templates()["titles"])
