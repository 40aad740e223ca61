"""The Linux window's lock: Qt WebEngine shows our address and nothing else, and leads nowhere.

Puts a view class of ours in the place of pywebview's. Tied to pywebview 6 (its `BrowserView` and the nested
`WebPage`), therefore held by the window tests. Injects nothing into the page: there is no `js_api`.
"""

import itertools
import logging
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QSize, QSocketNotifier, QTimer, QtMsgType, QUrl, qInstallMessageHandler
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)
from webview.platforms import qt

from kiosk.window_rules import BACKGROUND, WindowRules

log = logging.getLogger(__name__)

LOCKED = "AtelierKiosk/locked"
"""What the page reads in `navigator.userAgent` in kiosk mode."""
RETRY_MS = 1_000
_CRASHES_BEFORE_WAITING = 3
_CRASHES_KEPT_S = 60
_FRAME = QSize(20, 60)  # what window managers put around a window, in pixels, rather too much
_OFF = (
    "JavascriptCanOpenWindows",
    "JavascriptCanAccessClipboard",
    "JavascriptCanPaste",
    "LocalContentCanAccessRemoteUrls",
    "LocalContentCanAccessFileUrls",
    "PluginsEnabled",
    "PdfViewerEnabled",
    "ScreenCaptureEnabled",
    "FullScreenSupportEnabled",
    "NavigateOnDropEnabled",
    "DnsPrefetchEnabled",
    "ErrorPageEnabled",
    "AllowRunningInsecureContent",
    "AllowGeolocationOnInsecureOrigins",
)
_NO_ANSWER = {
    "de": ("Einen Moment", "Das Programm antwortet gerade nicht. Sobald es wieder da ist, geht es hier weiter."),
    "en": ("One moment", "The program does not answer right now. As soon as it is back, it goes on here."),
}


def lock(rules: WindowRules, closing: socket.socket) -> None:
    """Let the window that pywebview opens next obey the rules, and close when `closing` can be read from."""
    qInstallMessageHandler(_log_qt)
    qt.BrowserView = type("LockedView", (KioskView,), {"rules": rules, "closing": closing})


class OwnAddressOnly(QWebEngineUrlRequestInterceptor):
    """Refuses every request, of a page or of what it embeds, that does not go to our address."""

    def __init__(self, home: QUrl) -> None:
        super().__init__()
        self._home = home

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802 - Qt's name
        """Block what is not ours; `data:` and `blob:` are made by our own page and reach nobody."""
        url = info.requestUrl()
        if url.scheme() not in ("data", "blob") and not same_address(url, self._home):
            log.warning("refused a request to %s", url.host() or url.scheme())
            info.block(True)


