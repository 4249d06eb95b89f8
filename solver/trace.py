"""The history of a run: steps are taken when somebody asks for them, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from solver.step import Step


class Trace(Sequence[Step]):
    """A lazy, append-only list of the steps of a run.

    Asking for ``trace[k]`` takes the steps up to k; what was taken once is never computed again.
    ``len(trace)`` counts the steps taken so far.

    Parameters
    ----------
    run : iterable of Step
        Such as ``steps(problem, options)``.
    """

    def __init__(self, run: Iterable[Step]) -> None:
        self._run = iter(run)
        self._taken: list[Step] = []
        self._complete = False

    def __len__(self) -> int:
        return len(self._taken)

    @property
    def complete(self) -> bool:
        """Whether the run is known to have ended."""
        return self._complete

    def advance(self) -> Step | None:
        """Take one more step; None when the run has ended."""
        if self._complete:
            return None
        step = next(self._run, None)
        if step is None:
            self._complete = True
            return None
        self._taken.append(step)
        self._complete = step.state.outcome is not None
        return step

    def exhaust(self) -> Step:
        """Run to the end; the last step."""
        while self.advance() is not None:
            pass
        return self._taken[-1]

    def reach(self, index: int) -> Step:
        """The step at an index, or the last one where the run ends before."""
        while len(self._taken) <= index and self.advance() is not None:
            pass
        return self._taken[min(index, len(self._taken) - 1)]

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        """The step at an index, taken now if need be.

        A negative index or an open slice is one from the end, and so runs to the end first.

        Raises
        ------
        IndexError
            When the run ends before.
        """
        if isinstance(index, int):
            needed = index + 1 if index >= 0 else None
        else:
            needed = index.stop if (index.start or 0) >= 0 else None
        if needed is None or needed < 0:
            self.exhaust()
        else:
            while len(self._taken) < needed and self.advance() is not None:
                pass
        return self._taken[index]

    def __iter__(self) -> Iterator[Step]:
        position = 0
        while position < len(self._taken) or self.advance() is not None:
            yield self._taken[position]
            position += 1
