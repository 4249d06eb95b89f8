"""Practice beside the window: the list of exercises, the data, and the exercise itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QCursor,
    QDesktopServices,
    QFocusEvent,
    QHideEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.files import ask_to_save
from mlm_gui.practice.contents import Contents
from mlm_gui.practice.exercise_page import ExercisePage, Past
from mlm_gui.practice.progress import Progress, progress_file
from mlm_gui.theme import Theme
from mlm_gui.widgets.fact_table import FactTable
from mlm_gui.widgets.flow_layout import FlowLayout
from solver import Refusal
from solver.formatting import number
from solver.practice.cases import HANDOUT, case
from solver.practice.content import exercises
from solver.practice.exercise import Grid
from solver.practice.journal import earlier_answers, foretold
from solver.practice.marking import mark
from solver.practice.secrets import still_secret
from solver.practice.targets import Target, target

LARGEST_SEED = 999_999


class SeedBox(QSpinBox):
    """Takes a number on Enter, or by its arrows; left before that, it stays as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(HANDOUT, LARGEST_SEED)
        self.setAccessibleName(self.tr("Seed of the data"))
        self.setToolTip(self.tr("Each number makes other data; 0 is the lecture's people"))
        self.setKeyboardTracking(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a number that was not entered."""
        self.lineEdit().setText(self.textFromValue(self.value()))
        super().focusOutEvent(event)


class PracticeWindow(QDialog):
    """Exercises on data from a seed; what is typed stays while the window is closed.

    Parameters
    ----------
    parent : QWidget
        The main window, beside which it stands.
    path : Path, optional
        Where the progress is kept.

    Attributes
    ----------
    seed : SeedBox
    contents : Contents
    page : ExercisePage
    progress : Progress
    """

    def __init__(self, parent: QWidget | None = None, path: Path | None = None) -> None:
        exercises()  # a file that is refused leaves no window behind
        super().__init__(parent)
        self.setObjectName("practice")
        self.setWindowTitle(self.tr("Practice"))
        self.setSizeGripEnabled(True)
        self.progress = Progress(path or progress_file())
        self.contents, self.page = Contents(), ExercisePage()
        self.seed = SeedBox()
        self.new_data = QPushButton(self.tr("&New data"))
        self.hand_in = QPushButton(self.tr("Hand &in…"))
        self.previous, self.next = QPushButton(), QPushButton()
        for button, text, keys in (
            (self.previous, self.tr("Previous"), "Ctrl+PgUp"),
            (self.next, self.tr("Next exercise"), "Ctrl+PgDown"),
        ):
            button.setText(text)
            button.setShortcut(keys)
            button.setToolTip(f"{text.replace('&', '')}  [{keys}]")
        self.total, self._of_data = QLabel(), QLabel()
        self.data = FactTable((0, 1, 2))
        self.data.setAccessibleName(self.tr("Data of the exercise"))
        for button in (self.new_data, self.hand_in, self.previous, self.next):
            button.setAutoDefault(False)
        self._goal: Target | None = None
        self._askers: list[str] = []
        self._drafts: dict[tuple[str, int], Grid] = {}
        self._put_together()
        self._connect()
        self._show_total()
        self.contents.choose(next(iter(exercises())))

    def _put_together(self) -> None:
        self._seed_label = QLabel(self.tr("Seed"))
        self._data_room = QScrollArea()
        self._data_room.setFrameShape(QScrollArea.Shape.NoFrame)
        self._data_room.setWidgetResizable(True)
        self._data_room.setWidget(self.data)
        self._data_room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._layout, self._side, right = QHBoxLayout(self), QVBoxLayout(), QVBoxLayout()
        self._layout.addLayout(self._side)
        self._layout.addLayout(right, 1)
        seed_line, end_line, forward = FlowLayout(), FlowLayout(), QHBoxLayout()
        self._side.addLayout(seed_line)
        for widget in (self._seed_label, self.seed, self.new_data):
            seed_line.addWidget(widget)
        self._side.addWidget(self.contents, 1)
        self._side.addWidget(self._of_data)
        self._side.addWidget(self._data_room)
        self._side.addLayout(end_line)
        end_line.addWidget(self.total)
        end_line.addWidget(self.hand_in)
        right.addWidget(self.page, 1)
        right.addLayout(forward)
        forward.addStretch(1)
        forward.addWidget(self.previous)
        forward.addWidget(self.next)

    def _connect(self) -> None:
        self.contents.chosen.connect(self._open)
        self.contents.itemActivated.connect(lambda: self._begin())
        self.seed.valueChanged.connect(self._on_seed)
        self.new_data.clicked.connect(self._draw)
        self.previous.clicked.connect(lambda: self._go_on(-1))
        self.next.clicked.connect(lambda: self._go_on(1))
        self.hand_in.clicked.connect(self._hand_in)
        QShortcut("E", self, self._tell)
        self.page.checked.connect(self._check)
        self.page.hinted.connect(self._hint)
        self.page.solved.connect(self._solve)
        self.page.compared.connect(lambda: self._record("compared"))
        self.page.compared.connect(self._show_total)
        self.page.unhidden.connect(self._unhide)

    # -- which exercise

    @property
    def goal(self) -> Target:
        """The exercise on screen, with its data."""
        assert self._goal is not None
        return self._goal

    def _open(self, id_: str) -> None:
        self._keep_draft()
        exercise, seed = exercises()[id_], self.seed.value()
        self._goal = target(exercise, case(exercise.data, seed))
        self.progress.turn_to(id_, seed)
        last = self.progress.last(id_, seed)
        answer = self._drafts.get((id_, seed), last.answer if last else ())
        past = Past(answer)
        if last is not None:
            past = Past(answer, last.hints, last.solution, last.own)
        counts = self.progress.counts(id_, seed)
        settled = counts is not None and foretold(counts)
        if settled and counts is not None:
            past = Past(counts.answer, past.hints, past.solved)
        self.page.show_exercise(self._goal, past)
        self._leave_out()
        if settled:
            self.page.show_truth(mark(self._goal, past.answer))
        self._show_data()

    def _leave_out(self) -> None:
        """Leave out of the question what would give away an answer that is still to be given."""
        seed = self.goal.case.seed
        kept = still_secret(self.goal, lambda id_: self.progress.settled(id_, seed))
        self._askers = list(dict.fromkeys(id_ for ids in kept.values() for id_ in ids))
        asking = [exercises()[id_] for id_ in self._askers]
        computing = [each for each in asking if not each.foretells]
        self.page.leave_out(list(kept), [each.title for each in computing or asking])

    def _unhide(self) -> None:
        for id_ in self._askers:
            self._try(lambda id_=id_: self.progress.record_seen(id_, self.goal.case.seed))  # type: ignore[misc]
        self._leave_out()
        self._begin()

    def _keep_draft(self) -> None:
        if self._goal is not None:
            key = (self._goal.exercise.id, self._goal.case.seed)
            self._drafts[key] = self.page.answer()

    def _on_seed(self) -> None:
        self._open(self.goal.exercise.id)
        self._show_total()

    def _draw(self) -> None:
        self.seed.setValue(random.randint(1, LARGEST_SEED))

    def _go_on(self, by: int) -> None:
        ids = list(exercises())
        place = ids.index(self.goal.exercise.id) + by
        if 0 <= place < len(ids):
            self.contents.choose(ids[place])
            self._begin()

    def _begin(self) -> None:
        """Begin to answer."""
        assert self.page.view is not None
        self.page.view.begin()

    def _show_data(self) -> None:
        goal = self.goal
        shown = goal.exercise.data != "none"
        self._data_room.setVisible(shown)
        self._of_data.setVisible(shown)
        if not shown:
            return
        p = goal.case.problem
        lecture = goal.case.family == "people" and goal.case.seed == HANDOUT
        text = self.tr("The lecture's {} people") if lecture else self.tr("The data, {} people")
        self._of_data.setText(text.format(p.n))
        heads = (p.group, goal.case.predictor, p.response)
        rows = []
        for i, code in enumerate(p.codes):
            values = (p.group_labels[code], number(float(p.X[i, 1])), number(float(p.y[i])))
            rows.append([(text, "") for text in values])
        self.data.set_rows(heads, rows)
        self._fit_data()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the data take up to three tenths of the height; beyond that they scroll."""
        super().resizeEvent(event)
        self._fit_data()

    def _fit_data(self) -> None:
        self._data_room.setFixedWidth(self.contents.width())
        wide = self.data.natural_width()
        self.data.setMinimumWidth(wide)
        bar = self._data_room.horizontalScrollBar().sizeHint().height()
        high = self.data.sizeHint().height() + (bar if wide > self.contents.width() else 0)
        self._data_room.setFixedHeight(min(high, int(0.3 * self.height())))

    # -- what the student asks for

    def _check(self) -> None:
        answer = self.page.answer()
        foretells = self.goal.exercise.foretells
        if foretells and not self._whole(answer):
            return
        self._record("checked")
        answers = self.progress.answers(self.goal.case.seed)
        earlier = earlier_answers(self.goal.exercise, answers, self.goal.case.seed)
        marked = mark(self.goal, answer, earlier)
        if foretells:
            self.page.show_truth(marked)
            self.next.setFocus()
        else:
            self.page.show_marks(marked)
        self._show_total()

    def _whole(self, answer: Grid) -> bool:
        """Whether everything is foretold and can be read; if not, say so."""
        cells = [self.goal.understand(text) for row in answer for text in row]
        if not all(cell.text or cell.trouble for cell in cells):
            self.page.show_trouble(self.tr("Fill in each blank: then you see what happened."))
        elif trouble := next((cell.trouble for cell in cells if cell.trouble), ""):
            self.page.show_trouble(trouble)
        else:
            return True
        return False

    def _hint(self) -> None:
        self.page.show_hints(self.page.hints_shown + 1)
        self._record("hint")
        if not self.page.hint.isEnabled():
            self._lead_on()

    def _solve(self) -> None:
        self.page.show_solution(shown=True)
        self._record("solution")
        self._lead_on()

    def _lead_on(self) -> None:
        """From a button that has done its work to what is empty still, or to the next exercise."""
        answer = self.page.answer()
        if answer and all(text.strip() for row in answer for text in row):
            self.next.setFocus()
        else:
            self._begin()

    def _record(self, event: str) -> None:
        page = self.page
        self._try(
            lambda: self.progress.record(
                event,  # type: ignore[arg-type]
                page.answer(),
                hints=page.hints_shown,
                solution=page.solution_shown,
                own=page.own,
            )
        )

    def _show_total(self) -> None:
        marked = self.progress.marks(self.seed.value())
        self.contents.show_marks(marked)
        points, of = sum(m.points for m in marked.values()), sum(m.of for m in marked.values())
        own, own_of = (
            sum(m.own_points for m in marked.values()), sum(m.own_of for m in marked.values())
        )  # fmt: skip
        lines = [self.tr("{} of {} points").format(points, of)] if of else []
        if own_of:
            lines.append(self.tr("own mark {} of {}").format(f"{own:g}", own_of))
        self.total.setText("\n".join(lines))

    def _hand_in(self) -> None:
        name, given = QInputDialog.getText(
            self, self.tr("Hand in"), self.tr("Your name, as your teacher knows it:")
        )
        if not given or not name.strip():
            return
        start = f"{'_'.join(name.lower().split())}.html"
        path, _ = ask_to_save(self, self.tr("Hand in"), start, self.tr("Hand-in files (*.html)"))
        if path:
            self._try(lambda: self._write(name.strip(), Path(path)))

    def _write(self, name: str, path: Path) -> None:
        """Write the hand-in file, and say where it is and what is in it."""
        self.progress.hand_in(name, path)
        answers = self.progress.journal.latest()
        text = self.tr(
            "Written to {}.\n\nExercises answered in it: {}, by {}: what was typed, hints and "
            "solutions seen, and times. It opens in any browser, without a network. "
            "Give this file to your teacher."
        )
        box = self._say(text.format(path, len(answers), name), "handed_in")
        look = box.addButton(self.tr("Open it"), QMessageBox.ButtonRole.ActionRole)
        look.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        box.addButton(QMessageBox.StandardButton.Ok)

    def _tell(self) -> None:
        """Say why no number is explained here: it could be an answer that is still to be given."""
        said = self.tr(
            "Numbers are not explained in practice: that would give answers away. The hints say "
            "how to get there, and the solution shows its numbers."
        )
        if self.data.isVisible() and self.data.underMouse():
            said = self.tr("It stands in the data of the exercise.")
        QToolTip.showText(QCursor.pos(), said, self)

    def _try(self, do: Callable[[], None]) -> None:
        """Do something that may be refused, and show why."""
        try:
            do()
        except Refusal as refusal:
            self._say(str(refusal))

    def _say(self, text: str, name: str = "refusal") -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "StepREML", text, parent=self)
        box.setObjectName(name)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setFont(self.font())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        return box

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the answer; say once when the progress kept before cannot be used."""
        super().showEvent(event)
        self._begin()
        if self.progress.trouble:
            text = self.tr("{} It was kept as {}, and practice begins anew.")
            self._say(text.format(self.progress.trouble, self.progress.aside))
            self.progress.trouble = ""

    def hideEvent(self, event: QHideEvent) -> None:
        """Take along what was said over the window."""
        super().hideEvent(event)
        for box in self.findChildren(QMessageBox):
            box.close()

    # -- look

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.setFont(theme.font())
        for widget in (
            self._seed_label, self.seed, self.new_data, self.hand_in, self.previous, self.next,
        ):  # fmt: skip
            widget.setFont(theme.font())
        self.seed.setPalette(theme.edged_palette)
        for label in (self.total, self._of_data, self._seed_label):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        self.contents.apply_theme(theme)
        self.data.apply_theme(theme)
        self.page.apply_theme(theme)
        self._layout.setContentsMargins(*[theme.unit] * 4)
        self._layout.setSpacing(theme.unit)
        self._side.setSpacing(theme.unit)
        self._fit_data()
