import gzip
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from kiosk.engine.backends.http import BoxHttp, HttpProblem
from tests.boxes.server import Box, Exchange

KEY = "a-key-that-nobody-may-see"


class Web(Box):
    """A server of odd answers."""

    async def answer(self, exchange: Exchange) -> None:
        path = exchange.request.path
        if path == "/lines":
            await exchange.start()
            for piece in ("a\u2028b", "\nc\r", "\n\u0085d\x0be\n", "last"):
                await exchange.chunk(piece.encode())
            await exchange.end()
        elif path == "/away":
            await exchange.reply(302, b"", "", Location="/lines")
        elif path == "/packed":
            await exchange.reply(200, gzip.compress(b"\0" * 10_000_000), Content_Encoding="gzip")
        elif path == "/drip":
            await exchange.start()
            await exchange.chunk(b"first")
            await exchange.gone.wait()
        elif path == "/nan":
            await exchange.reply(200, b'{"value": NaN}')
        elif path == "/deep":
            await exchange.reply(200, b"[" * 100_000)
        else:
            await exchange.reply(200, exchange.request.headers.get("authorization", "none").encode())


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as server:
        yield server


@pytest.fixture
async def http(web: Web) -> AsyncIterator[BoxHttp]:
    client = BoxHttp(web.url, headers={"Authorization": KEY}, reply_s=5)
    yield client
    await client.close()


async def test_lines_end_at_newlines_and_nowhere_else(http: BoxHttp) -> None:
    async with http.stream("GET", "/lines") as reply, aclosing(reply.lines()) as lines:
        assert [line.decode() async for line in lines] == ["a\u2028b", "c\r", "\u0085d\x0be", "last"]


async def test_redirects_are_answers_and_packed_bodies_stay_packed(http: BoxHttp, web: Web) -> None:
    assert (await http.get("/away")).status == 302
    assert len((await http.get("/packed")).body) < 20_000
    assert web.asked[-1].headers["accept-encoding"] == "identity"


async def test_a_pause_in_an_answer_has_a_limit(http: BoxHttp) -> None:
    with pytest.raises(HttpProblem, match=r"nothing came for 0\.05 seconds"):
        async with http.stream("GET", "/drip", gap_s=0.05) as reply:
            await reply.read()


async def test_a_size_has_a_limit(http: BoxHttp) -> None:
    with pytest.raises(HttpProblem, match="larger than") as caught:
        await http.get("/packed", max_bytes=1_000)
    assert caught.value.too_large


async def test_what_is_no_json_is_a_problem_and_nan_is_none(http: BoxHttp) -> None:
    assert (await http.get("/nan")).json()["value"] != 0
    for path in ("/deep", "/packed", "/lines"):
        with pytest.raises(HttpProblem, match="not JSON"):
            (await http.get(path)).json()


async def test_proxies_of_the_school_s_network_are_not_asked(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = BoxHttp(web.url)
    assert (await client.get("/")).body == b"none"
    await client.close()


async def test_whether_a_request_may_have_been_acted_on_is_known(web: Web, http: BoxHttp) -> None:
    web.fault("reset", label="GET /lines")
    with pytest.raises(HttpProblem) as caught:
        await http.get("/lines")
    assert caught.value.sent
    await web.stop()
    with pytest.raises(HttpProblem, match="cannot be reached") as caught:
        await http.get("/lines")
    assert not caught.value.sent


async def test_the_key_is_in_no_error_and_no_description(web: Web, http: BoxHttp) -> None:
    assert (await http.get("/")).body.decode() == KEY
    await web.stop()
    with pytest.raises(HttpProblem) as caught:
        await http.get("/")
    assert KEY not in repr(caught.value) + str(caught.value.__cause__) + repr(http) + repr(vars(http))
