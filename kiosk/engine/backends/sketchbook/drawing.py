"""One picture or one melody, made by procedures: what is done at an easel. Computes, and waits for nothing."""

import base64
import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from kiosk.engine.backends import BackendError, MediaRequest, MediaResult
from kiosk.engine.backends.sketchbook import music
from kiosk.records import MediaType, Progress

SIZE = 1024
"""Width and height in pixels where the request names none."""
SMALLEST, LARGEST, MOST_PIXELS = 64, 4096, 2400 * 2400
PREVIEW = 224
"""Longer edge of a preview in pixels."""


def make(request: MediaRequest, tell: Callable[[Progress], None]) -> MediaResult:
    """A picture (PNG) or a melody (WAV). An exception raised by `tell` ends the work. Raises `BackendError`."""
    began = time.monotonic()

    def seconds() -> float:
        return round(time.monotonic() - began, 3)

    if request.media_type is MediaType.IMAGE:
        return _picture(request, tell, seconds)
    if request.media_type in (MediaType.MUSIC, MediaType.AUDIO):
        return _melody(request, tell, seconds)
    raise BackendError(f"the sketchbook makes pictures and melodies, not {request.media_type}")


def procedure(request: MediaRequest, key: str) -> str | None:
    """What the lens's `[sketchbook]` table names under `key`."""
    table = request.parameters.get("sketchbook")
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, str) else None


def _size(request: MediaRequest) -> tuple[int, int]:
    width, height = request.width or SIZE, request.height or SIZE
    fits = all(SMALLEST <= edge <= LARGEST for edge in (width, height)) and width * height <= MOST_PIXELS
    if not fits:
        raise BackendError(
            f"{width} x {height} pixels: the sketchbook draws {SMALLEST} to {LARGEST} pixels a side, "
            f"{MOST_PIXELS / 1e6:.1f} million at most"
        )
    return width, height


def _source(request: MediaRequest, width: int, height: int) -> Any:
    """The first input picture as RGB, filling the sheet; None without one."""
    if not request.images:
        return None
    try:
        with Image.open(io.BytesIO(request.images[0])) as image:
            image.draft("RGB", (width * 2, height * 2))
            flat = Image.new("RGB", image.size, (250, 247, 240))
            shown = image.convert("RGBA")
            flat.paste(shown, mask=shown.getchannel("A"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BackendError(f"the input picture cannot be read: {error}") from error
    scale = max(width / flat.width, height / flat.height)
    fitted = flat.resize((max(width, round(flat.width * scale)), max(height, round(flat.height * scale))))
    left, top = (fitted.width - width) // 2, (fitted.height - height) // 2
    return np.asarray(fitted.crop((left, top, left + width, top + height)))


def _preview(pixels: Any) -> str:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((PREVIEW, PREVIEW), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def _picture(request: MediaRequest, tell: Callable[[Progress], None], seconds: Callable[[], float]) -> MediaResult:
    width, height = _size(request)
    try:
        from kiosk.engine.backends.sketchbook import picture
    except ImportError as error:
        raise BackendError(
            f"the drawing library Skia cannot be loaded ({error}); on Linux it needs libGL and libEGL"
        ) from error
    order = picture.Order(
        prompt=request.prompt,
        manner=picture.manner_for(request.parameters.get("picture") or procedure(request, "picture")),
        seed=request.seed,
        width=width,
        height=height,
        language=request.language,
        source=_source(request, width, height),
    )

    def report(value: int, total: int, shown: Any) -> None:
        tell(Progress(kind="step", value=value, total=total, seconds=seconds()))
        if shown is not None:
            tell(Progress(kind="preview", preview=_preview(shown), seconds=seconds()))

    drawing = picture.draw(order, report)
    return MediaResult(data=drawing.png, model=f"sketchbook:{order.manner}", facts=drawing.facts)


def _melody(request: MediaRequest, tell: Callable[[Progress], None], seconds: Callable[[], float]) -> MediaResult:
    def report(value: int, total: int) -> None:
        tell(Progress(kind="step", value=value, total=total, seconds=seconds()))

    melody = music.play(
        music.Wish(
            prompt=request.prompt,
            procedure=music.procedure_for(procedure(request, "music"), procedure(request, "picture")),
            seed=request.seed,
            language=request.language,
            duration_s=request.duration_s,
        ),
        report,
    )
    return MediaResult(data=melody.wav, model=f"sketchbook:{melody.facts['procedure']}", facts=melody.facts)
