import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiosk.storage.reading import Batch, Reader

RUN = "json/2026-01-01/kiosk-1/run_1767261600000_362ba81c"


def test_a_child_is_ended_in_the_middle_of_its_work_and_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = tmp_path / RUN / "journal.jsonl"
    journal.parent.mkdir(parents=True)
    os.mkfifo(journal)
    before = set(threading.enumerate())
    reader = Reader()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(reader.read, Batch(str(tmp_path), [RUN], False, "here"))
        # Opening this end waits until the child has opened the other: then it reads, and nothing comes.
        with journal.open("wb"):
            began = time.monotonic()
            reader.close()
            assert asked.result(10) == [None]
    assert time.monotonic() - began < 10
    assert reader._child.pid is None
    timers = [thread for thread in {*threading.enumerate()} - before if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(5)
    assert not any(timer.is_alive() for timer in timers)
