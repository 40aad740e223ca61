"""Sounds: the containers of WAV, FLAC, MP3 and Ogg, walked to their end. Samples are not decoded."""

import struct

from kiosk.engine.formats import BadMedia, Facts, cut_off

_STREAMING_SIZES = (0, 0xFFFFFFFF)


def read_sound(data: bytes, mime_type: str) -> Facts:
    """The length in seconds, where the file says it. Raises `BadMedia`."""
    try:
        return Facts(duration_s=_READERS[mime_type](data))
    except (struct.error, IndexError) as error:
        raise cut_off("sound") from error


def _read_wav(data: bytes) -> float:
    """RIFF chunks up to the samples; a size of 0 or all ones is what streaming writers leave there."""
    at, bytes_per_second = 12, 0
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8
        if kind == b"fmt ":
            (bytes_per_second,) = struct.unpack_from("<I", data, at + 8)
        if kind == b"data":
            if not bytes_per_second:
                raise BadMedia("the sound does not say its format")
            there = len(data) - at
            if size in _STREAMING_SIZES:
                size = there
            if size > there:
                raise cut_off("sound")
            if size == 0:
                raise BadMedia("the sound is empty")
            return size / bytes_per_second
        at += size + (size & 1)
    raise cut_off("sound")


def _read_flac(data: bytes) -> float | None:
    """STREAMINFO, then the last frame, which must be whole and hold the last sample (RFC 9639, sections 8.2, 9)."""
    at, block, largest, rate, samples = 4, 0, 0, 0, 0
    last = False
    while not last:
        head, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        last, kind = bool(head & 0x80), head & 0x7F
        at += 4
        if at + size > len(data):
            raise cut_off("sound")
        if kind == 0:
            block, largest = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 7 : at + 10], "big")
            packed = int.from_bytes(data[at + 10 : at + 18], "big")
            rate, samples = packed >> 44, packed & ((1 << 36) - 1)
        at += size
    if not rate:
        raise BadMedia("the sound does not say its sample rate")
    frame = _last_flac_frame(data, at, largest or 1 << 17)
    if frame is None or _flac_samples_at_end(data, frame, block) < samples:
        raise cut_off("sound")
    return samples / rate if samples else None


def _last_flac_frame(data: bytes, first: int, largest: int) -> int | None:
    """Where a frame begins in the last `largest` bytes whose CRC-16 is that of all bytes to the end."""
    start = max(first, len(data) - largest)
    at = data.rfind(b"\xff", start, len(data) - 2)
    tries = 0
    while at >= start and tries < 64:
        if data[at + 1] & 0xFE == 0xF8:
            tries += 1
            if _crc16(data[at:-2]) == int.from_bytes(data[-2:], "big"):
                return at
        at = data.rfind(b"\xff", start, at)
    return None


def _flac_samples_at_end(data: bytes, at: int, block: int) -> int:
    """How many samples of each channel there are up to the end of the frame at `at`."""
    by_sample, size_code = data[at + 1] & 1, data[at + 2] >> 4
    first = data[at + 4]
    more = 8 - (first ^ 0xFF).bit_length()  # coded like UTF-8: the leading ones count the bytes
    number = first & (0x7F >> more) if more else first
    after = at + 5 + max(0, more - 1)
    for byte in data[at + 5 : after]:
        number = number << 6 | byte & 0x3F
    size = _FLAC_BLOCKS.get(size_code, 0)
    if size_code == 6:
        size = data[after] + 1
    elif size_code == 7:
        size = int.from_bytes(data[after : after + 2], "big") + 1
    return (number if by_sample else number * block) + size


_FLAC_BLOCKS = {1: 192} | {code: 144 << code for code in range(2, 6)} | {code: 1 << code for code in range(8, 16)}


def _crc16_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x8005 if crc & 0x8000 else 0)
        table.append(crc & 0xFFFF)
    return table


_CRC16 = _crc16_table()


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = ((crc << 8) & 0xFF00) ^ _CRC16[(crc >> 8) ^ byte]
    return crc


_MP3_KBPS = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _read_mp3(data: bytes) -> float:
    """Frame by frame (ISO/IEC 11172-3, 2.4.2.3); a Xing or Info frame tells how many there should be."""
    at = _after_id3(data)
    seconds, frames, promised = 0.0, 0, 0
    while at + 4 <= len(data) and data[at : at + 3] != b"TAG":
        length, duration = _mp3_frame(data, at)
        if at + length > len(data):
            raise cut_off("sound")
        if frames == 0:
            promised = _promised_frames(data[at : at + length])
        if frames or not promised:
            seconds += duration
        at += length
        frames += 1
    if not frames:
        raise cut_off("sound")
    if promised and frames - 1 < promised:
        raise cut_off("sound")
    return seconds


def _after_id3(data: bytes) -> int:
    if not data.startswith(b"ID3"):
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if data[5] & 0x10 else 0)


def _mp3_frame(data: bytes, at: int) -> tuple[int, float]:
    """Bytes and seconds of the frame whose header is at `at`."""
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer, bitrate, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer == 0 or bitrate in (0, 15) or rate == 3:
        raise BadMedia("the sound is damaged")
    bits = _MP3_KBPS[(3 if version == 3 else 2, layer)][bitrate] * 1000
    hertz, padding = _MP3_RATES[version][rate], head >> 9 & 1
    if layer == 3:
        return (12 * bits // hertz + padding) * 4, 384 / hertz
    samples = 576 if layer == 1 and version != 3 else 1152
    return samples // 8 * bits // hertz + padding, samples / hertz


def _promised_frames(frame: bytes) -> int:
    for mark in (b"Xing", b"Info"):
        found = frame.find(mark, 4, 48)
        if found > 0 and frame[found + 7] & 1:
            return int.from_bytes(frame[found + 8 : found + 12], "big")
    return 0


def _read_ogg(data: bytes) -> float | None:
    """Pages up to the one that ends the stream (RFC 3533, section 6); Opus and Vorbis say their time."""
    at, granule, ended = 0, 0, False
    per_second, skipped = 0, 0
    while at < len(data):
        if data[at : at + 4] != b"OggS":
            raise BadMedia("the sound is damaged")
        flags = data[at + 5]
        position = int.from_bytes(data[at + 6 : at + 14], "little", signed=True)
        segments = data[at + 26]
        body = at + 27 + segments
        end = body + sum(data[at + 27 : body])
        if end > len(data) or body > len(data):
            raise cut_off("sound")
        if not per_second:
            per_second, skipped = _ogg_clock(data[body:end])
        granule = max(granule, position)
        ended = bool(flags & 4)
        at = end
    if not ended:
        raise cut_off("sound")
    return max(0, granule - skipped) / per_second if per_second else None


def _ogg_clock(packet: bytes) -> tuple[int, int]:
    if packet.startswith(b"OpusHead"):
        return 48_000, int.from_bytes(packet[10:12], "little")
    if packet.startswith(b"\x01vorbis"):
        return int.from_bytes(packet[12:16], "little"), 0
    return 0, 0


_READERS = {
    "audio/wav": _read_wav,
    "audio/flac": _read_flac,
    "audio/mpeg": _read_mp3,
    "audio/ogg": _read_ogg,
}
