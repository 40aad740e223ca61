"""One function for every form in which a box hands over a file: bytes, a data URI, base64, a path, an address.

Addresses are fetched only from where the settings allow: the exact origins of configured boxes, else https on
port 443 of a listed host whose every address is a public one, asked at the address that was checked. Nothing is
followed, nothing is unpacked, and size and time have limits. Paths are read only below configured folders.
What the bytes are is decided by `engine.media`.
"""

import asyncio
import base64
import binascii
import ipaddress
import os
import re
import socket
import string
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from msgspec import Struct

from kiosk.durable import open_no_follow
from kiosk.engine.backends.http import MB, BoxHttp, HttpProblem
from kiosk.engine.formats import BadMedia

_DATA_URI = re.compile(r"\Adata:(?P<type>[^,;]*)(?P<parameters>(?:;[^,;]*)*),(?P<data>.*)\Z", re.DOTALL)
_BASE64 = re.compile(r"\A[A-Za-z0-9+/_\-\s]+={0,2}\s*\Z")
_STANDARD_ALPHABET = bytes.maketrans(b"-_", b"+/")
_SHORTEST_BASE64 = 64
_LONGEST_PATH = 4_096
"""In characters: a text that is nothing but base64 so far is no path."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowed(Struct, frozen=True, kw_only=True):
    """Where files may come from.

    `origins` (`http://127.0.0.1:8188`) are configured boxes; `hosts` are names of public servers; `folders` are
    output folders of boxes on this machine. `total_s` limits one fetch as a whole, in seconds.
    """

    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    total_s: float = 120.0


NOTHING = Allowed()


async def take(source: bytes | str, allowed: Allowed = NOTHING, *, max_bytes: int = 64 * MB) -> bytes:
    """The bytes of what a box returned. Raises `BadMedia` for what may not or cannot be taken."""
    if isinstance(source, bytes):
        data = source
    elif re.match(r"(?i)https?://", source):
        data = await _from_url(source, allowed, max_bytes)
    else:
        data = await asyncio.to_thread(_from_text, source, allowed.folders, max_bytes)
    if len(data) > max_bytes:
        raise BadMedia(f"the file is larger than {max_bytes // MB} MB", "too_large")
    return data


def _from_text(source: str, folders: Sequence[Path], max_bytes: int) -> bytes:
    if source.startswith("data:"):
        return _from_data_uri(source, max_bytes)
    if len(source) >= _SHORTEST_BASE64 and _BASE64.match(source[:_LONGEST_PATH]):
        return _from_base64(source, max_bytes)
    return _from_path(source, folders, max_bytes)


def _from_data_uri(uri: str, max_bytes: int) -> bytes:
    """RFC 2397."""
    found = _DATA_URI.match(uri)
    if found is None:
        raise BadMedia("the data URI is damaged")
    if found["parameters"].lower().endswith(";base64"):
        return _from_base64(found["data"], max_bytes)
    if len(found["data"]) > 3 * max_bytes:
        raise BadMedia("the file is too large", "too_large")
    return unquote_to_bytes(found["data"])


def _from_base64(text: str, max_bytes: int) -> bytes:
    """RFC 4648, either alphabet, white space and missing padding forgiven."""
    if len(text) * 3 // 4 > max_bytes + 1024:
        raise BadMedia(f"the file is larger than {max_bytes // MB} MB", "too_large")
    try:
        compact = text.encode("ascii").translate(_STANDARD_ALPHABET, string.whitespace.encode()).rstrip(b"=")
        return base64.b64decode(compact + b"=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadMedia("the base64 text is damaged") from error


def _from_path(source: str, folders: Sequence[Path], max_bytes: int) -> bytes:
    """A file below one of the folders; links that lead out of them are refused."""
    if "\0" in source or not source.strip():
        raise BadMedia("the box named no file", "refused")
    path = Path(source.removeprefix("file://"))
    for folder in folders:
        root = folder.resolve()
        try:
            real = (path if path.is_absolute() else root / path).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            continue
        if real.is_relative_to(root):
            return _read_file(real, max_bytes)
    raise BadMedia("the box named a file outside its folder", "refused")


def _read_file(path: Path, max_bytes: int) -> bytes:
    if not path.is_file():
        raise BadMedia("the box named something that is no file", "refused")
    try:
        handle = open_no_follow(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_size > max_bytes:
                raise BadMedia(f"the file is larger than {max_bytes // MB} MB", "too_large")
            return file.read(max_bytes + 1)
    except OSError as error:
        raise BadMedia("the file of the box cannot be read", "unknown") from error


async def _from_url(url: str, allowed: Allowed, max_bytes: int) -> bytes:
    parts = _parsed(url)
    if origin_of(parts) in {origin_of(_parsed(origin)) for origin in allowed.origins}:
        return await _fetch(parts, str(parts.hostname), allowed.total_s, max_bytes)
    host = str(parts.hostname)
    if (
        host not in {entry.lower() for entry in allowed.hosts}
        or parts.scheme != "https"
        or parts.port not in (None, 443)
    ):
        raise BadMedia("the box named an address from which nothing may be fetched", "refused")
    try:
        async with asyncio.timeout(allowed.total_s):
            found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise BadMedia("the address of the file is not known here", "refused") from error
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise BadMedia("the address of the file is a private one", "refused")
    return await _fetch(parts, str(addresses[0]), allowed.total_s, max_bytes)


def _parsed(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadMedia("the address of the file is damaged", "refused") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise BadMedia("the address of the file is not a plain one", "refused")
    if re.search(r"[\\\s\x00-\x20\x7f]", url) or not parts.hostname.isascii():
        raise BadMedia("the address of the file is not a plain one", "refused")
    return parts


def origin_of(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port, as two origins are compared."""
    scheme = parts.scheme.lower()
    return scheme, str(parts.hostname).lower(), parts.port or (443 if scheme == "https" else 80)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet; addresses inside others are looked at, too."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


async def _fetch(parts: SplitResult, connect_to: str, total_s: float, max_bytes: int) -> bytes:
    """GET from one checked address; the name stays in Host and in the certificate check."""
    host = f"[{connect_to}]" if ":" in connect_to else connect_to
    port = f":{parts.port}" if parts.port else ""
    named = str(parts.hostname)
    http = BoxHttp(f"{parts.scheme}://{host}{port}", connect_s=10.0, reply_s=30.0)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        async with asyncio.timeout(total_s):
            reply = await http.get(
                path,
                headers={"Host": (f"[{named}]" if ":" in named else named) + port},
                extensions={"sni_hostname": named} if parts.scheme == "https" else {},
                max_bytes=max_bytes,
            )
    except TimeoutError as error:
        raise BadMedia(f"the file did not come within {total_s:g} seconds", "cut_off") from error
    except HttpProblem as problem:
        code = "too_large" if problem.too_large else "cut_off"
        raise BadMedia(f"the file could not be fetched: {problem.reason}", code) from problem
    finally:
        await http.close()
    if reply.status != 200:
        raise BadMedia(f"the file could not be fetched ({reply.status})", "unknown")
    return reply.body
