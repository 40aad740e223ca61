"""3D models with marks: the `asset.extras` of a binary glTF 2.0 (section 3.2 and 4.4), its geometry untouched."""

import struct
from typing import Any

import msgspec

from kiosk.storage.export.marks import Marks
from kiosk.storage.export.workshop import CannotBeMarked

_JSON = 0x4E4F534A
_HEADER = 12
_CHUNK = 8


def marked(data: bytes, marks: Marks) -> bytes:
    """The model with its marks. What the box wrote into `asset` beside the version is dropped."""
    try:
        _, version, total = struct.unpack_from("<4sII", data)
        length, kind = struct.unpack_from("<II", data, _HEADER)
        start = _HEADER + _CHUNK
        scene: dict[str, Any] = msgspec.json.decode(data[start : start + length], type=dict[str, Any])
    except (struct.error, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CannotBeMarked("the model is damaged") from error
    if version != 2 or kind != _JSON or total > len(data):
        raise CannotBeMarked("the model is cut off")
    old = scene.get("asset")
    known = {name: value for name, value in (old if isinstance(old, dict) else {}).items() if name.endswith("ersion")}
    scene["asset"] = {"version": "2.0", **known, "generator": marks.tool, "extras": marks.texts()}
    scene.pop("extras", None)
    text = msgspec.json.encode(scene)
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), _JSON) + text + data[start + length : total]
    return struct.pack("<4sII", b"glTF", 2, _HEADER + len(body)) + body
