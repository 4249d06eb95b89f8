"""The decisions that everything hangs on (CONTRIBUTING.md), as tests."""

import ast
import dataclasses
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from solver import Problem, State, Step, Trace, fit, load_example, steps
from solver.state import STEP_NAMES

ROOT = Path(__file__).parent.parent
SOLVER = sorted((ROOT / "solver").rglob("*.py"))
ENGINE = (
    "moments", "criterion", "start", "updates", "convergence", "surface", "steps", "trace", "fit",
)  # fmt: skip
"""The modules that compute; those around them read tables and formulas, or print."""


def problem():
    example = load_example("handout")
    return Problem.from_frame(example.frame(), example.formula)


def imported_by(code):
    """The modules that a fresh interpreter has after running some code."""
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(json.loads(ended.stdout))


# What is imported when

SCREEN = {"PySide6", "matplotlib", "ziamath", "mlm_gui"}
TABLES = {"pandas", "formulaic", "pyarrow", "pyreadstat", "python_calamine"}


@pytest.mark.parametrize(
    "code",
    [
        "import solver",
        """
import numpy as np, solver
problem = solver.Problem.from_arrays(
    [5, 7, 10, 9, 13, 6, 9], [[1, k * k % 5] for k in range(7)], [1, 1, 5, 5, 5, 6, 6]
)
solver.fit(problem).matrix("V").dense()
""",
    ],
)
def test_arrays_need_no_tables_and_nothing_needs_a_screen(code):
    loaded = imported_by(code)
    assert "solver" in loaded
    assert not loaded & (SCREEN | TABLES | {"scipy.stats"})


def test_a_frame_and_a_formula_need_no_screen():
    loaded = imported_by("""
from solver import Problem, fit, load_example
example = load_example("handout")
fit(Problem.from_frame(example.frame(), example.formula))
""")
    assert not loaded & (SCREEN | {"scipy.stats", "pyreadstat"})


def painted(until, settings):
    """The modules that the window has loaded when it is painted, or ready."""
    return imported_by(f"""
import os
os.environ |= {{"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": {str(settings)!r}}}
from mlm_gui.app import main
main(["smoke", "--until", {until!r}])
""")


def test_the_window_is_painted_before_the_solver_is_loaded(tmp_path):
    loaded = painted("window", tmp_path)
    assert "mlm_gui.main_window" in loaded
    assert not loaded & (TABLES | {"solver", "numpy", "matplotlib", "ziamath", "email"})


def test_what_a_number_is_made_of_is_loaded_when_one_is_asked_about(tmp_path):
    loaded = painted("ready", tmp_path)
    assert "solver.quantity" in loaded
    assert not loaded & (TABLES | {"solver.accounts", "mlm_gui.panels.explanation", "scipy.stats"})


@pytest.mark.parametrize("path", SOLVER, ids=lambda path: path.stem)
def test_no_line_of_the_solver_imports_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module]
        else:
            continue
        assert not {name.partition(".")[0] for name in names} & SCREEN


# 1. A step is an immutable snapshot


def test_a_step_and_its_state_cannot_be_changed():
    for step in steps(problem()):
        for record in (step, step.state, step.problem, step.options):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(record, dataclasses.fields(record)[0].name, None)


def test_arrays_cannot_be_written_to():
    for step in steps(problem()):
        arrays = [v for v in vars(step.state).values() if isinstance(v, np.ndarray)]
        arrays += [v for v in vars(step.problem).values() if isinstance(v, np.ndarray)][:3]
        assert len(arrays) >= 5
        for array in arrays:
            assert not array.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


def test_states_are_compared_by_identity():
    first, second = next(steps(problem())), next(steps(problem()))
    for one, other in ((first, second), (first.state, second.state)):
        assert one != other
        assert {one, one} == {one}


def test_what_a_step_left_alone_is_the_same_object():
    taken = list(steps(problem()))
    for old, new in pairwise(taken):
        if new.name == "score_beta":
            changed = {
                field.name
                for field in dataclasses.fields(State)
                if getattr(old.state, field.name) is not getattr(new.state, field.name)
            }
            assert changed == {"score_beta"}
        assert new.problem is old.problem


# 2. One code path


def test_fit_is_the_last_of_the_steps():
    *_, last = steps(problem())
    found = fit(problem())
    assert isinstance(found.step, Step)
    assert found.state is found.step.state
    assert (found.step.index, found.iterations) == (last.index, last.iteration)
    for name in ("beta", "u", "sigma2", "tau2", "loglik", "shrinkage", "beta_cov"):
        np.testing.assert_array_equal(getattr(found, name), getattr(last.state, name))


# 3. The numbers come without words


def sentences(path):
    """Texts with a blank in a module, those of docstrings and raised errors aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise | ast.Expr) or "super().__init__" in _source(node)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in aside:
            value = node.value
            if isinstance(value, str) and " " in value.strip():
                yield value


def _source(node):
    return ast.unparse(node) if isinstance(node, ast.Call) else ""


@pytest.mark.parametrize("name", ENGINE)
def test_the_engine_has_no_sentences(name):
    assert list(sentences(ROOT / "solver" / f"{name}.py")) == []


# 4. A cursor over an append-only trace


def test_going_back_computes_nothing():
    taken = []

    def counted():
        for step in steps(problem()):
            taken.append(step)
            yield step

    trace = Trace(counted())
    assert taken == []
    fifth = trace[5]
    assert len(taken) == 6
    assert trace[2] is taken[2]
    assert trace[5] is fifth
    assert len(taken) == 6
    assert trace.exhaust() is taken[-1]
    assert list(trace) == taken


# The file for the projector


def test_steps_is_short_and_in_the_order_of_the_steps():
    text = (ROOT / "solver" / "steps.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 160
    functions = [n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
    assert functions == ["steps", "iterations", *STEP_NAMES]
