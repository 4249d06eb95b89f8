"""The dialog for an animation: what moves, how large, how fast."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.exports.animation import AnimationSize, has_ffmpeg


class AnimationDialog(QDialog):
    """Ask how the run shall move."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("animation_dialog")
        self.setWindowTitle(self.tr("Animation of the run"))
        usual = AnimationSize()
        self.plots = QComboBox()
        self.plots.addItem(self.tr("group lines and surface"), ("group_lines", "surface"))
        self.plots.addItem(self.tr("group lines"), ("group_lines",))
        self.plots.addItem(self.tr("surface"), ("surface",))
        self.width_box = self._pixels(320, 3840, usual.width)
        self.height_box = self._pixels(240, 2160, usual.height)
        self.seconds = QDoubleSpinBox()
        self.seconds.setRange(0.05, 20.0)
        self.seconds.setSingleStep(0.1)
        self.seconds.setValue(usual.seconds)
        self.kind = QComboBox()
        self.kind.addItem("GIF", "gif")
        if has_ffmpeg():
            self.kind.addItem("MP4", "mp4")
        layout, form = QVBoxLayout(self), QFormLayout()
        layout.addLayout(form)
        for name, field in (
            (self.tr("What moves"), self.plots),
            (self.tr("Width in pixels"), self.width_box),
            (self.tr("Height in pixels"), self.height_box),
            (self.tr("Seconds a step"), self.seconds),
            (self.tr("Kind"), self.kind),
        ):
            field.setAccessibleName(name)
            form.addRow(name, field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        if not has_ffmpeg():
            note = QLabel(self.tr("MP4 needs the program ffmpeg, which is not installed here."))
            note.setWordWrap(True)
            layout.addWidget(note)
        layout.addWidget(buttons)

    @property
    def suffix(self) -> str:
        """The end of the file's name."""
        return str(self.kind.currentData())

    @property
    def size_chosen(self) -> AnimationSize:
        """What is chosen."""
        plots = tuple(self.plots.currentData())
        width, height = self.width_box.value(), self.height_box.value()
        return AnimationSize(width, height, self.seconds.value(), plots)

    def _pixels(self, least: int, most: int, value: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(least, most)
        box.setSingleStep(20)
        box.setValue(value)
        return box
