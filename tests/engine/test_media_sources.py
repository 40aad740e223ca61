import asyncio
import base64
import ipaddress
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.engine.media import BadMedia
from kiosk.engine.media_sources import Allowed, is_public, take
from tests.boxes import samples
from tests.boxes.server import Box, Exchange

PICTURE = samples.picture()


class Files(Box):
    """A web server that misbehaves by path."""

    async def answer(self, exchange: Exchange) -> None:
        if exchange.request.path == "/picture.png":
            await exchange.reply(200, PICTURE, "image/png")
        elif exchange.request.path == "/away":
            await exchange.reply(302, b"", "", Location="http://127.0.0.1:1/")
        elif exchange.request.path == "/endless":
            await exchange.start(200, "image/png")
            while True:
                await exchange.chunk(b"\0" * 65_536)
        elif exchange.request.path == "/slow":
            await exchange.start(200, "image/png")
            await exchange.chunk(b"\x89PNG")
            await exchange.gone.wait()
        else:
            await exchange.reply(404, b"", "")


@pytest.fixture
async def server() -> AsyncIterator[Files]:
    async with Files() as files:
        yield files


async def refused(source: str, allowed: Allowed, **limits: Any) -> BadMedia:
    with pytest.raises(BadMedia) as caught:
        await take(source, allowed, **limits)
    return caught.value


async def test_every_form_gives_the_same_bytes(server: Files, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.png").write_bytes(PICTURE)
    text = base64.b64encode(PICTURE).decode()
    allowed = Allowed(origins=(server.url,), folders=(tmp_path,))
    for source in (
        PICTURE,
        f"data:image/png;base64,{text}",
        text,
        "\n".join(text[at : at + 76] for at in range(0, len(text), 76)),
        base64.urlsafe_b64encode(PICTURE).decode().rstrip("="),
        f"{server.url}/picture.png",
        f"{server.url}/picture.png?w=1#x",
        "sub/a.png",
        str(tmp_path / "sub" / "a.png"),
        f"file://{tmp_path}/sub/a.png",
    ):
        assert await take(source, allowed) == PICTURE


HOSTILE = [
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1:22/",
    "http://localhost:{port}/picture.png",
    "http://0.0.0.0:{port}/picture.png",
    "http://[::1]:{port}/picture.png",
    "http://[::ffff:127.0.0.1]:{port}/picture.png",
    "http://2130706433:{port}/picture.png",
    "http://0x7f.1:{port}/picture.png",
    "http://127.1:{port}/picture.png",
    "https://127.0.0.1:{port}/picture.png",
    "http://127.0.0.1:{port}@evil.example/picture.png",
    "http://evil.example#@127.0.0.1:{port}/picture.png",
    "http://evil.example\\@127.0.0.1:{port}/picture.png",
    "http://user:pass@127.0.0.1:{port}/picture.png",
    "http://127.0.0.1:{port}.evil.example/picture.png",
    "http://127.0.0.1:99999/picture.png",
    "http://pictures.example/picture.png",
    "https://pictures.example:8443/picture.png",
    "https://other.example/picture.png",
    "https://pictures.example.evil.example/x",
    "http:///picture.png",
    "https://１２７.0.0.1/picture.png",
    "ftp://127.0.0.1/picture.png",
    "gopher://127.0.0.1:70/1",
    "file:///etc/passwd",
    "http://127.0.0.1:{port}/pic ture.png",
    "http://127.0.0.1:{port}/pic\r\nHost: evil",
]


@pytest.mark.parametrize("source", HOSTILE)
async def test_no_address_but_the_allowed_ones_is_asked(source: str, server: Files, tmp_path: Path) -> None:
    allowed = Allowed(origins=(server.url,), hosts=("pictures.example",), folders=(tmp_path,))
    assert (await refused(source.format(port=server.port), allowed)).code == "refused"
    assert not server.asked


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "64:ff9b::a00:1", "2002:7f00:1::"]
)
async def test_a_public_name_with_a_private_address_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch, server: Files
) -> None:
    async def resolve(*_: Any, **__: Any) -> list[Any]:
        good = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
        return [good, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    error = await refused("https://pictures.example/x.png", Allowed(hosts=("pictures.example",)))
    assert error.code == "refused"


async def test_redirects_endless_and_slow_answers_are_stopped(server: Files) -> None:
    allowed = Allowed(origins=(server.url,), total_s=0.2)
    assert (await refused(f"{server.url}/away", allowed)).code == "unknown"
    assert (await refused(f"{server.url}/slow", allowed)).code == "cut_off"
    endless = await refused(f"{server.url}/endless", Allowed(origins=(server.url,)), max_bytes=1_000_000)
    assert endless.code == "too_large"


async def test_paths_outside_the_folder_are_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "out", tmp_path / "secret.png"
    inside.mkdir()
    outside.write_bytes(PICTURE)
    (inside / "link.png").symlink_to(outside)
    (inside / "loop.png").symlink_to(inside / "loop.png")
    os.mkfifo(inside / "pipe.png")
    (tmp_path / "outside").mkdir()
    allowed = Allowed(folders=(inside,))
    for source in (
        "../secret.png",
        str(outside),
        "link.png",
        "loop.png",
        "missing.png",
        "pipe.png",
        ".",
        "",
        "a\0b",
        "/etc/passwd",
        f"file://{outside}",
        "../outside",
    ):
        assert (await refused(source, allowed)).code == "refused", source
    assert (await refused(str(outside), Allowed())).code == "refused"


@pytest.mark.parametrize(
    "source", ["data:image/png;base64,!!!!", "data:;base64,ä", "data:nothing", "A" * 65 + "=", "A" * 5_000 + "!"]
)
async def test_damaged_text_is_refused(source: str) -> None:
    assert (await refused(source, Allowed())).code == "damaged"


async def test_large_text_is_refused_before_it_is_decoded() -> None:
    for source in ("A" * 4_000_000, "data:;base64," + "A" * 4_000_000, "data:," + "%41" * 4_000_000):
        assert (await refused(source, Allowed(), max_bytes=1_000_000)).code == "too_large"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800::1", True),
        ("224.0.0.1", False),
        ("100.64.0.1", False),
        ("fe80::1", False),
    ],
)
def test_public_addresses_are_told_from_others(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@given(st.text(max_size=200))
async def test_no_text_whatsoever_raises_anything_else(source: str) -> None:
    try:
        await take(source, Allowed(folders=(Path("/nonexistent"),)))
    except BadMedia as error:
        assert error.reason  # noqa: PT017
