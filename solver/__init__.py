"""Random-intercept models by REML, one named step at a time.

>>> from solver import Problem, fit, load_example
>>> example = load_example("handout")
>>> result = fit(Problem.from_frame(example.frame(), example.formula))
>>> round(result.tau2, 4)
3.9812
"""

from solver.analysis import Analysis, Choices, analyse
from solver.data.examples import Example, example_names, load_example
from solver.data.preparation import Preparation
from solver.data.tables import Table, read_table
from solver.errors import Refusal
from solver.fit import Fit, fit
from solver.inference.results import Results, results
from solver.ols import Ols, no_pooling
from solver.problem import Problem
from solver.state import Options, Outcome, State
from solver.step import Step
from solver.steps import steps
from solver.trace import Trace

__all__ = [
    "Analysis",
    "Choices",
    "Example",
    "Fit",
    "Ols",
    "Options",
    "Outcome",
    "Preparation",
    "Problem",
    "Refusal",
    "Results",
    "State",
    "Step",
    "Table",
    "Trace",
    "analyse",
    "example_names",
    "fit",
    "load_example",
    "no_pooling",
    "read_table",
    "results",
    "steps",
]
