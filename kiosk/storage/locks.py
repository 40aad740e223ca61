"""Locks on open files, by flock or, on Windows, msvcrt: they end with the process that holds them.

Advisory: they keep programs of ours apart, nobody else.
"""

import os
import sys

from kiosk.durable import open_no_follow
from kiosk.storage.errors import DataFolderBusy

if sys.platform == "win32":
    import msvcrt

    # Beyond any content: a locked region cannot be read by others on Windows.
    _LOCK_BYTE = 1 << 40

    def try_lock(descriptor: int, *, shared: bool = False) -> bool:
        """Take the lock of an open file without waiting; False if somebody holds it."""
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _LOCK_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, position, os.SEEK_SET)
        return True

else:
    import fcntl

    def try_lock(descriptor: int, *, shared: bool = False) -> bool:
        """Take the lock of an open file without waiting; False if somebody holds it (alone, if `shared`)."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_locked(path: str | os.PathLike[str]) -> bool:
    """Whether somebody, this process included, holds the lock of a file; False where there is none."""
    try:
        descriptor = open_no_follow(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not try_lock(descriptor, shared=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)


class FolderLock:
    """The right to work on a data folder, held by one process at a time.

    Raises `DataFolderBusy` with what the holder wrote about itself, or `OSError`.
    """

    def __init__(self, path: str | os.PathLike[str], me: str) -> None:
        self._descriptor = open_no_follow(path, os.O_RDWR | os.O_CREAT)
        if not try_lock(self._descriptor):
            who = os.pread(self._descriptor, 200, 0).decode("utf-8", "replace") if hasattr(os, "pread") else ""
            os.close(self._descriptor)
            raise DataFolderBusy(who.strip() or "another process")
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, me.encode())

    def release(self) -> None:
        """Give the folder back; the file stays, so that nobody can hold a lock on a file that is gone."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
