"""A very small site for the window to show: its page reports what it was able to do."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = """<!doctype html><html lang="en"><title>Site</title>
<body style="background:#2f6f4f;margin:0"><h1>Site</h1><input type="file" id="file" style="position:fixed;top:300px">
<script>
const born = Math.random().toString(36);
const tell = (what, value) => fetch("/told", {method: "POST", body: JSON.stringify([what, value])});
new EventSource("/stream").onmessage = async e => {
  const answer = await (0, eval)(e.data);
  tell("answer", answer === undefined ? null : answer);
};
</script>"""


class Site:
    """The server, what its page told, and a way to have the page do something."""

    def __init__(self, port: int = 0) -> None:
        self.told: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.asked: list[str] = []
        self._scripts: queue.Queue[str] = queue.Queue()
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def enter_url(self) -> str:
        """The address that the window is opened with."""
        return f"http://127.0.0.1:{self.port}/enter?t=secret"

    def wait_until_loaded(self, within: float = 30.0) -> None:
        """The page is there, and its stream is open."""
        assert self._next("stream", within) is None

    def run(self, script: str, within: float = 20.0) -> Any:
        """What an expression gives in the page; a promise is waited for."""
        self._scripts.put(script)
        return self._next("answer", within)

    def _next(self, what: str, within: float) -> Any:
        while True:
            said, value = self.told.get(timeout=within)
            if said == what:
                return value

    def _scripts_of_a_new_stream(self) -> Iterator[str]:
        """What the page is to run, until it opens another stream; then that one gets it."""
        own = self._scripts = queue.Queue()
        self.told.put(("stream", None))
        while self._scripts is own and not self._stopping.is_set():
            try:
                yield own.get(timeout=0.05)
            except queue.Empty:
                continue

    def close(self) -> None:
        """Stop serving."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(port: int = 0) -> Iterator[Site]:
    """A site for the length of a block."""
    site = Site(port)
    try:
        yield site
    finally:
        site.close()


def _handler_for(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing to be said."""

        def do_GET(self) -> None:
            site.asked.append(self.path)
            if self.path == "/stream":
                self._stream()
            elif self.path.startswith("/enter"):
                self.send_response(303)
                self.send_header("Location", "/")
                self.end_headers()
            elif self.path.startswith("/refused"):
                self.send_error(403, "not for you")
            else:
                is_file = self.path.endswith(".bin")
                self._answer(b"0123456789" if is_file else PAGE.encode(), "application/x" if is_file else "text/html")

        def do_POST(self) -> None:
            what, value = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()
            site.told.put((what, value))

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for script in site._scripts_of_a_new_stream():
                self.wfile.write(f"data: {script}\n\n".encode())
                self.wfile.flush()

    return Handler
