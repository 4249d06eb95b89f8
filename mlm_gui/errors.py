"""When something goes wrong that nobody foresaw: say so, keep the work, and offer a report."""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

NAME = "unexpected_error"
"""Object name of the dialog."""


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """What a developer needs to find the fault."""
    from solver.saving.records import program_version

    lines = traceback.format_exception(kind, error, trace)
    system = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return f"StepREML {program_version()}\n{system}\n\n{''.join(lines)}"


def install(window: QWidget) -> None:
    """Catch every unexpected error: a dialog says what happened, and the window stays."""

    def handle(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        text = report(kind, error, trace)
        print(text, file=sys.stderr)
        if not issubclass(kind, Exception):
            QApplication.exit(1)
            return
        if window.findChild(QMessageBox, NAME) is None:
            dialog(text, error, window).open()

    sys.excepthook = handle


def dialog(text: str, error: BaseException, parent: QWidget) -> QMessageBox:
    """The dialog: what happened, what is safe, and the report to copy."""
    box = QMessageBox(parent)
    box.setObjectName(NAME)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(box.tr("Something went wrong"))
    box.setText(box.tr("StepREML met an error that it did not expect: {}").format(error))
    box.setInformativeText(
        box.tr("The run so far is kept and you can go on. Please send us the report below.")
    )
    box.setDetailedText(text)
    copy = box.addButton(box.tr("Copy the report"), QMessageBox.ButtonRole.ActionRole)
    copy.setObjectName("copy_report")
    copy.clicked.disconnect()  # so that copying does not close the dialog
    copy.clicked.connect(lambda: QApplication.clipboard().setText(text))
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
    return box
