"""The floor of S5: the same server with nothing behind it but one answer. `python -m tests.bench.bare BYTES`.

Prints its address and serves until SIGTERM: no gate, no handlers, no index.
"""

import signal
import sys
from typing import Any

from kiosk.server.address import Address, bind
from kiosk.server.serve import KioskServer


def main(size: int) -> None:
    """Answer everything with so many bytes."""
    body = b" " * size
    headers = [(b"content-type", b"application/json"), (b"content-length", str(size).encode())]

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                await send({"type": f"{(await receive())['type']}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def nothing() -> None:
        return

    bound = bind("127.0.0.1", 0)
    sys.stdout.write(f"{Address.of(bound, '127.0.0.1').url}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn would raise it again
    KioskServer(answer, nothing).run(sockets=[bound])


if __name__ == "__main__":
    main(int(sys.argv[1]))
