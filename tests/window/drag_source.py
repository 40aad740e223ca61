"""A small window from which an address can be dragged: `python -m tests.window.drag_source ADDRESS`."""

import logging
import sys

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

log = logging.getLogger("source")


class Source(QLabel):
    """Whoever presses on it drags the address."""

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag; tells how it ended."""
        drag = QDrag(self)
        data = QMimeData()
        data.setUrls([QUrl(sys.argv[1])])
        data.setText(sys.argv[1])
        drag.setMimeData(data)
        QTimer.singleShot(0, lambda: log.info("dragging"))
        log.info("dropped: %s", drag.exec(Qt.DropAction.CopyAction).name)


logging.basicConfig(level=logging.INFO, format="%(message)s")
app = QApplication(sys.argv[:1])
source = Source("drag me")
source.setWindowTitle("Source")
source.setWindowFlags(Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.X11BypassWindowManagerHint)
source.setGeometry(0, 640, 120, 60)
source.show()
stay_above = QTimer()
stay_above.timeout.connect(source.raise_)
stay_above.start(50)
app.exec()
