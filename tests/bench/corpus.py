"""A school's ten years of runs, made quickly: real journals and `metadata.json`, as a recorder leaves them.

The runs say that another host recorded them, so that nobody sets about completing their text files.
"""

import random
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.records import FileFacts, ItemType, MediaType, RunItem, timestamp
from kiosk.storage.journal import FIRST, chained
from kiosk.storage.projection import fold
from kiosk.storage.run_folder import metadata_json, start_item
from tests.storage.kit import end, idea, picture_item, rewritten, start, verdict

HOST = "ten-years-ago"
LENSES = ["dada", "bauhaus", "surrealism", "haiku", "stillepost", "user_defined", "cut_up", "overdrive"]
STATUSES = ["completed"] * 17 + ["blocked", "failed", "cancelled"]
FIRST_DAY = datetime(2016, 9, 1, 8, 0).astimezone()
WORDS = (  # what children write about
    *("Bär", "Straße", "Haus", "Meer", "Wolke", "Baum", "Nacht", "Sonne", "Katze", "Hund", "Vogel", "Wald", "Fluss"),
    *("Berg", "Stern", "Mond", "Kind", "Garten", "Brücke", "Uhr", "Roboter", "Drache", "Schnecke", "Blume"),
    *("tanzt", "singt", "fliegt", "träumt", "lacht", "schläft", "leuchtet", "wächst", "springt", "fällt", "rot"),
    *("blau", "grün", "gelb", "groß", "klein", "alt", "jung", "dunkel", "hell", "warm", "kalt", "über", "unter"),
)


def make(exports: Path, count: int, seed: int = 1) -> list[Path]:
    """Make `count` runs below `exports` and return their folders, oldest first."""
    dice = random.Random(seed)
    per_day = max(10, count // 1800)
    folders = []
    for number in range(count):
        day, place = divmod(number, per_day)
        started = FIRST_DAY + timedelta(
            days=day, seconds=place * (18_000 // per_day), milliseconds=dice.randrange(1000)
        )
        folders.append(make_run(exports, started, dice))
    return folders


def make_run(exports: Path, started: datetime, dice: random.Random) -> Path:
    """One finished run with ten items."""
    facts = start(
        started=started,
        schema=dice.choice(LENSES),
        device_id=f"kiosk-{dice.randrange(15)}",
        user_id=f"pupil-{dice.randrange(300)}",
        session_id=f"workshop_{started:%Y_%m}",
    )
    folder = exports / "json" / f"{started:%Y-%m-%d}" / facts.device_id / facts.run_id
    folder.mkdir(parents=True)
    h = FIRST
    lines = []
    items = []
    for number, one in enumerate(_items(dice), start=1):
        base = start_item(facts, {"host": HOST, "app_version": "0.1", "pid": 1}) if number == 1 else one
        item = msgspec.structs.replace(
            base, sequence_number=number, timestamp=timestamp(started + timedelta(seconds=number))
        )
        line, h = chained(h, msgspec.json.encode(item))
        lines.append(line)
        items.append(item)
    (folder / "journal.jsonl").write_bytes(b"".join(lines))
    (folder / "metadata.json").write_bytes(metadata_json(fold(items).metadata(h), {}))
    return folder


def _items(dice: random.Random) -> list[RunItem]:
    text = FileFacts(mime_type="text/plain", size_bytes=180, sha256="0" * 64)
    picture = FileFacts(mime_type="image/png", size_bytes=1_500_000, sha256="1" * 64)

    def sentence(length: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(length)) + f" {dice.randrange(100_000)}"

    def with_file(item: RunItem, name: str) -> RunItem:
        return msgspec.structs.replace(item, file_path=f"prompting_process/{name}", file=text)

    words = MediaType.TEXT
    plain = [
        with_file(idea(sentence(12)), "001_input.txt"),
        with_file(
            msgspec.structs.replace(idea(sentence(20)), item_type=ItemType.CONTEXT_PROMPT), "002_context_prompt.txt"
        ),
        with_file(verdict(), "003_safety.json"),
        with_file(rewritten(sentence(40)), "004_interception.txt"),
        with_file(
            msgspec.structs.replace(idea(sentence(40)), item_type=ItemType.TRANSLATION_EN, stage=3),
            "005_translation_en.txt",
        ),
        with_file(
            msgspec.structs.replace(
                idea(sentence(30)), item_type=ItemType.PROMPT_OPTIMIZATION, stage=3, media_type=words
            ),
            "006_optimized_prompt.txt",
        ),
        msgspec.structs.replace(
            picture_item(seed=dice.randrange(1 << 31)), file_path="final/01_output_image.png", file=picture
        ),
    ]
    last = msgspec.structs.replace(end(dice.choice(STATUSES)), execution_time=dice.uniform(3, 90))
    return [last, *plain, last]
