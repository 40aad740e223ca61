"""Files over HTTP: parts, conditions, and what a browser may do with them."""

from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.engine.stages.looking import ModelEye, PictureCheck
from kiosk.server.errors import Refusal
from kiosk.server.files import Span, parse_range
from tests.boxes import samples
from tests.engine.test_looking import WORDS, Box, seeing
from tests.server.house import House
from tests.server.test_pipeline import EXECUTE, IDEA


@pytest.fixture(scope="module")
def run_id(shared: House) -> str:
    with shared.child() as child:
        return str(child.post(EXECUTE, json=IDEA).json()["run_id"])


@pytest.fixture
def picture(run_id: str) -> str:
    return f"/api/media/image/{run_id}"


def get(shared: House, url: str, **headers: str) -> httpx.Response:
    with shared.child() as child:
        return child.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 0)),
        ("bytes=2-5", Span(2, 5)),
        ("bytes=7-", Span(7, 9)),
        ("bytes=7-100", Span(7, 9)),
        ("bytes=-3", Span(7, 9)),
        ("bytes=-100", Span(0, 9)),
        ("BYTES = 1-2", Span(1, 2)),
        ("bytes=1-2, 5-6", Span(1, 2)),
        ("bytes=50-60, 5-6", Span(5, 6)),
        ("bytes=", None),
        ("bytes=5-2", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("bytes=1-2-3", None),
        ("bytes=١-٢", None),
        ("items=0-1", None),
        ("0-1", None),
        ("bytes=" + ",".join(["0-0"] * 17), None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header: str, span: Span | None) -> None:
    assert parse_range(header, 10) == span


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-11", "bytes=-0", "bytes=99-, 10-"])
def test_a_range_outside_the_file_is_refused(header: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_range(header, 10)
    assert refused.value.status == 416
    assert refused.value.headers == {"content-range": "bytes */10"}


@given(st.text(alphabet="bytes=0123456789-, ", max_size=40), st.integers(0, 1000))
def test_no_range_reaches_outside_the_file(header: str, size: int) -> None:
    try:
        span = parse_range(header, size)
    except Refusal:
        return
    assert span is None or 0 <= span.first <= span.last < size


def test_a_part_is_served_with_its_place(shared: House, picture: str) -> None:
    whole = get(shared, picture)
    part = get(shared, picture, Range="bytes=10-19")
    end = get(shared, picture, Range="bytes=-5")
    assert (whole.status_code, part.status_code, end.status_code) == (200, 206, 206)
    assert part.content == whole.content[10:20]
    assert end.content == whole.content[-5:]
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    assert part.headers["content-length"] == "10"
    assert whole.headers["accept-ranges"] == "bytes"


def test_a_part_that_is_not_there(shared: House, picture: str) -> None:
    answer = get(shared, picture, Range="bytes=9999999-")
    assert answer.status_code == 416
    assert answer.headers["content-range"].startswith("bytes */")
    assert answer.json()["code"] == "range"


def test_an_unchanged_file_is_not_sent_again(shared: House, picture: str) -> None:
    etag = get(shared, picture).headers["etag"]
    assert etag.startswith('"')
    for known in (etag, f'"other", W/{etag}', "*"):
        answer = get(shared, picture, If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert get(shared, picture, If_None_Match='"other"').status_code == 200


def test_a_part_of_a_file_that_has_changed_is_the_whole(shared: House, picture: str) -> None:
    etag = get(shared, picture).headers["etag"]
    assert get(shared, picture, Range="bytes=0-3", If_Range=etag).status_code == 206
    assert get(shared, picture, Range="bytes=0-3", If_Range='"other"').status_code == 200
    assert get(shared, picture, Range="bytes=0-3", If_Range=f"W/{etag}").status_code == 200


def test_head_tells_all_but_the_file(shared: House, picture: str) -> None:
    with shared.child() as child:
        head = child.head(picture)
        whole = child.get(picture)
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "accept-ranges", "content-disposition"):
        assert head.headers[name] == whole.headers[name], name


def test_a_medium_cannot_act_as_a_page(shared: House, picture: str, run_id: str) -> None:
    for url in (picture, f"/api/pipeline/{run_id}/entity/input", f"/api/media/thumb/{run_id}"):
        headers = get(shared, url).headers
        assert "sandbox" in headers["content-security-policy"], url
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-disposition"].startswith("inline; filename=")


def test_a_thumbnail_is_a_small_webp(shared: House, run_id: str) -> None:
    answer = get(shared, f"/api/media/thumb/{run_id}/1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert len(answer.content) <= 40_000
    assert get(shared, f"/api/media/thumb/{run_id}/2").status_code == 404


def test_a_sound_has_its_waveform(house: House) -> None:
    house.studio.media.data = lambda _: samples.wav()
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA | {"output_configs": ["sketchbook_music"]}).json()["run_id"]
        sound = child.get(f"/api/media/info/{run_id}").json()["media"][0]
        small = child.get(sound["thumb_url"])
        assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
        assert child.get(f"/api/media/thumb/{run_id}/1").status_code == 404


def test_what_is_not_there_is_404_and_what_is_no_number_400(shared: House, run_id: str) -> None:
    assert get(shared, f"/api/media/video/{run_id}").status_code == 404
    assert get(shared, f"/api/media/image/{run_id}/2").status_code == 404
    assert get(shared, f"/api/media/image/{run_id}/0").status_code == 400
    assert get(shared, f"/api/media/scream/{run_id}").status_code == 400


def test_a_file_that_became_a_link_is_not_followed(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        [stored] = (house.data / "exports").rglob("01_output_image.png")
        stored.unlink()
        stored.symlink_to(secret)
        answer = child.get(f"/api/media/image/{run_id}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_facts_of_the_media_say_nothing_of_the_texts(shared: House, run_id: str) -> None:
    info = get(shared, f"/api/media/info/{run_id}")
    assert info.json()["media"][0]["url"] == f"/api/media/image/{run_id}/1"
    assert IDEA["input_text"] not in info.text
    whole = get(shared, f"/api/media/run/{run_id}").json()
    assert whole["texts"]["input"] == IDEA["input_text"]
    assert whole["metadata"]["run_id"] == run_id


def test_a_blocked_picture_is_for_the_teacher_alone(shared: House) -> None:
    pipeline = shared.studio.pipeline
    pipeline._pictures = PictureCheck(ModelEye(Box(seeing("age")), "eye"), WORDS)
    try:
        with shared.child() as child:
            made = child.post(EXECUTE, json=IDEA).json()
            run_id = made["run_id"]
            addresses = [
                f"/api/media/blocked/{run_id}/1",
                f"/api/media/image/{run_id}/1",
                f"/api/media/thumb/{run_id}/1",
                f"/api/pipeline/{run_id}/entity/output_blocked",
            ]
            answers = [child.get(address).status_code for address in addresses]
    finally:
        pipeline._pictures = None
    assert made["status"] == "blocked"
    assert answers == [403, 404, 404, 404]
    with shared.desk() as desk:
        seen = desk.get(addresses[0])
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/png")
        assert desk.get(f"/api/media/blocked/{run_id}/2").status_code == 404


def test_the_desk_lists_a_finished_run_with_a_blocked_picture(house: House) -> None:
    pipeline = house.studio.pipeline
    with house.child() as child, house.desk() as desk:
        pipeline._pictures = PictureCheck(ModelEye(Box(seeing("age")), "eye"), WORDS)
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        pipeline._pictures = None
        more = {"run_id": run_id, "prompt": "Ein Wal", "output_configs": IDEA["output_configs"]}
        assert child.post("/api/schema/pipeline/generation", json=more).json()["status"] == "completed"
        (listed,) = desk.get("/api/desk/blocked").json()["runs"]
        assert (listed["run"]["run_id"], listed["run"]["status"], listed["pictures"]) == (run_id, "completed", 1)
        assert child.get("/api/desk/blocked").status_code == 403
