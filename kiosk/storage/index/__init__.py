"""The index: a SQLite cache of the run folders, for lists, filters, counts, gallery and search.

The only place that speaks SQL. Everything in it comes from the folders and may be thrown away at any time.
"""

from kiosk.storage.index.index import Connection, Index
from kiosk.storage.index.schema import IndexDamaged

__all__ = ["Connection", "Index", "IndexDamaged"]
