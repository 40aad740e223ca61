"""Everything that is kept: run folders, history, index, thumbnails, favourites.

Knows records; knows no engine and no HTTP. The way in is `kiosk.storage.library.Library`.
"""
