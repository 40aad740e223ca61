import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.records import ItemType
from kiosk.storage.export import PackageFacts, Profile, RunInPackage
from kiosk.storage.export.crate import NAME, PROFILE, write_crate
from kiosk.storage.export.tables import write_tables
from tests.storage import kit
from tests.storage.export import judge, runs

ABOUT = PackageFacts(
    title="Ein Vormittag",
    profile=Profile.FULL,
    created="2026-03-02T13:00:00+01:00",
    session_ids=["workshop_2026"],
    licence="https://creativecommons.org/licenses/by-nc/4.0/",
    app_version="0.1",
)
# What we cannot know or must not invent: addresses of models and of a school, versions of other people's models.
# What failed has no result.
NOT_KNOWN = (
    "SHOULD have a url",
    "SHOULD have a URL",
    "SHOULD be an absolute URI",
    "SHOULD have a version",
    "SHOULD have a result",
)


def graph_of(folder: Path, of: list[RunInPackage], about: PackageFacts = ABOUT) -> dict[str, dict[str, Any]]:
    write_crate(folder / NAME, of, about, folder)
    document = msgspec.json.decode((folder / NAME).read_bytes())
    entities = {entity["@id"]: entity for entity in document["@graph"]}
    assert len(entities) == len(document["@graph"]), "an id stands twice"
    return entities


def references(value: Any) -> list[str]:
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


@pytest.fixture
async def recorded(tmp_path: Path) -> list[RunInPackage]:
    """Real folders: a whole run, one that was blocked, one whose picture could not be made."""
    async with kit.library(tmp_path / "data") as library:
        await kit.whole_run(library, "Ein Bär tanzt")
        blocked = kit.item(ItemType.STAGE1_BLOCKED, "{}", stage=1, metadata={"allowed": False, "category": "age"})
        failed = kit.item(ItemType.OUTPUT_ERROR, "the box is away", stage=4, loop_iteration=1)
        for items in (
            [kit.idea(), blocked, kit.end("blocked")],
            [kit.idea(), kit.rewritten(), failed, kit.end("failed")],
        ):
            recorder = await library.begin(kit.start())
            await kit.record_all(recorder, items)
            await recorder.close()
    return list(runs.recorded(tmp_path / "data" / "exports"))


def package_of(folder: Path, of: list[RunInPackage]) -> Path:
    """The payload of a package: run folders, tables, crate."""
    for run in of:
        shutil.copytree(run.folder, folder / run.place)
    write_tables(folder, of)
    write_crate(folder / NAME, of, ABOUT, folder)
    return folder


def test_the_validator_finds_the_crate_valid_without_a_network(tmp_path: Path, recorded: list[RunInPackage]) -> None:
    crate = package_of(tmp_path / "package", recorded)
    told = judge.issues(crate, judge.filled_cache(tmp_path), "recommended")
    assert [issue for issue in told if not any(words in issue[1] for words in NOT_KNOWN)] == []


def test_the_validator_sees_a_file_that_is_not_there(tmp_path: Path, recorded: list[RunInPackage]) -> None:
    crate = package_of(tmp_path / "package", recorded)
    next(crate.rglob("001_input.txt")).unlink()
    told = judge.issues(crate, judge.filled_cache(tmp_path), "recommended")
    assert any("001_input.txt" in f"{entity} {message}" for entity, message in told)


def test_every_stage_is_an_action_with_instrument_object_result_and_agent(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, [runs.usual(1)])
    run = runs.usual(1)
    picture = graph[f"#{run.metadata.run_id}-5"]
    assert graph[picture["instrument"]["@id"]]["name"] == "sketchbook:collage"
    assert picture["result"]["@id"].endswith("final/01_output_image.png")
    assert any(one.endswith("003_interception.txt") for one in references(picture["object"]))
    assert picture["agent"]["@id"] == "#agent-kiosk-1-anonymous"
    assert picture["actionStatus"] == "http://schema.org/CompletedActionStatus"


def test_a_seed_is_an_object_of_what_was_made_with_it(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, [runs.usual(0)])
    seeds = [entity["value"] for entity in graph.values() if entity.get("name") == "seed"]
    assert seeds == [str((1 << 64) - 1)]


def test_a_measured_time_is_the_time_between_start_and_end(tmp_path: Path) -> None:
    measured = msgspec.structs.replace(kit.rewritten(), execution_time=0.25)
    graph = graph_of(tmp_path, [runs.run_of([kit.idea(), measured])])
    action = next(entity for entity in graph.values() if entity.get("name") == "The idea was rewritten")
    assert (action["startTime"], action["endTime"]) == (
        "2026-03-02T09:30:02.750+01:00",
        "2026-03-02T09:30:03.000+01:00",
    )


def test_what_failed_says_why(tmp_path: Path, recorded: list[RunInPackage]) -> None:
    failed = [entity for entity in graph_of(tmp_path, recorded).values() if "error" in entity]
    assert [(entity["error"], entity["actionStatus"]) for entity in failed] == [
        ("the box is away", "http://schema.org/FailedActionStatus")
    ]


def test_an_edit_is_a_persons_work_on_the_text_before(tmp_path: Path) -> None:
    edit = runs.saved(
        kit.item(
            ItemType.USER_EDIT, "Haus!", metadata={"edited": True, "entity_type": "interception", "replaces": 3}
        ),
        "prompting_process/004_interception.txt",
    )
    first = runs.saved(kit.rewritten(), "prompting_process/003_interception.txt")
    graph = graph_of(tmp_path, [runs.run_of([kit.idea(), first, edit])])
    action = next(entity for entity in graph.values() if entity["@type"] == "UpdateAction")
    assert action["object"]["@id"].endswith("003_interception.txt")
    assert action["result"]["@id"].endswith("004_interception.txt")


def test_the_root_leads_to_every_run_file_and_action(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, list(runs.many(7)))
    root = graph["./"]
    assert root["conformsTo"] == {"@id": PROFILE}
    assert (root["datePublished"], root["license"]["@id"]) == (ABOUT.created, ABOUT.licence)
    actions = {key for key, entity in graph.items() if entity["@type"] in ("CreateAction", "UpdateAction")}
    assert set(references(root["mentions"])) == actions
    folders = references(root["hasPart"])
    parts = {part for folder in folders for part in references(graph[folder]["hasPart"])}
    assert parts == {key for key, entity in graph.items() if entity["@type"] == "File"}


def test_a_package_without_a_licence_says_so(tmp_path: Path) -> None:
    about = msgspec.structs.replace(ABOUT, licence=None)
    graph = graph_of(tmp_path, [], about)
    assert graph[graph["./"]["license"]["@id"]]["name"] == "No licence given"


def test_a_journal_is_named_where_it_lies_in_the_package(tmp_path: Path, recorded: list[RunInPackage]) -> None:
    assert not [known for known in graph_of(tmp_path, recorded) if known.endswith("journal.jsonl")]
    shutil.copytree(recorded[0].folder, tmp_path / recorded[0].place)
    named = [known for known in graph_of(tmp_path, recorded) if known.endswith("journal.jsonl")]
    assert named == [f"{recorded[0].place}/journal.jsonl"]
