"""Peak memory of a fit at n = 10⁶, over the interpreter with its imports, per size of the columns.

Runs in a process of its own for each of the two, and reads the peak that the system kept (Linux).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

IMPORTS = "import numpy, pandas, formulaic, solver, solver.formula; from timing import *; "
BASE = IMPORTS + "simulated(10**3, 50)"
FIT = IMPORTS + ("import solver; f = {make}; solver.fit(solver.Problem.from_frame(f, FORMULA))")


def main() -> None:
    """Print megabytes and the ratio."""
    columns = 3 * 8.0
    base = peak(FIT.format(make="simulated(10**3, 50)"))
    frame = peak(IMPORTS + f"f = {made()}")
    whole = peak(FIT.format(make=made()))
    print(f"columns used                        {columns:8.1f} MB")
    print(f"interpreter with its imports        {base:8.1f} MB")
    print(f"  and the table                     {frame - base:8.1f} MB more")
    print(f"  and the fit                       {whole - base:8.1f} MB more, the table included")
    print(f"table and fit over the columns used {(whole - base) / columns:8.2f}")


def made() -> str:
    """A table that leaves no larger peak behind than itself."""
    return (
        "pd.DataFrame({'y': np.random.default_rng(0).normal(size=10**6),"
        "'x': np.random.default_rng(1).normal(size=10**6),"
        "'g': np.arange(10**6) % 50000}, copy=False)"
    )


def peak(code: str) -> float:
    """Peak resident megabytes of a process that runs the code."""
    tail = "\nprint(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1])"
    run = subprocess.run(
        [sys.executable, "-c", code + tail],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    return int(run.stdout) / 1024


if __name__ == "__main__":
    main()
