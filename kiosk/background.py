"""A server beside the main thread, for as long as a window or a command lasts.

The program is loaded and started on a thread of its own: a window can be opened meanwhile.
"""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kiosk.door import Door
from kiosk.settings import Places

if TYPE_CHECKING:  # loads the whole program, which is for the thread
    from kiosk.server.serve import ServerThread
    from kiosk.serving import Ready, Serving

log = logging.getLogger(__name__)

_STOP_S = 10.0


class BackgroundServer:
    """A server that is on its way from the beginning of a block and stops with it. Raises `CannotServe`.

    `enter_url` may be opened at once: it is answered when the program is there.
    """

    def __init__(self, where: Places, *, announce: bool) -> None:
        door = Door(where, port=0)
        self.enter_url = door.enter_url
        self.language = door.language
        self._door = door
        self._announce = announce
        self._close_window: Callable[[], None] | None = None
        self._serving: Serving | None = None
        self._server: ServerThread | None = None
        self._failure: BaseException | None = None
        self._has_come = threading.Event()
        self._lock = threading.Lock()

    def ready(self) -> "Ready":
        """How the server can be reached, once it answers. Raises what kept it from coming."""
        self._has_come.wait()
        if self._serving is None or self._failure is not None:
            raise self._failure or RuntimeError("no server has come")
        return self._serving.ready()

    def window_opened(self, close: Callable[[], None]) -> None:
        """A window of ours is open: the teacher's desk may close it, and it closes if no program comes."""
        with self._lock:
            self._close_window = close
        self._tell_window()

    def __enter__(self) -> Self:
        threading.Thread(target=self._come, name="start", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._has_come.wait()
        if self._server is not None and not self._server.stop(_STOP_S):
            log.error("the server did not stop in time")
        if self._serving is not None:
            self._serving.withdraw()
        if self._failure is not None and error is None:
            raise self._failure

    def _come(self) -> None:
        try:
            from kiosk.server.serve import ServerThread
            from kiosk.serving import Serving

            self._serving = Serving(self._door, announce=self._announce)
            self._server = ServerThread(self._serving.server, self._serving.bound)
            self._server.start()
        except BaseException as failure:  # noqa: BLE001 - the main thread is told
            self._failure = failure
        finally:
            self._has_come.set()
            self._tell_window()

    def _tell_window(self) -> None:
        with self._lock:
            close = self._close_window
            if close is None or not self._has_come.is_set():
                return
            if self._failure is not None:
                close()
            elif self._serving is not None:
                self._serving.program.leaving.opened(close)
