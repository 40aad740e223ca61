"""The shelf of lenses and output configs: what ships is complete, what a teacher changes is told exactly."""

import os
import shutil
from pathlib import Path
from typing import get_args

import pytest

from kiosk.engine.config_files import Group, InterceptionConfig, PictureManner, TextProcedure, fields, read_config
from kiosk.engine.configs import Configs, LocalizedText, OutputConfig
from kiosk.settings import assets_dir
from kiosk.tomlfile import ConfigError

SHIPPED = assets_dir() / "configs"
LANGUAGES = ("de", "en")

NAMED = {
    *("user_defined", "dada", "bauhaus", "surrealism", "renaissance", "expressionism", "mad_world", "one_world"),
    *("planetarizer", "overdrive", "sweetener", "de_kitsch", "on_the_contrary", "slang", "word_game", "tell_a_story"),
    *("haiku", "technical_drawing", "daguerreotype", "analog_photography", "stillepost", "oulipo_n7", "cut_up"),
    "image_comparison",
}

LENS = """\
id = "mirror"
group = "play"
icon = "mirror"
color = "#336699"
suggested_outputs = ["sketchbook_image"]

[name]
de = "Spiegel"
en = "Mirror"

[description]
de = "Alles steht spiegelverkehrt."
en = "Everything stands reversed."

[rules]
de = "Drehe links und rechts um."
en = "Swap left and right."

[purpose]
de = "Links und rechts."
en = "Left and right."

[[examples]]
before = { de = "Links ein Baum.", en = "A tree on the left." }
after = { de = "Rechts ein Baum.", en = "A tree on the right." }

[[examples]]
before = { de = "Rechts ein Hut.", en = "A hat on the right." }
after = { de = "Links ein Hut.", en = "A hat on the left." }

[parameters]
temperature = 0.5

[sketchbook]
text = "gentle"
picture = "plain"
"""


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    (tmp_path / "interception").mkdir()
    (tmp_path / "output").mkdir()
    return tmp_path


