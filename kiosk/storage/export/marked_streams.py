"""Sounds and films with marks: their packets as they are, in a new container with our tags and none of the box's.

WAV, FLAC, MP3, Ogg, MP4 and WebM by PyAV, which reads only the one local file.
"""

from pathlib import Path

import av
from av.error import FFmpegError

from kiosk.storage.export.marks import Marks
from kiosk.storage.export.workshop import CannotBeMarked

_CONTAINERS = {
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
_OPTIONS = {
    # Bit-exact: no name or version of a library beside our tags. MP4 takes any tag only when told so.
    "mp4": {"movflags": "use_metadata_tags+faststart", "fflags": "+bitexact"},
    "mp3": {"id3v2_version": "3", "fflags": "+bitexact"},
}
_BITEXACT = {"fflags": "+bitexact"}


def write(source: Path, target: Path, mime_type: str, marks: Marks) -> None:
    """Write the copy with tags. Raises `CannotBeMarked`, `OSError`."""
    kind = _CONTAINERS[mime_type]
    try:
        _remux(source, target, kind, tags(marks))
    except FFmpegError as error:
        raise CannotBeMarked(f"the file cannot be read ({type(error).__name__})") from error


def tags(marks: Marks) -> dict[str, str]:
    """The marks under the names that players show, and all together in the comment: WAV has no other place."""
    texts = marks.texts()
    comment = "; ".join(f"{name}: {text}" for name, text in texts.items())
    known = {
        "title": marks.run_id,
        "date": marks.created[:10],
        "encoded_by": marks.tool,
        "comment": comment,
        "description": texts.get("Description", ""),
        "digital_source_type": marks.source_type,
        "run_id": marks.run_id,
    }
    return {name: text for name, text in known.items() if text}


def _remux(source: Path, target: Path, kind: str, said: dict[str, str]) -> None:
    with (
        av.open(str(source), options={"protocol_whitelist": "file"}) as box,
        av.open(str(target), "w", format=kind, options=_OPTIONS.get(kind, _BITEXACT)) as copy,
    ):
        streams = [stream for stream in box.streams if stream.type in ("audio", "video") and not _is_cover(stream)]
        if not streams:
            raise CannotBeMarked("nothing in it")
        copies = {stream.index: copy.add_stream_from_template(stream) for stream in streams}
        copy.metadata.update(said)
        for packet in box.demux(streams):
            if packet.dts is None:  # the end of a stream
                continue
            packet.stream = copies[packet.stream.index]
            copy.mux(packet)


def _is_cover(stream: object) -> bool:
    disposition = getattr(stream, "disposition", None)
    return disposition is not None and "attached_pic" in str(disposition).lower()
