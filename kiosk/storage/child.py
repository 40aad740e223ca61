"""A child process that does one kind of work on request: started when needed, used again, killed when it is late.

Knows bytes in and bytes out, over pipes; what they mean is its users' business (`jail`, `reading`). The child runs
`main` of a module of this room and sees nothing of our surroundings. Blocking; use it from one thread at a time.
"""

import contextlib
import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk import AS_CHILD

log = logging.getLogger(__name__)

LENGTH_BYTES = 4
"""Requests and answers are preceded by their length, big endian."""

MODULES = ("jailed", "reading")
"""What a child may be."""

_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from kiosk.storage.child import become; become(sys.argv[2])"
_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TZ")


class Child:
    """One process that runs a module of this room."""

    def __init__(self, module: str, patience_s: float) -> None:
        self._module = module
        self._patience_s = patience_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process that is there now."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def ask(self, request: bytes) -> bytes | None:
        """Its answer; None if it died of the request or was killed for being late: the next one starts another."""
        process, is_fresh = self._present()
        answer = self._exchange(process, request)
        if answer is None and not is_fresh and process.wait() == 0 and self._process is process:
            # It had just gone home for want of work.
            answer = self._exchange(self._present()[0], request)
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing; who waits for its answer gets None. From any thread."""
        process, self._process = self._process, None
        if process is None:
            return
        # It leaves nothing behind that it would have to finish.
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _present(self) -> tuple[subprocess.Popen[bytes], bool]:
        if self._process is not None and self._process.poll() is None:
            return self._process, False
        self.end()
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            _command(self._module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        return self._process, True

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> bytes | None:
        if process.stdin is None or process.stdout is None:
            return None
        late = threading.Timer(self._patience_s, _kill, [process])
        late.start()
        answer = None
        try:
            process.stdin.write(len(request).to_bytes(LENGTH_BYTES) + request)
            process.stdin.flush()
            answer = _read(process.stdout.read)
        except (OSError, ValueError) as error:
            # It died, or was ended by another thread, which has closed its pipes.
            log.info("a child did not answer: %s", type(error).__name__)
        finally:
            # A timer that is left keeps the program from ending.
            late.cancel()
        if answer is None:
            _see_off(process, 0.2)
        return answer


def become(module: str) -> None:
    """In the child: be that module until there is no more work. Raises `ValueError` for one that is no child."""
    if module not in MODULES:
        raise ValueError(module)
    importlib.import_module(f"kiosk.storage.{module}").main()


def serve(answer: Callable[[bytes], bytes], wait: Callable[[], Callable[[], object]] | None = None) -> None:
    """In the child: answer requests from standard input until it ends.

    `wait` is called before each wait for a request; what it returns is called when the request is there.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        arrived = wait() if wait is not None else None
        length = requests.read(LENGTH_BYTES)
        if arrived is not None:
            arrived()
        if len(length) < LENGTH_BYTES:
            return
        made = answer(requests.read(int.from_bytes(length)))
        answers.write(len(made).to_bytes(LENGTH_BYTES) + made)
        answers.flush()


def _command(module: str) -> list[str]:
    if getattr(sys, "frozen", False):  # a bundle: its interpreter is the program itself
        return [sys.executable, AS_CHILD, module]
    return [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT, module]


def _read(read: Callable[[int], bytes]) -> bytes | None:
    length = read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    answer = read(int.from_bytes(length))
    return answer if len(answer) == int.from_bytes(length) else None


def _see_off(process: subprocess.Popen[bytes], patience_s: float) -> None:
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        _kill(process)
        process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and what it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
