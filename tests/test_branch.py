"""What if: a branch takes the steps that a fresh run on the edited data, or from there, takes."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from solver import Analysis, Choices, Options, Problem, Refusal, Trace, load_example, steps
from solver.branch import (
    OtherGroup,
    OtherVariances,
    OtherY,
    branch,
    matched,
    matching,
    set_at,
)
from solver.data.sources import ExampleSource
from solver.state import Kind, Outcome


def analysis(name: str = "handout", **options) -> Analysis:
    about = load_example(name)
    problem = Problem.from_frame(about.frame(), about.formula)
    choices = Choices(ExampleSource(name), about.formula, options=Options(**options))
    return Analysis(choices, problem)


def run(of: Analysis) -> Trace:
    return Trace(steps(of.problem, of.choices.options))


def labels(problem: Problem) -> np.ndarray:
    return problem.group_values[problem.codes]


def same(one, other) -> None:
    """Two states hold the same numbers, to the last bit."""
    for field in dataclasses.fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("criterion", "updated_from", "higher_peak"):
            assert (a is None) == (b is None)
            if a is not None:
                assert (a.sigma2, a.tau2, a.loglik) == (b.sigma2, b.tau2, b.loglik)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b)
        else:
            assert a == b, field.name


@pytest.mark.parametrize("start", ["moments", "half", (2.0, 3.0)])
@pytest.mark.parametrize("algorithm", ["fisher", "ai"])
def test_another_y_is_a_fresh_run_on_the_edited_data(start, algorithm):
    of = analysis(start=start, algorithm=algorithm)
    made = branch(of, run(of), [OtherY(2, 30.0)])
    y = of.problem.y.copy()
    y[2] = 30.0
    fresh = Problem.from_arrays(y, of.problem.X, labels(of.problem))
    expected = list(steps(fresh, of.choices.options))
    assert len(list(made.trace)) == len(expected)
    for mine, theirs in zip(made.trace, expected, strict=True):
        assert (mine.name, mine.iteration) == (theirs.name, theirs.iteration)
        same(mine.state, theirs.state)
    assert made.other_data
    assert made.analysis.problem.X is of.problem.X
    assert of.problem.y[2] == 10


@pytest.mark.parametrize(("row", "label"), [(0, "6"), (4, "1"), (2, "7")])
def test_another_group_is_a_fresh_run_on_the_edited_data(row, label):
    of = analysis()
    made = branch(of, run(of), [OtherGroup(row, label)])
    codes = labels(of.problem)
    codes[row] = int(label)
    fresh = Problem.from_arrays(of.problem.y, of.problem.X, codes)
    assert made.analysis.problem.group_labels == fresh.group_labels
    for mine, theirs in zip(made.trace, steps(fresh, of.choices.options), strict=True):
        same(mine.state, theirs.state)


def test_a_group_that_loses_its_last_row_is_gone():
    of = analysis()
    edits = [OtherGroup(0, "5"), OtherGroup(1, "5")]
    problem = branch(of, run(of), edits).analysis.problem
    assert problem.group_labels == ("5", "6")
    assert problem.codes.tolist() == [0, 0, 0, 0, 0, 1, 1]
    np.testing.assert_array_equal(matching(of.problem, problem), [-1, 0, 1])
    found = matched(np.array([4.0, 5.0]), matching(of.problem, problem))
    np.testing.assert_array_equal(found, [np.nan, 4.0, 5.0])
    np.testing.assert_array_equal(matching(problem, of.problem), [1, 2])


def test_other_variances_share_the_steps_before_and_go_on_as_from_that_start():
    of = analysis()
    trace = run(of)
    made = branch(of, trace, [OtherVariances(8, 5.0, 0.0)])
    assert made.edits == (OtherVariances(4, 5.0, 0.0),)
    assert not made.other_data
    assert all(made.trace[k] is trace[k] for k in range(4))
    update = made.trace[4]
    assert (update.state.sigma2, update.state.tau2) == (5.0, 0.0)
    assert update.state.trials[:-1] == trace[4].state.trials
    assert update.state.trials[-1].kind is Kind.GIVEN
    fresh = list(steps(of.problem, Options(start=(5.0, 0.0))))
    ahead = list(made.trace)
    assert len(ahead) == len(fresh) + 5
    for mine, theirs in zip(ahead[7:], fresh[2:], strict=True):
        assert (mine.name, mine.index - theirs.index) == (theirs.name, 5)
        assert mine.state.criterion.loglik == theirs.state.criterion.loglik
        np.testing.assert_array_equal(mine.state.beta, theirs.state.beta)
        if theirs.index >= 5:
            same(mine.state, theirs.state)


def test_variances_at_the_start_are_that_start():
    of = analysis()
    made = branch(of, run(of), [OtherVariances(3, 5.0, 0.5)])
    assert made.analysis.choices.options.start == (5.0, 0.5)
    for mine, theirs in zip(made.trace, steps(of.problem, Options(start=(5.0, 0.5))), strict=True):
        same(mine.state, theirs.state)


def test_edits_stack_replace_each_other_and_fall_away():
    of = analysis()
    trace = run(of)
    edits = [OtherY(2, 30.0), OtherVariances(9, 1.0, 1.0), OtherY(2, 20.0), OtherY(0, 5.0)]
    made = branch(of, trace, edits)
    assert made.edits == (OtherVariances(9, 1.0, 1.0), OtherY(2, 20.0))
    assert made.analysis.problem.y[2] == 20
    assert made.trace[9].state.sigma2 == 1
    assert made.beside is trace
    nothing = branch(of, trace, [OtherY(2, 10.0), OtherGroup(0, "1")])
    assert nothing.edits == ()
    assert nothing.trace is trace


@pytest.mark.parametrize("step", range(16))
def test_the_variances_of_a_step_were_set_there(step):
    trace = run(analysis())
    setter = trace[set_at(step)]
    assert setter.name in ("initialize", "update_variances")
    assert setter.state.criterion is trace[step].state.criterion
    later = [trace[k].name for k in range(set_at(step) + 1, step + 1)]
    assert "update_variances" not in later


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (OtherY(2, math.nan), "can only be a number"),
        (OtherY(2, math.inf), "can only be a number"),
        (OtherY(9, 1.0), "There is no observation 10"),
        (OtherY(2, 1e200), "would overflow"),
        (OtherGroup(2, "  "), "needs a name"),
        (OtherVariances(3, 0.0, 1.0), "outside the model"),
        (OtherVariances(3, 1.0, -1.0), "outside the model"),
        (OtherVariances(3, 1.0, math.nan), "outside the model"),
        (OtherVariances(499, 1.0, 1.0), "ends before step 499"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(edit, said):
    of = analysis()
    with pytest.raises(Refusal, match=said):
        branch(of, run(of), [edit])


def test_one_group_alone_is_refused():
    of = analysis()
    edits = [OtherGroup(k, "5") for k in (0, 1, 5, 6)]
    with pytest.raises(Refusal, match="one group"):
        branch(of, run(of), edits)
    apart = [OtherGroup(k, f"{k}0") for k in (0, 2, 3, 5)]
    with pytest.raises(Refusal, match="cannot be told apart"):
        branch(of, run(of), apart)


def test_a_word_as_group_makes_labels_words():
    of = analysis()
    problem = branch(of, run(of), [OtherGroup(0, "mining")]).analysis.problem
    assert problem.group_labels == ("1", "5", "6", "mining")


def test_reach_clamps_at_the_end():
    trace = run(analysis())
    assert trace.reach(3).index == 3
    last = trace.reach(10_000)
    assert last.state.outcome is Outcome.CONVERGED
    assert trace.complete