def put(folder: Path, text: str = LENS, name: str = "mirror.toml") -> Path:
    path = folder / "interception" / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(path: Path, text: str) -> None:
    """Write a file so that its time differs, however coarse the clock of the disk is."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 2_000_000_000, before + 2_000_000_000))


def test_what_ships_loads_without_a_problem_and_without_a_wish() -> None:
    configs = Configs.load(SHIPPED)
    assert [str(problem) for problem in configs.lint()] == []


def test_the_named_lenses_ship() -> None:
    assert set(Configs.load(SHIPPED).interception) >= NAMED


@pytest.mark.parametrize("path", sorted((SHIPPED / "interception").glob("*.toml")), ids=lambda path: path.stem)
def test_every_lens_is_complete_in_both_languages(path: Path) -> None:
    lens = read_config(path, InterceptionConfig)
    texts = [lens.name, lens.description, lens.purpose]
    texts += [text for example in lens.examples for text in (example.before, example.after)]
    assert all(text[language] for text in texts for language in LANGUAGES)
    assert len(lens.examples) == 2
    for language in LANGUAGES:
        words = len(lens.rules[language].split())
        assert words == 0 if lens.id == "user_defined" else 60 <= words <= 160
        assert len(lens.description[language].split()) <= 22
        examples = {example.before[language] for example in lens.examples}
        assert len(examples) == 2


def test_lenses_stand_on_the_shelf_by_group_the_free_one_first() -> None:
    lenses = list(Configs.load(SHIPPED).interception.values())
    assert lenses[0].id == "user_defined"
    order = list(dict.fromkeys(lens.group for lens in lenses))
    assert order == [group for group in get_args(Group) if group in order]


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_lens_has_a_colour_of_its_own_that_reads_on_paper_and_in_the_dark() -> None:
    colors = [lens.color for lens in Configs.load(SHIPPED).interception.values()]
    assert len(set(colors)) == len(colors)
    assert all(contrast(color, "#faf7f0") >= 3 and contrast(color, "#16161a") >= 3 for color in colors)


def test_every_lens_has_its_drawing() -> None:
    icons = {path.stem for path in (assets_dir() / "icons").glob("*.svg")}
    assert {lens.icon for lens in Configs.load(SHIPPED).interception.values()} <= icons


def test_the_telephone_game_chains_eight_times_and_the_comparison_asks_two() -> None:
    lenses = Configs.load(SHIPPED).interception
    assert lenses["stillepost"].iterations == 8
    assert len(set(lenses["stillepost"].parameters["languages"])) >= 8
    assert lenses["dada"].iterations == 1
    compared = lenses["image_comparison"].choose(lambda name: name.startswith("sketchbook"))
    assert compared == ["sketchbook_image", "sketchbook_ink"]


def test_every_procedure_and_manner_is_used_by_a_shipped_lens_or_free_to_use() -> None:
    lenses = Configs.load(SHIPPED).interception.values()
    assert {lens.sketchbook.text for lens in lenses} <= set(get_args(TextProcedure))
    assert {lens.sketchbook.picture for lens in lenses} <= set(get_args(PictureManner))


@pytest.mark.parametrize("kind", [InterceptionConfig, OutputConfig])
def test_every_field_of_a_config_says_what_it_means(kind: type[InterceptionConfig | OutputConfig]) -> None:
    described = dict(fields(kind))
    assert set(kind.__struct_fields__) <= set(described)
    assert all(len(text) > 5 for text in described.values())


def test_fields_of_tables_within_a_config_are_described_too() -> None:
    described = dict(fields(InterceptionConfig)) | dict(fields(OutputConfig))
    assert {"examples.before", "sketchbook.text", "safety.notes", "needs.files", "optimization.instruction"} <= set(
        described
    )


def test_a_text_is_given_in_the_closest_language() -> None:
    text = LocalizedText(de="Hut", en="hat")
    assert text.in_language("de-AT") == "Hut"
    assert text.in_language("fr") == "hat"
    assert LocalizedText(fr="chapeau").in_language("de") == "chapeau"
    assert LocalizedText().in_language("de") == ""


def test_a_teacher_adds_a_lens(teacher: Path) -> None:
    put(teacher)
    configs = Configs.load(SHIPPED, teacher)
    assert configs.interception["mirror"].name["de"] == "Spiegel"
    assert "dada" in configs.interception
    assert configs.lint() == []


def test_a_teachers_lens_wins_over_the_shipped_one(teacher: Path) -> None:
    put(teacher, LENS.replace('id = "mirror"', 'id = "dada"'), "dada.toml")
    assert Configs.load(SHIPPED, teacher).interception["dada"].name["en"] == "Mirror"


def test_a_folder_that_is_not_there_is_an_empty_one(tmp_path: Path) -> None:
    assert Configs.load(tmp_path / "nowhere", tmp_path / "nor here").interception == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ('id = "mirror"', 'id = "mirrors"', 1, "id", "mirror"),
        ('group = "play"', 'group = "plays"', 2, "group", "plays"),
        ('icon = "mirror"', 'icn = "mirror"', 3, "icn", "unknown field"),
        ('color = "#336699"', 'color = "blue"', 4, "color", "regex"),
        ('["sketchbook_image"]', '["crayon"]', 5, "suggested_outputs", "crayon"),
        ('de = "Spiegel"', "de = 7", 7, "name", "expected text in `de`"),
        ('[name]\nde = "Spiegel"\nen = "Mirror"', "[name]", 7, "name", "at least one language"),
        ('en = "Mirror"', 'english = "Mirror"', 7, "name", "language tag"),
        ('after = { de = "Rechts ein Baum."', 'after = "x" # {', 25, "examples[0].after", "one text per language"),
        ("temperature = 0.5", "temperature = 5", 32, "parameters.temperature", "0 to 2"),
        ("temperature = 0.5", "iterations = 99", 32, "parameters.iterations", "1 to 16"),
        ("temperature = 0.5", 'languages = ["de"]', 32, "parameters.languages", "two different"),
        ("temperature = 0.5", 'languages = ["de", "german"]', 32, "parameters.languages", "language tags"),
        ('text = "gentle"', 'text = "gentel"', 35, "sketchbook.text", "gentel"),
        ('picture = "plain"', 'picture = "plane"', 36, "sketchbook.picture", "plane"),
        ('group = "play"', 'group = = "play"', 2, None, "Invalid value"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(
    teacher: Path, old: str, new: str, line: int, field: str | None, words: str
) -> None:
    assert old in LENS
    path = put(teacher, LENS.replace(old, new, 1))
    configs = Configs.load(SHIPPED, teacher)
    [problem] = configs.problems
    assert (problem.file, problem.field) == (path, field)
    assert problem.line == line
    assert words in problem.problem
    assert str(path) in str(problem)
    assert "mirror" not in configs.interception
    assert "dada" in configs.interception


def test_one_file_that_cannot_be_read_takes_no_other_away(teacher: Path) -> None:
    put(teacher)
    (teacher / "interception" / "broken.toml").write_bytes(b"\xff\xfe\x00")
    configs = Configs.load(SHIPPED, teacher)
    assert "mirror" in configs.interception
    assert [problem.file.name for problem in configs.problems] == ["broken.toml"]


@pytest.mark.parametrize("content", ["a = " + "[" * 20_000, "a = " + "9" * 5_000, "a = {" * 3_000, "\0", "a = nan"])
def test_a_file_that_no_parser_takes_is_a_problem_like_others(teacher: Path, content: str) -> None:
    put(teacher)
    (teacher / "interception" / "odd.toml").write_text(content)
    configs = Configs.load(SHIPPED, teacher)
    assert [problem.file.name for problem in configs.problems] == ["odd.toml"]


def test_a_broken_override_leaves_the_shipped_lens_in_force(teacher: Path) -> None:
    put(teacher, "id = ", "dada.toml")
    configs = Configs.load(SHIPPED, teacher)
    assert configs.interception["dada"].name["de"] == "Dada"
    assert len(configs.problems) == 1


def test_a_lens_that_suggests_a_broken_output_stays_and_does_without_it(teacher: Path) -> None:
    put(teacher, LENS.replace('["sketchbook_image"]', '["sketchbook_image", "clay"]'))
    (teacher / "output" / "clay.toml").write_text("id = ", encoding="utf-8")
    configs = Configs.load(SHIPPED, teacher)
    assert configs.interception["mirror"].suggested_outputs == ["sketchbook_image"]
    assert [problem.file.name for problem in configs.problems] == ["clay.toml"]


def test_a_file_is_refused_with_its_reason_when_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(LENS, encoding="utf-8")
    with pytest.raises(ConfigError, match="expected `other`"):
        read_config(path, InterceptionConfig)


def test_nothing_new_is_told_as_nothing_new(teacher: Path) -> None:
    put(teacher)
    configs = Configs.load(SHIPPED, teacher)
    before = configs.interception
    assert configs.refresh() is False
    assert configs.interception is before


def test_a_changed_an_added_and_a_removed_file_are_seen(teacher: Path) -> None:
    path = put(teacher)
    configs = Configs.load(SHIPPED, teacher)
    changed(path, LENS.replace("Spiegel", "Zerrspiegel"))
    assert configs.refresh() is True
    assert configs.interception["mirror"].name["de"] == "Zerrspiegel"
    put(teacher, LENS.replace('id = "mirror"', 'id = "lake"'), "lake.toml")
    assert configs.refresh() is True
    assert {"mirror", "lake"} <= set(configs.interception)
    path.unlink()
    assert configs.refresh() is True
    assert "mirror" not in configs.interception


def test_a_lens_broken_while_the_program_runs_stays_as_it_was_and_is_listed(teacher: Path) -> None:
    path = put(teacher)
    configs = Configs.load(SHIPPED, teacher)
    changed(path, LENS.replace('group = "play"', 'group = "plaything"'))
    assert configs.refresh() is True
    assert configs.interception["mirror"].name["de"] == "Spiegel"
    assert [problem.line for problem in configs.problems] == [2]
    path.write_text(LENS.replace("Spiegel", "Glas"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    configs.refresh()
    assert not configs.problems
    assert configs.interception["mirror"].name["de"] == "Glas"


def test_a_removed_output_makes_the_lens_that_suggests_it_a_problem(teacher: Path) -> None:
    clay = teacher / "output" / "clay.toml"
    shutil.copy(SHIPPED / "output" / "sketchbook_image.toml", clay)
    clay.write_text(clay.read_text(encoding="utf-8").replace('"sketchbook_image"', '"clay"'), encoding="utf-8")
    put(teacher, LENS.replace('["sketchbook_image"]', '["clay"]'))
    configs = Configs.load(SHIPPED, teacher)
    assert not configs.problems
    clay.unlink()
    configs.refresh()
    assert [problem.field for problem in configs.problems] == ["suggested_outputs"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('en = "Mirror"\n', "", "name"),
        ('en = "Swap left and right."', 'en = ""', "rules"),
        ('de = "Drehe links und rechts um."\nen = "Swap left and right."', 'de = ""\nen = ""', "rules"),
        ('"Swap left and right."', '"' + "word " * 171 + '"', "rules.en"),
        ('"Everything stands reversed."', '"' + "word " * 30 + '"', "description.en"),
        ('["sketchbook_image"]', "[]", "suggested_outputs"),
        ('de = "Rechts ein Hut.", ', "", "examples[1].before"),
    ],
)
def test_lint_tells_what_is_usable_but_not_finished(teacher: Path, old: str, new: str, field: str) -> None:
    assert old in LENS
    put(teacher, LENS.replace(old, new, 1))
    configs = Configs.load(SHIPPED, teacher)
    assert configs.problems == ()
    [wish] = configs.lint()
    assert wish.field == field
    assert wish.line is not None


def test_lint_asks_for_examples(teacher: Path) -> None:
    start = LENS.index("[[examples]]")
    put(teacher, LENS[:start] + LENS[LENS.index("[parameters]") :])
    assert [wish.field for wish in Configs.load(SHIPPED, teacher).lint()] == ["examples"]


def test_lint_asks_where_the_prompt_goes_in_a_workflow(teacher: Path) -> None:
    text = (SHIPPED / "output" / "sketchbook_image.toml").read_text(encoding="utf-8")
    text = text.replace('"sketchbook_image"', '"clay"').replace('backend = "sketchbook"', 'backend = "comfyui"')
    clay = teacher / "output" / "clay.toml"
    clay.write_text(text, encoding="utf-8")
    assert [wish.field for wish in Configs.load(SHIPPED, teacher).lint()] == ["workflow"]
    changed(clay, text.replace('backend = "comfyui"', 'backend = "comfyui"\nworkflow = "clay.json"'))
    configs = Configs.load(SHIPPED, teacher)
    assert [wish.field for wish in configs.lint()] == ["bindings"]
