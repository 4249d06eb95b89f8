"""A trace in a file: it opens again and is the same run, bit for bit, and nothing is fitted."""

import sys
from dataclasses import fields

import numpy as np
import pytest

import solver.saving.trace_file
from solver import Analysis, Choices, Options, Problem, Refusal, State, Trace, steps
from solver.data.sources import FileSource
from solver.matrices import matrix_names
from solver.saving.loading import load, open_any
from solver.saving.trace_file import is_trace, read_trace, write_trace
from solver.state import STEP_NAMES
from solver.terminal import main

RUNS = [
    ("handout", {}),
    ("handout", {"start": "half", "algorithm": "ai"}),
    ("dyestuff2", {"algorithm": "newton"}),
    ("sleepstudy", {"method": "ml", "start": (3, 0)}),
    ("salaries", {"algorithm": "em", "max_iterations": 3}),
]


def saved(path, data="handout", **options):
    analysis = load(data, options=Options(**options))
    trace = Trace(steps(analysis.problem, analysis.choices.options))
    write_trace(path, analysis, trace)
    return analysis, trace


def said_on(path):
    """The notice that a trace opens with, or the refusal."""
    try:
        return read_trace(path).notice
    except Refusal as refusal:
        return str(refusal)


def same(one, other):
    """Whether two values are equal to the last bit."""
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if one is None or other is None:
        return one is other
    if hasattr(one, "parts"):
        return (one.sigma2, one.tau2, one.parts) == (other.sigma2, other.tau2, other.parts)
    return one == other


@pytest.mark.parametrize(("data", "options"), RUNS)
def test_the_run_comes_back_bit_for_bit(tmp_path, data, options):
    path = tmp_path / "run.trace.jsonl"
    analysis, trace = saved(path, data, **options)
    replay = read_trace(path)
    assert replay.notice == ""
    assert replay.analysis.choices == analysis.choices
    assert replay.trace.complete
    assert len(replay.trace) == len(trace)
    for one, other in zip(trace, replay.trace, strict=True):
        assert (one.index, one.iteration, one.name) == (other.index, other.iteration, other.name)
        assert other.problem is replay.analysis.problem
        for item in fields(State):
            assert same(getattr(one.state, item.name), getattr(other.state, item.name)), item.name


