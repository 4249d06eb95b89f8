"""What a step costs as n grows while the groups stay as they are: the ratio should stay flat."""

from __future__ import annotations

from timing import FORMULA, seconds, simulated

from solver import Problem, steps


def main() -> None:
    """Print microseconds a step, and over those at the smallest n."""
    J = 100
    problems = {
        n: Problem.from_frame(simulated(n, J), FORMULA) for n in (10**3, 10**4, 10**5, 10**6)
    }
    counts = [sum(1 for _ in steps(problem)) for problem in problems.values()]
    taken = seconds(*(lambda p=problem: sum(1 for _ in steps(p)) for problem in problems.values()))
    each = [total / count for total, count in zip(taken, counts, strict=True)]
    print(f"{'n':>9}{'steps':>7}{'µs a step':>12}{'over the first':>16}")
    for n, count, one in zip(problems, counts, each, strict=True):
        print(f"{n:>9}{count:>7}{1e6 * one:>12.1f}{one / each[0]:>16.2f}")


if __name__ == "__main__":
    main()
