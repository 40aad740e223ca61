"""The window: opens the program's page in a window of its own, and keeps a child inside it.

Knows only an address to open; nothing of runs, settings or the server behind the address. On Linux the window is
Qt WebEngine, locked down by `desktop_qt`. On Windows (WebView2) and macOS (WebKit) pywebview's own window is
opened with everything off that pywebview can turn off; these two ways are written after its documentation and
untested. Alt+Tab, the Windows key and other consoles belong to the desktop: only a kiosk session closes them.
"""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

from kiosk.window_rules import BACKGROUND, WindowRules

log = logging.getLogger(__name__)

IS_LINUX = sys.platform.startswith("linux")
PACKAGES_FILE = Path(__file__).with_name("window-packages.txt")
OnReady = Callable[[Callable[[], None]], None]
_UNSAFE_FLAGS = ("--no-sandbox", "--disable-web-security", "--remote-debugging", "--allow-file-access")


class WindowFailed(RuntimeError):
    """The window could not be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Display:
    """Whether a window can be opened here. `reason` and `remedy` (a command) are empty where it can."""

    reason: str = ""
    remedy: str = ""

    def __bool__(self) -> bool:
        return not self.reason


def window_packages() -> list[str]:
    """Debian packages that the Qt window needs; `a|b` names the same package before and after a renaming."""
    return PACKAGES_FILE.read_text(encoding="utf-8").split()


def has_display() -> Display:
    """Whether a window can be opened here, found by trying: a display that answers, and no library missing."""
    if not IS_LINUX:
        return Display()
    if os.environ.get("QT_QPA_PLATFORM", "") not in ("offscreen", "minimal", "vnc"):
        if not os.environ.get("DISPLAY") and not _wayland_socket():
            return Display("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)")
        if missing := _missing_libraries():
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            return Display(f"libraries of the window are missing: {', '.join(missing[:3])}{more}", install_command())
        if not _wayland_socket() and not _x_server_answers():
            return Display(f"the display {os.environ['DISPLAY']} does not answer or refuses this user")
    try:
        import PySide6.QtWebEngineWidgets  # noqa: F401 - loads 200 MB: only when a window is wanted
    except ImportError as error:
        return Display(f"Qt WebEngine cannot be loaded: {error}", install_command())
    return Display()


def install_command() -> str:
    """The one command that installs every Debian package of the window."""
    names = " ".join(name.split("|")[0] for name in window_packages())
    return f"sudo apt-get install --no-install-recommends {names}"


def open_window(
    enter_url: str,
    *,
    title: str,
    fullscreen: bool = False,
    kiosk: bool = False,
    downloads: Path | None = None,
    language: str = "de",
    on_ready: OnReady | None = None,
    on_close: Callable[[], None] | None = None,
) -> None:
    """Open the window and return when it is closed. Main thread only, once in a process; `WindowRules` says more.

    SIGINT and SIGTERM close it. `on_ready` is called once with a function that closes it from any thread;
    `on_close` at the end, whatever happened. Raises WindowFailed when the window cannot be opened or locked.
    """
    rules = WindowRules(enter_url, title, fullscreen, kiosk, downloads, language)
    try:
        if threading.current_thread() is not threading.main_thread():
            raise WindowFailed("the window needs the main thread")
        (_open_qt if IS_LINUX else _open_native)(rules, on_ready)
    finally:
        if on_close is not None:
            on_close()


def guard_environment(environment: MutableMapping[str, str]) -> list[str]:
    """Take what would open a way around the lock out of the environment; returns a warning for each thing changed."""
    warnings = []
    if environment.pop("QTWEBENGINE_REMOTE_DEBUGGING", None) is not None:
        warnings.append("QTWEBENGINE_REMOTE_DEBUGGING is ignored: it would open the window to other programs")
    flags = environment.get("QTWEBENGINE_CHROMIUM_FLAGS", "").split()
    if unsafe := [flag for flag in flags if flag.startswith(_UNSAFE_FLAGS)]:
        warnings.append(f"QTWEBENGINE_CHROMIUM_FLAGS: {' '.join(unsafe)} is ignored")
    quiet = ["--log-level=3", "--disable-logging"]
    kept = [flag for flag in flags if flag not in unsafe and flag not in quiet]
    environment["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(kept + quiet)
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        warnings.append("running as root: the window works without its sandbox; better start it as a normal user")
    elif environment.pop("QTWEBENGINE_DISABLE_SANDBOX", None) is not None:
        warnings.append("QTWEBENGINE_DISABLE_SANDBOX is ignored: the sandbox stays on")
    return warnings


def _open_qt(rules: WindowRules, on_ready: OnReady | None) -> None:
    with _wish_to_close() as (wish, close):
        display = has_display()
        if not display:
            raise WindowFailed(f"{display.reason}. {display.remedy}".strip())
        for warning in guard_environment(os.environ):
            log.warning("%s", warning)
        from kiosk import desktop_qt  # needs Qt, which only Linux has

        desktop_qt.lock(rules, wish)
        _create(rules)
        if on_ready is not None:
            on_ready(close)
        _start("qt", expected="qtwebengine")


def _open_native(rules: WindowRules, on_ready: OnReady | None) -> None:
    window = _create(rules)
    allowed = threading.Event()

    def close() -> None:
        allowed.set()
        threading.Thread(target=window.destroy, daemon=True).start()

    window.events.closing += lambda: not rules.kiosk or allowed.is_set()
    with _handling_signals(lambda _signal, _frame: close()):
        if on_ready is not None:
            on_ready(close)
        _start(None, expected=None)


@contextlib.contextmanager
def _wish_to_close() -> Iterator[tuple[socket.socket, Callable[[], None]]]:
    """A socket that can be read from once somebody wants the window closed, and the function that says so.

    A signal says so too. Python's handlers run only when Python runs, which it does not while Qt waits; the byte
    that the interpreter writes for each signal (`signal.set_wakeup_fd`) wakes Qt, whenever it came.
    """
    read, written = socket.socketpair()
    with read, written, _handling_signals(lambda _signal, _frame: None):
        written.setblocking(False)
        before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)

        def close() -> None:
            with contextlib.suppress(OSError):  # closed already, or full of wishes
                written.send(b"x")

        try:
            yield read, close
        finally:
            signal.set_wakeup_fd(before)


@contextlib.contextmanager
def _handling_signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _create(rules: WindowRules) -> Any:
    import webview

    logging.getLogger("pywebview").setLevel(logging.WARNING)
    webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = False
    webview.settings["ALLOW_FILE_URLS"] = False
    webview.settings["ALLOW_DOWNLOADS"] = not IS_LINUX and rules.downloads is not None
    webview.settings["OPEN_DEVTOOLS_IN_DEBUG"] = False
    webview.settings["SHOW_DEFAULT_MENUS"] = False
    webview.settings["REMOTE_DEBUGGING_PORT"] = None
    width, height = rules.size
    return webview.create_window(
        rules.title,
        rules.enter_url,
        width=width,
        height=height,
        min_size=(480, 480),
        fullscreen=rules.fullscreen or rules.kiosk,
        frameless=rules.kiosk,
        easy_drag=False,
        on_top=rules.kiosk,
        background_color=BACKGROUND,
        text_select=True,
    )


def _start(gui: Any, *, expected: str | None) -> None:
    import webview

    wrong: list[str] = []

    def check(renderer: str) -> bool:
        if expected and renderer != expected:
            wrong.append(renderer)
        return not wrong

    webview.windows[0].events.initialized += check
    webview.start(gui=gui, debug=False, private_mode=True, http_server=False)
    if wrong:
        raise WindowFailed(f"the window would be {wrong[0]}, which cannot be locked; {expected} is needed")


def _wayland_socket() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / str(name)).is_socket()


def _x_server_answers() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)


def _missing_libraries() -> list[str]:
    """Shared libraries that Qt's own need and that this machine lacks, by the loader's own judgement."""
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return []
    qt = Path(spec.submodule_search_locations[0]) / "Qt"
    needed = ["lib/libQt6WebEngineCore.so.6", "plugins/platforms/libqxcb.so", "libexec/QtWebEngineProcess"]
    shown = subprocess.run(  # noqa: S603 - our own files
        ["ldd", *(str(qt / name) for name in needed)],  # noqa: S607 - wherever the system keeps it
        capture_output=True,
        text=True,
        check=False,
    )
    return sorted({line.split()[0] for line in shown.stdout.splitlines() if line.endswith("=> not found")})
