"""The command `kiosk`, also as `python -m kiosk`.

Processes that the program starts load this file first: it loads nothing by itself.
"""

import gc
import multiprocessing
import sys

from kiosk import AS_CHILD


def start() -> None:
    """Begin. What is loaded at the start is no garbage: nobody looks through it until the program is ready."""
    # In a bundle the program's own processes start here.
    multiprocessing.freeze_support()
    if len(sys.argv) == 3 and sys.argv[1] == AS_CHILD:
        from kiosk.storage.child import become

        become(sys.argv[2])
        return
    gc.disable()
    from kiosk.cli import main

    main()


if __name__ == "__main__":
    start()
