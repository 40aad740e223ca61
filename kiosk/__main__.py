"""`python -m kiosk` is the command `kiosk`."""

import multiprocessing

from kiosk.cli import main

if __name__ == "__main__":  # not in a process that makes a report
    multiprocessing.freeze_support()
    main()
