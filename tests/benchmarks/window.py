"""The window's reach, as ratios to bare Qt and bare matplotlib measured in the same run.

Runs offscreen. Whole processes are timed in turns; steps inside one process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()  # none of the reader's own settings

ROOT = Path(__file__).resolve().parents[2]

BARE_WINDOW = """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
application.processEvents()
"""

BARE_FIGURE = """
import matplotlib, numpy, pandas, scipy
matplotlib.use("Agg")
from matplotlib.figure import Figure
figure = Figure()
figure.add_subplot().scatter([1, 2], [3, 4])
figure.canvas.draw()
"""


def main() -> None:
    """Print the rows of the table."""
    python = [sys.executable, "-c"]
    own = [sys.executable, "main.py", "smoke", "--until"]
    bare, painted, figure, ready = processes(
        [*python, BARE_WINDOW], [*own, "window"], [*python, BARE_FIGURE], [*own, "ready"]
    )
    row("first paint, over a bare PySide6 window", painted / bare, 3)
    row("ready, over importing and painting one figure", ready / figure, 1.5)
    for data in ("ceis", "hsb82"):
        forth, scatter = steps(data)
        row(f"step, all visible panes painted, {data}, over a scatter", forth / scatter, 0.75)
    row("longest block while running, handout … n = 10⁶, ms", longest_block(), 100)


def row(name: str, value: float, reach: float) -> None:
    """Print one line."""
    print(f"{name:<62}{value:8.2f}   (reach ≤ {reach:g})", flush=True)


def processes(*commands: list[str], repeats: int = 5) -> list[float]:
    """Median wall seconds of each command, taking turns, the first turn not counted."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    taken: list[list[float]] = [[] for _ in commands]
    for turn in range(repeats + 1):
        for command, times in zip(commands, taken, strict=True):
            start = perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
            if turn:
                times.append(perf_counter() - start)
    return [median(times) for times in taken]


def steps(data: str) -> tuple[float, float]:
    """Median seconds of a step or a step back, and of one full scatter draw of the same n."""
    from mlm_gui.app import create

    application, window = create([data])
    window.resize(1440, 900)
    window.show()
    settle(application.processEvents)
    figure = scatter(window.session.problem)
    times: list[float] = []
    draws: list[float] = []
    moves = [window.session.step] * 10 + [window.session.back] * 10
    for move in moves * 2:
        times.append(timed(lambda move=move: (move(), application.processEvents())))
        draws.append(timed(figure))
    window.close()
    return median(times), median(draws)


def scatter(problem: object) -> Callable[[], object]:
    """A full draw of a bare matplotlib scatter of the same rows."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5))
    canvas = FigureCanvasAgg(figure)
    figure.add_subplot().scatter(problem.X[:, -1], problem.y)  # type: ignore[attr-defined]
    return canvas.draw


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def settle(turn: Callable[[], object]) -> None:
    """Let the event loop run until what is drawn in idle time is drawn."""
    from mlm_gui.typeset import typesetter

    turn()
    typesetter().finish()
    for _ in range(20):
        turn()


def longest_block() -> float:
    """Milliseconds of the longest turn of the event loop while running to the end."""
    from timing import FORMULA, simulated

    from mlm_gui.app import create
    from solver import Choices, Table, analyse
    from solver.data.sources import FileSource

    application, window = create(["handout"])
    window.resize(1440, 900)
    window.show()
    settle(application.processEvents)
    longest = 0.0
    for name in ("handout", "ceis", "n = 10⁶"):
        if name == "n = 10⁶":
            table = Table(simulated(10**6, 5 * 10**4))
            window.open(analyse(Choices(FileSource(name), FORMULA), table))
        else:
            window.open_data(name)
        settle(application.processEvents)
        window.session.set_interval(1)
        window.session.run()
        while window.session.running:
            longest = max(longest, timed(application.processEvents))
    window.close()
    return 1e3 * longest


if __name__ == "__main__":
    main()