def test_what_a_step_left_alone_is_the_same_object_in_the_replay(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    _, trace = saved(path)
    replayed = read_trace(path).trace
    for k in range(1, len(trace)):
        for item in fields(State):
            alone = getattr(trace[k].state, item.name) is getattr(trace[k - 1].state, item.name)
            if alone:
                now, before = replayed[k].state, replayed[k - 1].state
                assert getattr(now, item.name) is getattr(before, item.name), (k, item.name)


def test_the_problem_comes_back_bit_for_bit(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    one, other = saved(path, "salaries")[0].problem, read_trace(path).analysis.problem
    for record, again in ((one, other), (one.moments, other.moments)):
        for item in fields(record):
            if item.name != "moments":
                assert same(getattr(record, item.name), getattr(again, item.name)), item.name
    assert one.X.flags.f_contiguous == other.X.flags.f_contiguous
    assert one.group_labels == other.group_labels


def test_every_matrix_of_a_replayed_step_is_the_same(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    _, trace = saved(path)
    for one, other in zip(trace[:12], read_trace(path).trace[:12], strict=True):
        assert matrix_names(one.state) == matrix_names(other.state)
        for name in matrix_names(one.state):
            assert np.array_equal(other.matrix(name).dense(), one.matrix(name).dense()), name


@pytest.mark.parametrize(
    "labels", [["b", "a", "b", "a"], [2.5, 1, 2.5, 1], [True, False, True, False], [7, -1, 7, -1]]
)
def test_groups_keep_their_labels(tmp_path, labels):
    problem = Problem.from_arrays([1.0, 2.5, 3.0, 5.0], [1.0, 1, 1, 1], labels)
    analysis = Analysis(Choices(FileSource("gone.csv"), problem.formula), problem)
    write_trace(tmp_path / "x", analysis, steps(problem))
    again = read_trace(tmp_path / "x").analysis.problem
    assert again.group_values.tolist() == problem.group_values.tolist()
    assert again.group_values.dtype == problem.group_values.dtype


def test_nothing_is_fitted_or_reduced_in_a_replay(tmp_path, monkeypatch):
    path = tmp_path / "run.trace.jsonl"
    saved(path)

    def never(*arguments, **more):
        raise AssertionError("computed again")

    for place, name in (("steps", "update"), ("problem", "moments"), ("convergence", "profile")):
        monkeypatch.setattr(sys.modules[f"solver.{place}"], name, never)
    assert read_trace(path).trace[-1].state.converged


def test_a_trace_is_known_by_its_name_or_its_first_bytes(tmp_path):
    saved(tmp_path / "plain")
    assert is_trace(tmp_path / "plain")
    assert is_trace(tmp_path / "not there.trace.jsonl")
    (tmp_path / "other").write_text("{}")
    assert not is_trace(tmp_path / "other")
    assert not is_trace(tmp_path)
    assert open_any(str(tmp_path / "plain")).trace is not None


def test_cut_off_anywhere_it_opens_up_to_the_last_whole_step_or_is_refused(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    _, trace = saved(path)
    content = path.read_bytes()
    ends = [k for k, byte in enumerate(content) if byte == ord("\n")]
    for length in [*range(0, len(content) - 1, 997), ends[0], ends[1], ends[1] + 1, ends[-2]]:
        path.write_bytes(content[:length])
        whole = sum(end < length for end in ends) - 1
        if whole < 1:
            with pytest.raises(Refusal, match=r"cut off|not a StepREML trace"):
                read_trace(path)
            continue
        replay = read_trace(path)
        assert len(replay.trace) == min(whole, len(trace))
        assert f"up to step {len(replay.trace) - 1}" in replay.notice
        assert replay.trace.advance() is None


def test_a_changed_file_is_refused(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    saved(path)
    content = path.read_bytes()
    rng = np.random.default_rng(3)
    for place in rng.integers(0, len(content), 60):
        for mark in (content[place] ^ 1, content[place] ^ 0x80):
            path.write_bytes(content[:place] + bytes([mark]) + content[place + 1 :])
            assert path.name in said_on(path)  # where the last line was hit, that it is cut off


def test_a_changed_and_cut_off_file_never_fails_otherwise(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    saved(path)
    content = b"\n".join(path.read_bytes().split(b"\n")[:9]) + b"\n"
    rng = np.random.default_rng(4)
    refused = 0
    for place in rng.integers(0, len(content), 400):
        path.write_bytes(content[:place] + bytes([content[place] ^ 2]) + content[place + 1 :])
        refused += "damaged" in said_on(path)
    assert refused > 100


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a StepREML trace file"),
        (b"y,x,g\n1,2,3\n", "is not a StepREML trace file"),
        (b"[]\n", "is not a StepREML trace file"),
        (b'{"format": "StepREML trace", "version": 99}\n', "newer StepREML"),
        (b'{"format": "StepREML trace", "version": 1}\n', "choices is 'None'"),
    ],
)
def test_a_foreign_file_is_refused(tmp_path, content, said):
    path = tmp_path / "x.trace.jsonl"
    path.write_bytes(content)
    with pytest.raises(Refusal, match=said):
        read_trace(path)


def test_a_trace_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refusal, match="cannot be read"):
        read_trace(tmp_path / "no.trace.jsonl")


def test_a_failure_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "run.trace.jsonl"
    analysis, trace = saved(path)
    before = path.read_bytes()

    def breaking():
        yield trace[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_trace(path, analysis, breaking())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(Refusal, match="cannot be written"):
        write_trace(tmp_path / "no" / "x", analysis, trace)


def test_the_terminal_saves_a_walk_and_walks_it_again(tmp_path, capsys):
    path = str(tmp_path / "w.trace.jsonl")
    assert main(["walk", "rail", "--method", "ml", "--all", "--save", path]) == 0
    walked = capsys.readouterr().out
    assert main(["walk", path, "--all"]) == 0
    assert capsys.readouterr().out == walked
    assert main(["walk", path, "--all", "--json"]) == 0
    assert capsys.readouterr().out.count("\n") % len(STEP_NAMES[1:]) == 1
    assert main(["fit", path]) == 0
    assert "ML" in capsys.readouterr().out


@pytest.mark.parametrize("more", [["--method", "ml"], ["--max-iterations", "3"]])
def test_a_replay_has_its_own_options(tmp_path, capsys, more):
    path = tmp_path / "w.trace.jsonl"
    saved(path)
    assert main(["walk", str(path), *more]) == 2
    assert f"Leave out {more[0]}" in capsys.readouterr().err
    assert main(["walk", str(path), "y ~ 1 + (1 | g)"]) == 2
    assert "its own formula" in capsys.readouterr().err


def test_a_cut_off_walk_says_so(tmp_path, capsys):
    path = tmp_path / "w.trace.jsonl"
    saved(path)
    path.write_bytes(path.read_bytes()[:-400])
    assert main(["walk", str(path), "--all"]) == 0
    assert "was cut off" in capsys.readouterr().err


def test_the_module_tells_the_version_it_writes():
    assert f'"version": {solver.saving.trace_file.VERSION}' in solver.saving.trace_file.__doc__
