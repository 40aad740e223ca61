"""Which kind of file some bytes are: the one sniffing table, for engine, storage and server.

Knows signatures, MIME types and extensions; does not decode. No I/O.
"""

from kiosk.records import MediaType

EXTENSIONS: dict[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "model/gltf-binary": "glb",
    "text/plain": "txt",
    "application/json": "json",
}
MIME_TYPES: dict[str, str] = {extension: mime for mime, extension in EXTENSIONS.items()} | {"jpeg": "image/jpeg"}

_FAMILIES: dict[MediaType, tuple[str, ...]] = {
    MediaType.IMAGE: ("image/",),
    MediaType.AUDIO: ("audio/",),
    MediaType.MUSIC: ("audio/",),
    MediaType.VIDEO: ("video/", "image/webp", "image/gif"),
    MediaType.MODEL_3D: ("model/",),
    MediaType.CODE: ("text/", "application/json"),
    MediaType.TEXT: ("text/",),
    MediaType.METADATA: ("application/json",),
}


def sniff(data: bytes) -> str | None:
    """The MIME type of media bytes by their signature, or None if it is no medium that we keep."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if data.startswith(b"fLaC"):
        return "audio/flac"
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data.startswith(b"ID3") or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    if data.startswith(b"glTF"):
        return "model/gltf-binary"
    return None


def fits(mime_type: str, media_type: MediaType) -> bool:
    """Whether a file of this MIME type can be an output of this media type."""
    return mime_type.startswith(_FAMILIES[media_type])
