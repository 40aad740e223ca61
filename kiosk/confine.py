"""Limits that a process of our own takes upon itself, where the system has them (Windows has none of these)."""

import contextlib
import sys

_LARGE_BYTES = 256 << 10
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def limit(**most: int) -> None:
    """In a child process: take no more than this, for good. Names as in `resource.RLIMIT_*` (DATA, AS: bytes).

    A system that refuses goes without: whoever started the process limits its time, too.
    """
    try:
        import resource
    except ImportError:
        return
    for name, value in most.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def give_memory_back() -> None:
    """In a process that runs for days: large pieces of memory go back to the system as soon as they are free.

    Pictures pass through a server by the thousand, in many threads. The C library (glibc, `mallopt(3)`) would keep a
    heap for each thread and, between small things that stay, the holes that pictures leave: 25 MB in two hours of
    lessons. So there are two heaps, and what is large lies outside of them. Other libraries are left as they are.
    """
    if sys.platform != "linux":
        return
    import ctypes  # takes milliseconds: nobody who starts should wait for it

    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is None:
        return
    wanted = ((_M_ARENA_MAX, 2), (_M_MMAP_THRESHOLD, _LARGE_BYTES), (_M_TRIM_THRESHOLD, _LARGE_BYTES))
    for name, value in wanted:
        tune(name, value)
