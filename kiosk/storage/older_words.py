"""Texts and records of older programs and of other people's editors, however their bytes were written.

A file that Windows saved anew has another encoding or a mark in front; Python wrote NaN where JSON knows none.
Pure; what can be read in no way is told, never guessed.
"""

import codecs
import json
from typing import Any

import msgspec


def text_of(raw: bytes) -> str:
    """A text as its author saw it: UTF-8, UTF-16 with a mark, else the Western European of Windows."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def record_of(raw: bytes) -> dict[str, Any]:
    """A JSON object; NaN and infinities are null. Raises `ValueError` or `RecursionError` for anything else."""
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        plain = json.loads(text_of(raw), parse_constant=lambda _: None)
        # Once more through the strict reader: it refuses what could not be written again.
        return msgspec.json.decode(json.dumps(plain).encode(), type=dict[str, Any])
