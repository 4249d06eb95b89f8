"""The one table of what the reader can do: menu, buttons, keys and help are all made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class ActionEntry:
    """One action: its name in code, where it stands in the menu, what it says, and its keys.

    ``apart`` sets it off from the action above it by a line.
    """

    name: str
    menu: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    apart: bool = False


ACTIONS = (
    ActionEntry("open", "File", "Open data…", "Fit a model to a table of your own", ("Ctrl+O",)),
    ActionEntry(
        "paste", "File", "Paste a table", "Take the cells copied in a spreadsheet", ("Ctrl+V",)
    ),
    ActionEntry("simulate", "File", "Simulate data…", "Draw data whose truth is known"),
    ActionEntry(
        "change_data",
        "File",
        "Change the data…",
        "Other columns, codes, groups or rows of the present data",
        ("Ctrl+D",),
    ),
    ActionEntry("reopen", "File", "Reopen the last session", "Go on where you were before"),
    ActionEntry(
        "save",
        "File",
        "Save",
        "Keep data, choices, place and notes in one file",
        ("Ctrl+S",),
        apart=True,
    ),
    ActionEntry("save_as", "File", "Save as…", "The same in another file", ("Ctrl+Shift+S",)),
    ActionEntry("save_trace", "File", "Save the trace…", "Every step of the run, to replay it"),
    ActionEntry(
        "save_picture", "File", "Save a picture…", "The window as a PNG", ("Ctrl+Shift+P",)
    ),
    ActionEntry(
        "report",
        "File",
        "Report…",
        "The whole walk on paper: data, every step, plots, results, code",
        ("Ctrl+P",),
        apart=True,
    ),
    ActionEntry(
        "save_code", "File", "Save code…", "The same fit in R, in Python, or as a notebook"
    ),
    ActionEntry("animation", "File", "Animation…", "The run as GIF or MP4, for a slide"),
    ActionEntry("quit", "File", "Quit", "Leave the program", ("Ctrl+Q",), apart=True),
    ActionEntry("undo", "Edit", "Undo", "Back to the run before the last choice", ("Ctrl+Z",)),
    ActionEntry(
        "redo", "Edit", "Redo", "On to the run after that choice", ("Ctrl+Shift+Z", "Ctrl+Y")
    ),
    ActionEntry(
        "bookmark", "Edit", "Bookmark", "Mark this step, or take its mark off", ("Ctrl+B",)
    ),
    ActionEntry(
        "notes",
        "Edit",
        "Notes and bookmarks",
        "Write on the session or on a step; the list of bookmarks",
        ("N",),
    ),
    ActionEntry("step", "Run", "Step", "One step forward", ("Right",), "step"),
    ActionEntry("back", "Run", "Back", "One step back", ("Left",), "back"),
    ActionEntry(
        "next_iteration",
        "Run",
        "Next iteration",
        "On to the end of the iteration",
        ("Shift+Right",),
        "next_iteration",
    ),
    ActionEntry(
        "previous_iteration",
        "Run",
        "Previous iteration",
        "Back to the end of the iteration before",
        ("Shift+Left",),
        "previous_iteration",
    ),
    ActionEntry("first", "Run", "First step", "Back to the start", ("Home",), "first"),
    ActionEntry("last", "Run", "Last step", "On to the end of the run", ("End",), "last"),
    ActionEntry(
        "next_bookmark", "Run", "Next bookmark", "On to the next marked step", ("Ctrl+Right",)
    ),
    ActionEntry(
        "previous_bookmark",
        "Run",
        "Previous bookmark",
        "Back to the marked step before",
        ("Ctrl+Left",),
    ),
    ActionEntry("run", "Run", "Run", "Step by itself, or pause", ("Space",), "run"),
    ActionEntry("reset", "Run", "Restart", "Begin the run anew", ("R",), "reset"),
    ActionEntry(
        "start",
        "Run",
        "Start values and tolerance…",
        "Where σ² and τ² begin, and when the run counts as converged",
        ("S",),
    ),
    ActionEntry(
        "what_if",
        "Run",
        "What if…",
        "Another y, group, σ² or τ²: a run beside this one",
        ("W",),
        apart=True,
    ),
    ActionEntry(
        "leave_branch",
        "Run",
        "Return from what if",
        "Back to the run as it was, and to its step",
        ("Shift+W",),
    ),
    ActionEntry(
        "keep_branch",
        "Run",
        "Keep what if as the run",
        "The changed run in place of the one that it left",
    ),
    ActionEntry(
        "results",
        "View",
        "Results",
        "What the fit says once it has ended; again: alone",
        ("Ctrl+R",),
    ),
    ActionEntry(
        "simple",
        "View",
        "Simple view",
        "For a first course: fewer matrices and panes, more words",
    ),
    ActionEntry("zoom_in", "View", "Larger", "Everything larger", ("Ctrl++", "Ctrl+=")),
    ActionEntry("zoom_out", "View", "Smaller", "Everything smaller", ("Ctrl+-",)),
    ActionEntry("zoom_reset", "View", "Normal size", "The system's text size", ("Ctrl+0",)),
    ActionEntry(
        "full_screen", "View", "Full screen", "The whole screen, or a window", ("Shift+F11",)
    ),
    ActionEntry("restore", "View", "All panes", "Show every pane again", ("Esc",)),
    ActionEntry(
        "lessons", "Learn", "Lessons", "Pages to read beside the live fit; again: away", ("Ctrl+L",)
    ),
    ActionEntry("next_scene", "Learn", "Next scene", "On in the lesson", ("Ctrl+PgDown",)),
    ActionEntry("previous_scene", "Learn", "Previous scene", "Back a page", ("Ctrl+PgUp",)),
    ActionEntry(
        "practice",
        "Learn",
        "Practice…",
        "Exercises on data from a seed, marked at once",
        ("Ctrl+E",),
    ),
    ActionEntry(
        "explain",
        "Learn",
        "Explain this number",
        "Where the number under the pointer, or of the keyboard, comes from",
        ("E",),
    ),
    ActionEntry("open_lessons", "Learn", "Open lessons…", "Lessons that you have written"),
    ActionEntry("lecture", "Learn", "Lecture", "Large and bare, for a projector", ("F11",)),
    ActionEntry(
        "present",
        "Learn",
        "Clicker: begin",
        "Begin a lecture, as a presenter's remote does",
        ("F5", "Shift+F5"),
    ),
    ActionEntry(
        "forward",
        "Learn",
        "Clicker: on",
        "A step; in a lecture the next number, then the next scene",
        ("PgDown",),
    ),
    ActionEntry(
        "backward", "Learn", "Clicker: back", "A step back; in a lecture a scene", ("PgUp",)
    ),
    ActionEntry(
        "go_on",
        "Learn",
        "On",
        "In a lecture: the next number, then the next scene, or step without a lesson",
        ("Return", "Enter"),
    ),
    ActionEntry("reveal", "Learn", "Reveal", "In a lecture: the next hidden number", ("Q",)),
    ActionEntry("black", "Learn", "Black screen", "In a lecture: all dark, or not", ("B", ".")),
    ActionEntry("pointer", "Learn", "Pointer", "In a lecture: a dot for the mouse", ("P",)),
    ActionEntry(
        "spotlight", "Learn", "Spotlight", "In a lecture: σ², τ², β or u, wherever it is", ("H",)
    ),
    ActionEntry(
        "one_pane", "Learn", "One pane", "In a lecture: one pane alone; again: the next", ("1",)
    ),
    ActionEntry(
        "two_panes", "Learn", "Two panes", "In a lecture: two side by side; again: others", ("2",)
    ),
    ActionEntry("scene_list", "Learn", "List of scenes", "In a lecture: what comes", ("T",)),
    ActionEntry("tour", "Help", "Tour", "What is where, in six stops"),
    ActionEntry("keys", "Help", "Keys and mouse", "What keys and mouse do", ("F1",)),
    ActionEntry("words", "Help", "Words and symbols", "What every symbol and word means"),
    ActionEntry(
        "about_data",
        "Help",
        "About these data",
        "Where they are from, their variables, and what to look for",
        ("Ctrl+I",),
    ),
    ActionEntry("about", "Help", "About StepREML", "Version and licence"),
)


def build_actions(
    parent: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make the actions of :data:`ACTIONS`, named, keyed and connected.

    Parameters
    ----------
    parent : QWidget
        The window, in all of which the keys work.
    handlers : mapping
        What each action does; an action without a handler is left out.
    """
    actions = {}
    for entry in ACTIONS:
        if entry.name not in handlers:
            continue
        handler = handlers[entry.name]
        action = QAction(tr(entry.text), parent)
        action.setObjectName(entry.name)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(tr(entry.tip) + (f"  [{key}]" if key else ""))
        action.setStatusTip(tr(entry.tip))
        action.triggered.connect(lambda checked=False, handler=handler: handler())
        parent.addAction(action)
        actions[entry.name] = action
    return actions


def tr(text: str) -> str:
    """The text in the reader's language."""
    return QCoreApplication.translate("actions", text)
