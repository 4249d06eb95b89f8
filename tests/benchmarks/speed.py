"""How long a fit takes, over a bare pass of the data and beside other packages.

``arrays to fit`` reduces ready-made arrays and runs all steps; ``frame to fit`` also reads the
formula and the table; ``steps`` is what is left once the data are reduced.
"""

from __future__ import annotations

import warnings

from timing import FORMULA, bare_pass, seconds, simulated

from solver import Problem, fit
from solver.moments import moments


def main() -> None:
    """Print the two tables."""
    n, J = 10**6, 5 * 10**4
    frame = simulated(n, J)
    problem = Problem.from_frame(frame, FORMULA)
    y, X, codes, sizes = problem.y, problem.X, problem.codes, problem.group_sizes
    bare, frame_fit, array_fit, steps_only = seconds(
        bare_pass(frame, J),
        lambda: fit(Problem.from_frame(frame, FORMULA)),
        lambda: (moments(y, X, codes, sizes), fit(problem)),
        lambda: fit(problem),
    )
    print(f"n = {n}, J = {J}, p = 2: bare pass {1e3 * bare:.1f} ms")
    for name, taken in (
        ("frame to fit", frame_fit),
        ("the fit alone (data reduced and all steps)", array_fit),
        ("the steps alone", steps_only),
    ):
        print(f"  {name:<44}{1e3 * taken:8.1f} ms   {taken / bare:6.2f} × bare pass")
    others()


def others() -> None:
    """Print seconds beside statsmodels and mixedlm."""
    import mixedlm
    import statsmodels.formula.api as smf

    print(f"\n{'n':>9}{'J':>7}{'StepREML':>12}{'mixedlm':>22}{'statsmodels':>22}")
    for n, J in ((10**3, 50), (10**4, 500), (10**5, 5000), (10**6, 50000)):
        frame = simulated(n, J)
        rivals = [lambda frame=frame: mixedlm.lmer(FORMULA, frame)]
        if n <= 10**5:
            rivals.append(lambda frame=frame: smf.mixedlm("y ~ x", frame, groups="g").fit())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            own, *rest = seconds(
                lambda frame=frame: fit(Problem.from_frame(frame, FORMULA)),
                *rivals,
                repeats=5 if n < 10**5 else 1,
            )
        cells = [f"{taken:9.3f} s {taken / own:6.0f} ×" for taken in rest]
        print(f"{n:>9}{J:>7}{own:>10.4f} s" + "".join(f"{cell:>22}" for cell in cells))


if __name__ == "__main__":
    main()