class LockedPage(QWebEnginePage):
    """The page: stays at our address, opens nothing, grants nothing but our own page the camera.

    Whether a page may ask for the camera at all is the teacher's word, and the server's: its `Permissions-Policy`.
    """

    def __init__(self, parent: "KioskView", profile: QWebEngineProfile) -> None:
        if parent.rules.kiosk:  # the page offers nothing then that would open a dialog of the system
            # Before the page is there: it would not hear any more of the end of its own process.
            profile.setHttpUserAgent(f"{profile.httpUserAgent()} {LOCKED}")
        super().__init__(profile, parent.webview)
        self._rules = parent.rules
        self._home = QUrl(parent.rules.enter_url)
        self.shows_notice = False
        self.setBackgroundColor(BACKGROUND)
        self.permissionRequested.connect(self._decide)
        for name in _OFF:
            self.settings().setAttribute(getattr(QWebEngineSettings.WebAttribute, name), False)

    def acceptNavigationRequest(  # noqa: N802
        self, url: QUrl | str, _kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        """Only our own address; frames inside it may also show what the page itself has made."""
        url = QUrl(url)
        if is_main_frame and self.shows_notice and url.scheme() == "data":
            self.shows_notice = False
            return True
        if same_address(url, self._home):
            return True
        return not is_main_frame and url.scheme() in ("about", "blob", "data")

    def _decide(self, wish: QWebEnginePermission) -> None:
        is_camera = wish.permissionType() == QWebEnginePermission.PermissionType.MediaVideoCapture
        if is_camera and same_address(wish.origin(), self._home):
            wish.grant()
        else:
            wish.deny()

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:  # noqa: N802
        """No second window, whatever asks for it."""
        return None  # type: ignore[return-value]  # Qt's way to refuse

    def chooseFiles(  # noqa: N802
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], accepted: Sequence[str]
    ) -> list[str]:
        """A file dialog lets a person walk through the whole machine: never in kiosk mode."""
        return [] if self._rules.kiosk else list(super().chooseFiles(mode, old, accepted))

    def javaScriptAlert(self, _origin: QUrl | str, _message: str) -> None:  # noqa: N802
        """The page has dialogs of its own; a system dialog would cover the kiosk."""
        log.warning("the page wanted to show a system dialog")

    def javaScriptConfirm(self, _origin: QUrl | str, _message: str) -> bool:  # noqa: N802
        """Asked without a dialog, the answer is no."""
        return False

    def javaScriptPrompt(self, _origin: QUrl | str, _message: str, _default: str) -> tuple[bool, str]:  # noqa: N802
        """Asked without a dialog, there is no answer."""
        return False, ""

    def javaScriptConsoleMessage(  # noqa: N802
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Errors of the page belong into our log."""
        is_error = level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel
        log.log(logging.WARNING if is_error else logging.DEBUG, "page, %s:%d: %s", QUrl(source).path(), line, message)


class KioskView(qt.BrowserView):  # type: ignore[misc]  # pywebview has no types
    """pywebview's Qt window with our page in it."""

    WebPage = LockedPage
    rules: WindowRules
    closing: socket.socket

    def __init__(self, window: Any) -> None:
        QWebEngineProfile.defaultProfile()  # starts Chromium before pywebview adds a flag that grants the microphone
        self.may_close = not self.rules.kiosk
        self._crashes: list[float] = []
        self._is_waiting = False
        self._downloaded: set[str] = set()
        super().__init__(window)
        window.maximized = not self.is_fullscreen and not self._fits_with_its_frame()
        self._wish = QSocketNotifier(self.closing.fileno(), QSocketNotifier.Type.Read, self)
        self._wish.activated.connect(self.close_for_good)
        self._only_ours = OwnAddressOnly(QUrl(self.rules.enter_url))
        self.profile.setUrlRequestInterceptor(self._only_ours)
        self.profile.downloadRequested.connect(self._download)
        page = self.webview.page()
        page.setWebChannel(None)  # pywebview's way into the program
        page.loadingChanged.connect(self._loading_changed)
        page.renderProcessTerminated.connect(self._renderer_ended)
        self.setAcceptDrops(False)
        self.webview.setAcceptDrops(not self.rules.kiosk)

    def _fits_with_its_frame(self) -> bool:
        room = QGuiApplication.primaryScreen().availableSize()
        return bool(
            self.width() + _FRAME.width() <= room.width() and self.height() + _FRAME.height() <= room.height()
        )

    def on_load_finished(self) -> None:
        """Tell who waits for the page; pywebview would inject its bridge here."""
        self.pywebview_window.events.loaded.set()
        if self.rules.kiosk:  # the widget that Chromium paints on is another one for every process of the page
            self.webview.focusProxy().setAcceptDrops(False)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Alt+F4 and the like do nothing in kiosk mode; the program itself may close."""
        if self.may_close:
            super().closeEvent(event)
        else:
            event.ignore()

    def close_for_good(self) -> None:
        """Close, in kiosk mode too."""
        self._wish.setEnabled(False)
        self.may_close = True
        self.close()

    def _download(self, item: QWebEngineDownloadRequest) -> None:
        if self.rules.downloads is None:
            item.cancel()
            return
        self.rules.downloads.mkdir(parents=True, exist_ok=True)
        item.setDownloadDirectory(str(self.rules.downloads))
        item.setDownloadFileName(self._new_name(self.rules.downloads, item.suggestedFileName()))
        item.accept()

    def _new_name(self, folder: Path, suggested: str) -> str:
        """A name that no file has, nor one that is still on its way; never a path."""
        wish = Path(Path(suggested).name or "download")
        names = (f"{wish.stem} ({n}){wish.suffix}" if n > 1 else wish.name for n in itertools.count(1))
        name = next(name for name in names if name not in self._downloaded and not (folder / name).exists())
        self._downloaded.add(name)
        return name

    def _loading_changed(self, info: QWebEngineLoadingInfo) -> None:
        if info.status() == QWebEngineLoadingInfo.LoadStatus.LoadFailedStatus and not is_refusal(info):
            self._wait_for_answer(info.errorString())
        elif info.status() == QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus and info.url().scheme() != "data":
            self._is_waiting = False

    def _wait_for_answer(self, problem: str) -> None:
        if not self._is_waiting:
            log.warning("the page could not be loaded (%s): trying again every second", problem)
        self._is_waiting = True
        title, text = _NO_ANSWER.get(self.rules.language, _NO_ANSWER["en"])
        self.webview.page().shows_notice = True
        self.webview.setHtml(_notice(title, text, self.rules.language))
        QTimer.singleShot(RETRY_MS, lambda: self.webview.setUrl(QUrl(self.rules.enter_url)))

    def _renderer_ended(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        log.warning("the page's process ended (%s, %d): loading it again", status.name, code)
        now = time.monotonic()
        self._crashes = [*(crash for crash in self._crashes if now - crash < _CRASHES_KEPT_S), now]
        is_worn = len(self._crashes) > _CRASHES_BEFORE_WAITING
        QTimer.singleShot(RETRY_MS * len(self._crashes) if is_worn else 0, self.webview.reload)


def is_refusal(info: QWebEngineLoadingInfo) -> bool:
    """Whether the server did answer, and meant it (4xx): its words are shown then. A failing server is waited for."""
    by_status = info.errorDomain() == QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain
    return by_status and info.errorCode() < 500


def same_address(url: QUrl, home: QUrl) -> bool:
    """Whether an address has our host and port, over HTTP or a websocket."""
    scheme = {"ws": "http", "wss": "https"}.get(url.scheme(), url.scheme())
    return (scheme, url.host(), url.port()) == (home.scheme(), home.host(), home.port())


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt talks much and means little: only what is critical to it is for people."""
    serious = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    log.log(logging.WARNING if serious else logging.DEBUG, "Qt: %s", message)


def _notice(title: str, text: str, language: str) -> str:
    """A page of our own for the time without a server: paper, ink, nothing to press."""
    return f"""<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><style>
    :root {{ color-scheme: light dark }}
    body {{ margin: 0; min-height: 100vh; display: grid; place-content: center; text-align: center;
      background: light-dark(#e6e9e4, #10151f); color: light-dark(#17233f, #f0efe4); font: 1.4rem/1.5 sans-serif }}
    h1 {{ font-size: 2.6rem; margin: 0 0 1rem }} p {{ max-width: 28em; margin: 0 auto }}
    </style><main role="status"><h1>{title}</h1><p>{text}</p></main></html>"""
