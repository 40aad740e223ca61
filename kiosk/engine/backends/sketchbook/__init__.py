"""The sketchbook: the embedded backend that writes, draws and plays with no AI model at all."""

from kiosk.engine.backends.sketchbook.media import SketchbookMedia
from kiosk.engine.backends.sketchbook.text import SketchbookText

__all__ = ["SketchbookMedia", "SketchbookText"]
