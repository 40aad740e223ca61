"""Limits that a process of our own takes upon itself, where the system has them (Windows has none of these)."""

import contextlib


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
