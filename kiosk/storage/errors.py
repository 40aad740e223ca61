"""What can go wrong in the storage room, as types with the facts in fields.

Messages for people are made at the edge, in their language; `reason` is for records and logs.
"""

import errno

_FULL = {errno.ENOSPC, errno.EDQUOT}

_WORDS = {
    errno.ENOSPC: "disk full",
    errno.EDQUOT: "quota used up",
    errno.EROFS: "disk is read-only",
    errno.EIO: "disk error",
    errno.EACCES: "no permission",
    errno.ENOENT: "folder is gone",
    errno.ENODEV: "drive is gone",
}


class StorageError(Exception):
    """The disk refused. `reason` is short and names no path; `full` tells that space is what is missing (507)."""

    def __init__(self, reason: str, *, full: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.full = full


class DataFolderBusy(Exception):
    """Another program works on this data folder; `who` names it (host and process id)."""

    def __init__(self, who: str) -> None:
        super().__init__(f"the data folder is in use by {who}")
        self.who = who


class UnknownRun(LookupError):
    """No such run, entity or medium."""


class ReadOnlyRun(UnknownRun):
    """This run may be read but not continued here: it is an older export, or another machine's."""


class RunBusy(Exception):
    """This run is being recorded, here or by another program."""


def is_full(error: OSError) -> bool:
    """Whether an error says that space is what is missing."""
    return error.errno in _FULL


def reason_of(error: OSError) -> str:
    """An error as a short reason without any path."""
    known = _WORDS.get(error.errno or 0)
    return known or errno.errorcode.get(error.errno or 0, "disk error").lower()


def storage_error(error: OSError) -> StorageError:
    """An operating system's error as ours."""
    return StorageError(reason_of(error), full=is_full(error))
