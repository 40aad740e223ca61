"""The command `kiosk`, also as `python -m kiosk`.

Processes that the program starts load this file first: it loads nothing by itself.
"""

import gc
import multiprocessing


def start() -> None:
    """Begin. What is loaded at the start is no garbage: nobody looks through it until the program is ready."""
    multiprocessing.freeze_support()  # in a bundle the program's own processes start here
    gc.disable()
    from kiosk.cli import main

    main()


if __name__ == "__main__":
    start()
