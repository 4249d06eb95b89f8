"""The trace takes steps when asked, keeps them, and takes no more than asked for."""

import pytest

from solver import Problem, Trace, load_example, steps


@pytest.fixture
def problem():
    example = load_example("handout")
    return Problem.from_frame(example.frame(), example.formula)


@pytest.fixture
def trace(problem):
    return Trace(steps(problem))


def test_nothing_is_taken_before_it_is_asked_for(trace):
    assert len(trace) == 0
    assert not trace.complete


@pytest.mark.parametrize(
    ("ask", "taken"),
    [(lambda t: t[0], 1), (lambda t: t[4], 5), (lambda t: t[:3], 3), (lambda t: t[1:6:2], 6)],
)
def test_an_index_or_a_slice_takes_just_what_it_needs(trace, ask, taken):
    ask(trace)
    assert len(trace) == taken


def test_an_empty_slice_takes_nothing(trace):
    assert trace[:0] == []
    assert len(trace) == 0


def test_what_was_taken_is_kept(trace):
    third = trace[3]
    trace.exhaust()
    assert trace[3] is third


@pytest.mark.parametrize("ask", [lambda t: t[-1], lambda t: t[-3:], lambda t: t[2:]])
def test_counting_from_the_end_runs_to_the_end(trace, ask):
    ask(trace)
    assert trace.complete
    assert trace[-1].state.outcome is not None


def test_it_is_complete_with_the_last_step_and_not_before(trace, problem):
    number = sum(1 for _ in steps(problem))
    _ = trace[number - 2]
    assert not trace.complete
    _ = trace[number - 1]
    assert trace.complete
    assert trace.advance() is None
    assert len(trace) == number


def test_an_index_beyond_the_end_is_an_error(trace):
    with pytest.raises(IndexError):
        _ = trace[10**6]
    assert trace.complete


def test_two_readers_see_the_same_steps(trace):
    first, second = iter(trace), iter(trace)
    ahead = [next(first) for _ in range(7)]
    assert [next(second) for _ in range(7)] == ahead
    assert [step.index for step in trace] == list(range(len(trace)))


def test_exhaust_is_the_last_step(trace):
    assert trace.exhaust() is trace[len(trace) - 1]
