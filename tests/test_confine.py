"""Limits that a process of our own takes upon itself, tried in processes of their own."""

import subprocess
import sys

_HOLES = """
import sys
import threading

import psutil

from kiosk.confine import give_memory_back

if sys.argv[1] == "back":
    give_memory_back()
kept = []

def pictures():
    for _ in range(40):
        picture = bytearray(700_000)
        kept.append(bytes(3_000))
        passing.append(picture)

for _ in range(3):
    passing = []
    threads = [threading.Thread(target=pictures) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passing.clear()
print(psutil.Process().memory_info().rss)
"""


def _resident_after_pictures(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", _HOLES, how], capture_output=True, text=True, check=True, timeout=60)
    return int(told.stdout)


def test_memory_of_pictures_that_passed_goes_back_to_the_system() -> None:
    kept, given_back = _resident_after_pictures("keep"), _resident_after_pictures("back")

    assert given_back < kept - 20_000_000
