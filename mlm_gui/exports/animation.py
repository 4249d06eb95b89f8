"""The run as a moving picture: group lines, and the path on the surface, step by step."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from mlm_gui.exports.figures import MM, FigureSize, drawn
from mlm_gui.exports.progress import Progress, finish
from mlm_gui.panels.group_lines import GroupLinesPanel
from mlm_gui.panels.surface import SurfacePanel
from mlm_gui.plotting import PlotPanel
from mlm_gui.theme import load_theme
from mlm_gui.widgets.plot_label import Label, Letters
from mlm_gui.widgets.plot_layout import subscript
from solver import Refusal, Step, Trace
from solver.formatting import number
from solver.lessons import step_lessons, words
from solver.state import STEP_NAMES

MOST = 240
"""Frames of an animation; a longer run loses steps, evenly."""

HOLD = 4
"""How many times as long the last frame stays."""

PANELS: dict[str, type[PlotPanel]] = {"group_lines": GroupLinesPanel, "surface": SurfacePanel}


@dataclass(frozen=True)
class AnimationSize:
    """How an animation is shown.

    Attributes
    ----------
    width, height : pixels, even
    seconds : how long a step stays
    plots : which plots, side by side
    """

    width: int = 1280
    height: int = 640
    seconds: float = 0.6
    plots: tuple[str, ...] = ("group_lines", "surface")

    def __post_init__(self) -> None:
        if not (320 <= self.width <= 3840 and 240 <= self.height <= 2160):
            raise Refusal("An animation is 320 to 3840 pixels wide and 240 to 2160 high.")
        if not 0.05 <= self.seconds <= 20:
            raise Refusal("A step stays for 0.05 to 20 seconds.")
        if not self.plots:
            raise Refusal("Choose at least one plot.")


def has_ffmpeg() -> bool:
    """Whether the program that makes MP4 is there."""
    return shutil.which("ffmpeg") is not None


def frames_of(run: Sequence[Step]) -> list[Step]:
    """The steps that become frames: all, or of a long run ends of iterations, evenly chosen."""
    if len(run) <= MOST:
        return list(run)
    ends = [run[0], *(step for step in run if step.name == STEP_NAMES[-1])]
    every = -(-len(ends) // MOST)
    return [*ends[:-1:every], ends[-1]]


def save_animation(trace: Trace, path: Path, size: AnimationSize) -> Iterator[Progress]:
    """Write a run as GIF or MP4, by the path's suffix.

    Yields
    ------
    Progress
        After each frame; to call it off, ask for no more.

    Raises
    ------
    Refusal
        When the suffix is another, ffmpeg is missing for MP4, or the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in (".gif", ".mp4"):
        raise Refusal(f"An animation is .gif or .mp4, not '{path.name}'. Change the name's end.")
    if kind == ".mp4" and not has_ffmpeg():
        raise Refusal("MP4 needs the program ffmpeg, which is not installed. Save it as GIF.")
    yield from finish(trace)
    pictures: list[Any] = []
    try:
        with ExitStack() as open_things:
            out = open_things.enter_context(_Film(path, size)) if kind == ".mp4" else None
            for progress, picture in _frames(trace, size, open_things):
                if out is not None:
                    last = HOLD if progress.part == 1 else 1
                    for _ in range(last):
                        out.write(picture.tobytes())
                else:
                    pictures.append(picture.quantize(128, dither=0))
                yield progress
        if pictures:
            each = round(1000 * size.seconds)
            times = [each] * (len(pictures) - 1) + [HOLD * each]
            pictures[0].save(
                path, save_all=True, append_images=pictures[1:], duration=times, loop=0
            )
    except OSError as error:
        raise Refusal(
            f"{path} cannot be written ({error.strerror or error}). Choose another folder or name."
        ) from None


def _frames(
    trace: Trace, size: AnimationSize, open_things: ExitStack
) -> Iterator[tuple[Progress, Any]]:
    """Pictures of the steps, one after another."""
    shown = frames_of(list(trace))
    theme = load_theme("light")
    head = round(2.6 * QFontMetricsF(theme.font("large")).height())
    dots = 96.0
    part = FigureSize(
        size.width / len(size.plots) / dots * MM, (size.height - head) / dots * MM, dots
    )
    panels = []
    for plot in size.plots:
        panel = open_things.enter_context(drawn(PANELS[plot], trace, shown[0], part))
        panel.canvas.setFixedSize(size.width // len(size.plots), size.height - head)
        panels.append(panel)
    for k, step in enumerate(shown):
        image = QImage(size.width, size.height, QImage.Format.Format_RGB888)
        image.fill(QColor(theme.sheet))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _write_head(painter, step, size.width)
        for place, panel in enumerate(panels):
            panel.show_step(step, None)
            x = place * size.width / len(panels)
            target = QRectF(x, head, size.width / len(panels), size.height - head)
            picture = panel.canvas.grab()
            painter.drawPixmap(target, picture, QRectF(picture.rect()))
        painter.end()
        yield Progress((k + 1) / len(shown), f"Frame {k + 1} of {len(shown)}"), _picture(image)


def _write_head(painter: QPainter, step: Step, width: int) -> None:
    """The step's name, and the variances after it."""
    theme = load_theme("light")
    letters, place = Letters(theme), STEP_NAMES.index(step.name) + 1
    up, method, state = (
        letters.metrics("large"),
        words()["methods"][step.options.method],
        step.state,
    )
    x, middle = 2.0 * theme.unit, 0.6 * theme.unit + up.height() / 2
    title = f"· {step_lessons()[step.name].title}"
    shift = letters.width_of(f"{place} ", "large")
    numbers = (
        f"iteration {step.iteration}    σ² = {number(state.sigma2)}    τ² = {number(state.tau2)}"
        f"    {subscript(method['loglik'])} = {number(state.loglik, 7)}  ({method['name']})"
    )
    for label in (
        Label(str(place), x, middle, theme.accent, "large"),
        Label(title, x + shift, middle, theme.ink, "large", room=width - 2 * x - shift),
        Label(numbers, x, middle + 1.1 * up.height(), theme.muted, "body"),
    ):
        letters.paint(painter, letters.set(label))


def _picture(image: QImage) -> Any:
    from PIL import Image

    size = (image.width(), image.height())
    data: Any = image.constBits()
    return Image.frombuffer("RGB", size, bytes(data), "raw", "RGB", image.bytesPerLine(), 1).copy()


class _Film:
    """A pipe into ffmpeg that takes raw frames."""

    def __init__(self, path: Path, size: AnimationSize) -> None:
        self._path = path
        even = "crop=trunc(iw/2)*2:trunc(ih/2)*2"
        self._command = [
            "ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", f"{size.width}x{size.height}", "-r", f"{1 / size.seconds:.6f}", "-i", "-",
            "-vf", even, "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path),
        ]  # fmt: skip

    def __enter__(self) -> IO[bytes]:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self._process.stdin is not None
        return self._process.stdin

    def __exit__(self, *raised: object) -> None:
        _, said = self._process.communicate()
        if self._process.returncode:
            line = said.decode(errors="replace").strip().splitlines()[-1:]
            raise OSError("".join(line) or "ffmpeg failed")
