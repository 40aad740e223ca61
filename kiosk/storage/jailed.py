"""What runs in the child of `storage.jail`: takes limits on itself, then makes small pictures until nobody asks.

It reads files and writes none. Where the system knows no limits (Windows), only the parent's patience holds.
"""

import contextlib
import os
import threading
from collections.abc import Callable

import msgspec

from kiosk.confine import limit
from kiosk.records import MediaType
from kiosk.storage import small_pictures
from kiosk.storage.child import serve
from kiosk.storage.jail import Answer, Chore
from kiosk.storage.thumbnails import NoThumbnail

MEMORY_BYTES = 1 << 30
CPU_S = 20
"""Of one chore."""

IDLE_S = 60.0
_FILES = 64


def main() -> None:
    """Answer requests from standard input until it ends, or until nobody has asked for a while."""
    limit(AS=MEMORY_BYTES, NOFILE=_FILES, CORE=0, FSIZE=0)
    decoder = msgspec.msgpack.Decoder(Chore)

    def answer(request: bytes) -> bytes:
        _allow_cpu()
        return msgspec.msgpack.encode(answered(decoder.decode(request)))

    serve(answer, _until_idle)


def _until_idle() -> Callable[[], None]:
    idle = threading.Timer(IDLE_S, os._exit, [0])
    idle.daemon = True
    idle.start()
    return idle.cancel


def answered(chore: Chore) -> Answer:
    """The small picture that a chore asks for, or why there is none."""
    try:
        if chore.media_type is MediaType.IMAGE:
            return Answer(small_pictures.encoded(chore.source))
        from kiosk.storage import previews  # numpy takes a while, and pictures do without

        return Answer(previews.encoded(chore.source, chore.media_type))
    except NoThumbnail as error:
        return Answer(reason=error.reason)
    except MemoryError:
        return Answer(reason="too large to be decoded")
    except OSError as error:
        return Answer(errno=error.errno) if error.errno is not None else Answer(reason="cannot be decoded")


def _allow_cpu() -> None:
    """Seconds of the processor for one more chore; beyond them the system ends this process."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_S
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
