from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kiosk.server.charts import MOST_ROWS, Bar, Range, bars, ranges

SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: str) -> etree._Element:
    return etree.fromstring(picture.encode())


@given(st.text(), st.lists(st.tuples(st.text(), st.integers(0, 10**9)), max_size=60))
def test_any_names_and_counts_make_a_whole_picture(title: str, rows: list[tuple[str, int]]) -> None:
    picture = drawn(bars(title, [Bar(*row) for row in rows], "nothing"))
    assert len(picture.findall(f"{SVG}rect")) == 1 + min(len(rows), MOST_ROWS)


@given(st.lists(st.floats(0.0001, 1e6), min_size=3, max_size=3).map(sorted))
def test_a_median_lies_between_its_quartiles(times: list[float]) -> None:
    picture = drawn(ranges("t", [Range("a", times[0], times[1], times[2], "x"), Range("b", 1, 2, 3, "y")], "-"))
    _, box, mark, *_ = picture.findall(f"{SVG}rect")
    left, right = float(box.get("x", "")), float(box.get("x", "")) + float(box.get("width", ""))
    assert left - 3 <= float(mark.get("x", "")) <= right + 3


def test_a_long_name_is_cut_and_kept_whole_beside() -> None:
    picture = drawn(bars("t", [Bar("a" * 60, 1)], "-"))
    label = picture.findall(f"{SVG}text")[1]
    assert label.findtext(f"{SVG}title") == "a" * 60
    assert len(label[0].tail or "") < 30


def test_nothing_to_draw_is_said() -> None:
    assert "Nothing yet." in bars("t", [], "Nothing yet.")
    assert "Nothing yet." in ranges("t", [], "Nothing yet.")
