"""The columns of the research tables: the one description from which the tables and the data dictionary are made.

Says what a column is called, what kind of value it holds, in which unit, what it means, and how it is got from a run.
Writes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, TypeVar

from msgspec import Struct

from kiosk.records import ExecutionMode, ItemType, MediaType, RunType, SafetyLevel, Status
from kiosk.storage.export import facts
from kiosk.storage.export.facts import ItemFacts, RunFacts

T = TypeVar("T")


class Kind(StrEnum):
    """What a column holds. A `time` is an instant; a `seed` is 0 to 2^64 - 1; `json` is a JSON object as text."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    DAY = "day"
    SEED = "seed"
    TEXTS = "texts"
    SEEDS = "seeds"
    JSON = "json"


# Recorded values may be of any kind in older and foreign data. A time stays as it was written.
_FITTING: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: facts.text,
    Kind.INTEGER: facts.integer,
    Kind.NUMBER: facts.number,
    Kind.BOOLEAN: facts.boolean,
    Kind.TIME: facts.text,
    Kind.DAY: facts.day,
    Kind.SEED: facts.seed,
    Kind.TEXTS: facts.texts,
    Kind.SEEDS: facts.seeds,
    Kind.JSON: facts.json_text,
}


class Column(Struct, Generic[T], frozen=True, kw_only=True):
    """One column: its name, kind, unit (empty: none), meaning in English and German, and where its value comes from.

    `required`: never empty. `values` are all that may stand there, if they are few.
    """

    name: str
    kind: Kind
    value: Callable[[T], Any]
    meaning: str
    bedeutung: str
    unit: str = ""
    required: bool = False
    values: Sequence[str] = ()

    def of(self, source: T) -> Any:
        """The value for a run or an item, of the column's kind whatever was recorded; None: nothing (fitting) was."""
        return _FITTING[self.kind](self.value(source))


class Table(Struct, Generic[T], frozen=True):
    """A table: its name, what one row is, and its columns. `key` names the columns that no two rows share."""

    name: str
    meaning: str
    bedeutung: str
    key: Sequence[str]
    columns: Sequence[Column[T]]


def _run(
    name: str, kind: Kind, value: Callable[[RunFacts], Any], meaning: str, bedeutung: str, **more: Any
) -> Column[RunFacts]:
    return Column(name=name, kind=kind, value=value, meaning=meaning, bedeutung=bedeutung, **more)


def _item(
    name: str, kind: Kind, value: Callable[[ItemFacts], Any], meaning: str, bedeutung: str, **more: Any
) -> Column[ItemFacts]:
    return Column(name=name, kind=kind, value=value, meaning=meaning, bedeutung=bedeutung, **more)


RUNS: Table[RunFacts] = Table(
    "runs",
    "one row for each run: one pass of an idea through the program",
    "eine Zeile je Lauf: ein Weg einer Idee durch das Programm",
    ("run_id",),
    (
        _run("run_id", Kind.TEXT, lambda run: run.run.metadata.run_id,
             "the run", "der Lauf", required=True),
        _run("execution_id", Kind.TEXT, lambda run: run.run.metadata.execution_id,
             "its other name, from local start time; some older runs have none", "sein anderer Name, aus der Startzeit; manche ältere Läufe haben keinen"),
        _run("type", Kind.TEXT, lambda run: str(run.run.metadata.type),
             "which way of working recorded it", "welche Arbeitsweise ihn aufgezeichnet hat", required=True, values=tuple(RunType)),
        _run("config_name", Kind.TEXT, lambda run: run.run.metadata.schema,
             "the lens (interception config)", "die Linse (interception config)", required=True),
        _run("execution_mode", Kind.TEXT, lambda run: str(run.run.metadata.execution_mode),
             "eco: models in the house only; fast: cloud models allowed", "eco: nur Modelle im Haus; fast: Cloud-Modelle erlaubt", required=True, values=tuple(ExecutionMode)),
        _run("safety_level", Kind.TEXT, lambda run: str(run.run.metadata.safety_level),
             "how strict the safety check was set", "wie streng die Prüfung eingestellt war", required=True, values=tuple(SafetyLevel)),
        _run("session_id", Kind.TEXT, lambda run: run.run.metadata.session_id,
             "the workshop, as the teacher named it", "der Workshop, wie die Lehrkraft ihn nannte", required=True),
        _run("device_id", Kind.TEXT, lambda run: run.run.metadata.device_id,
             "the device, a chance name; in pseudonymous packages a keyed hash", "das Gerät, ein Zufallsname; in pseudonymen Paketen ein Hash mit Schlüssel"),
        _run("user_id", Kind.TEXT, lambda run: run.run.metadata.user_id,
             "a pseudonym chosen in the session; `anonymous` if none was", "ein Pseudonym aus der Sitzung; `anonymous`, wenn keins gewählt wurde", required=True),
        _run("language", Kind.TEXT, lambda run: run.run.metadata.language,
             "language of the idea as set, BCP 47", "eingestellte Sprache der Idee, BCP 47"),
        _run("day", Kind.DAY, lambda run: run.run.metadata.start_time,
             "local date of the start", "örtliches Datum des Anfangs"),
        _run("start_time", Kind.TIME, lambda run: run.run.metadata.start_time,
             "when it began", "wann er begann"),
        _run("end_time", Kind.TIME, lambda run: run.run.metadata.end_time,
             "when it ended last; empty while open. With breaks: for the time worked see total_execution_time", "wann er zuletzt endete; leer, solange er offen ist. Mit Pausen: für die Arbeitszeit siehe total_execution_time"),
        _run("utc_offset", Kind.INTEGER, lambda run: facts.offset_minutes(run.run.metadata.start_time),
             "offset of local time from UTC at the start; empty where an older record does not name it", "Abstand der örtlichen Zeit von UTC am Anfang; leer, wo ein älterer Lauf ihn nicht nennt", unit="min"),
        _run("total_execution_time", Kind.NUMBER, lambda run: run.run.record.total_execution_time,
             "measured time at work; waiting for the person left out", "gemessene Arbeitszeit; Warten auf den Menschen zählt nicht", unit="s"),
        _run("status", Kind.TEXT, lambda run: str(run.run.metadata.status),
             "how it ended", "wie er endete", required=True, values=tuple(Status)),
        _run("reason", Kind.TEXT, lambda run: run.run.metadata.reason,
             "why it was blocked, failed or cancelled, as the person read it", "warum er gesperrt wurde, misslang oder angehalten wurde, wie der Mensch es las"),
        _run("blocked_stage", Kind.INTEGER, lambda run: (found := run.block()) and found.item.stage,
             "stage of the last verdict that stopped something: 1 idea or rules, 3 wording before an output, 4 picture", "Stufe des letzten Urteils, das etwas aufhielt: 1 Idee oder Regeln, 3 Wortlaut vor dem Machen, 4 Bild"),
        _run("blocked_category", Kind.TEXT, lambda run: facts.block_fact(run, "category"),
             "what that verdict was about: law, age, privacy, self_harm; empty: could not be checked", "worum es dabei ging: law, age, privacy, self_harm; leer: konnte nicht geprüft werden"),
        _run("input_text", Kind.TEXT, lambda run: run.first("input"),
             "the idea as first typed", "die Idee, wie sie zuerst getippt wurde"),
        _run("input_text_last", Kind.TEXT, lambda run: run.last("input"),
             "the idea after all edits", "die Idee nach allen Änderungen"),
        _run("context_prompt", Kind.TEXT, lambda run: run.last("context_prompt"),
             "the rules of the lens as used, edits included", "die Regeln der Linse, wie benutzt, mit Änderungen"),
        _run("interception_text", Kind.TEXT, lambda run: run.first("interception"),
             "the rewritten text as the model or procedure gave it", "der umgeschriebene Text, wie Modell oder Verfahren ihn gab"),
        _run("interception_text_last", Kind.TEXT, lambda run: run.last("interception"),
             "the rewritten text after the person's edits", "der umgeschriebene Text nach den Änderungen des Menschen"),
        _run("edits", Kind.INTEGER, lambda run: sum(fact.item.item_type is ItemType.USER_EDIT for fact in run.items),
             "how often the person changed a text", "wie oft der Mensch einen Text änderte", required=True),
        _run("edited_types", Kind.TEXTS, lambda run: facts.unique(fact.entity_type for fact in run.items if fact.item.item_type is ItemType.USER_EDIT),
             "which texts were changed", "welche Texte geändert wurden", required=True),
        _run("output_configs", Kind.TEXTS, lambda run: run.run.metadata.output_configs,
             "requested outputs, in order", "bestellte Ausgaben, der Reihe nach", required=True),
        _run("outputs", Kind.INTEGER, lambda run: sum(1 for _ in run.outputs()),
             "finished media", "fertige Medien", required=True),
        _run("images", Kind.INTEGER, lambda run: facts.media_count(run, MediaType.IMAGE),
             "of these: pictures", "davon Bilder", required=True),
        _run("models", Kind.TEXTS, lambda run: facts.unique(fact.item.model_used for fact in run.outputs()),
             "models or procedures that made the media", "Modelle oder Verfahren, die die Medien machten", required=True),
        _run("model_interception", Kind.TEXT, lambda run: facts.model_of(run, "stage2_interception"),
             "model or procedure that rewrote the idea", "Modell oder Verfahren, das die Idee umschrieb"),
        _run("model_translation", Kind.TEXT, lambda run: facts.model_of(run, "stage3_translation"),
             "model that translated for the output", "Modell, das für die Ausgabe übersetzte"),
        _run("seeds", Kind.SEEDS, lambda run: [fact.fact("seed") for fact in run.outputs()],
             "seeds of the finished media, in order", "Zufallszahlen (Seeds) der fertigen Medien, der Reihe nach", required=True),
        _run("seed_asked", Kind.SEED, lambda run: facts.asked(run, "seed"),
             "seed that was asked for at the start; empty: dice", "Zufallszahl (Seed), die am Anfang verlangt wurde; leer: gewürfelt"),
        _run("parent_run_id", Kind.TEXT, lambda run: run.run.metadata.parent_run_id,
             "the run that this one was taken up from", "der Lauf, aus dem dieser hervorging"),
        _run("items_count", Kind.INTEGER, lambda run: len(run.items),
             "rows of this run in items", "Zeilen dieses Laufs in items", required=True),
        _run("size_bytes", Kind.INTEGER, lambda run: sum(fact.item.file.size_bytes for fact in run.items if fact.item.file),
             "size of its files", "Größe seiner Dateien", unit="B", required=True),
        _run("consent_research", Kind.BOOLEAN, lambda run: run.run.metadata.consent.research,
             "whether research may use it", "ob Forschung ihn nutzen darf", required=True),
        _run("consent_public", Kind.BOOLEAN, lambda run: run.run.metadata.consent.public,
             "whether it may be published", "ob er veröffentlicht werden darf", required=True),
        _run("retain_until", Kind.DAY, lambda run: run.run.metadata.retain_until,
             "from when it may be erased; erase your copy then too", "ab wann er gelöscht werden darf; lösche dann auch deine Kopie"),
        _run("app_version", Kind.TEXT, lambda run: run.run.metadata.app_version,
             "version of the program", "Version des Programms"),
        _run("taxonomy_version", Kind.TEXT, lambda run: run.run.metadata.taxonomy_version,
             "version of the item types", "Version der Arten von Einträgen", required=True),
        _run("place", Kind.TEXT, lambda run: run.run.place,
             "its folder in the package", "sein Ordner im Paket", required=True),
    ),
)  # fmt: skip

ITEMS: Table[ItemFacts] = Table(
    "items",
    "one row for each item of a run: each wording, edit, verdict and finished medium, in order",
    "eine Zeile je Eintrag eines Laufs: jeder Wortlaut, jede Änderung, jedes Urteil, jedes fertige Medium, der Reihe nach",
    ("run_id", "sequence_number"),
    (
        _item("run_id", Kind.TEXT, lambda fact: fact.run.metadata.run_id,
              "the run; joins with runs", "der Lauf; verbindet mit runs", required=True),
        _item("sequence_number", Kind.INTEGER, lambda fact: fact.item.sequence_number,
              "order within the run; never order by time", "Reihenfolge im Lauf; nie nach der Zeit ordnen", required=True),
        _item("timestamp", Kind.TIME, lambda fact: fact.item.timestamp,
              "when it was recorded: at the end of the work it tells of", "wann er aufgezeichnet wurde: am Ende der Arbeit, von der er berichtet"),
        _item("stage", Kind.INTEGER, lambda fact: fact.item.stage,
              "0 input and system, 1 check before, 2 rewriting, 3 preparing and checking, 4 media, 5 end", "0 Eingabe und System, 1 Prüfung davor, 2 Umschreiben, 3 Vorbereiten und Prüfen, 4 Medien, 5 Ende", required=True),
        _item("stage_iteration", Kind.INTEGER, lambda fact: fact.item.stage_iteration,
              "step of a chained rewriting, from 1", "Schritt eines Umschreibens in Ketten, ab 1"),
        _item("loop_iteration", Kind.INTEGER, lambda fact: fact.item.loop_iteration,
              "which requested output it belongs to, from 1", "zu welcher bestellten Ausgabe er gehört, ab 1"),
        _item("item_type", Kind.TEXT, lambda fact: str(fact.item.item_type),
              "what it is", "was er ist", required=True, values=tuple(ItemType)),
        _item("entity_type", Kind.TEXT, lambda fact: fact.entity_type,
              "kind of file; of an edit: of the text that was changed", "Art der Datei; bei einer Änderung: des geänderten Textes"),
        _item("media_type", Kind.TEXT, lambda fact: str(fact.item.media_type),
              "what a person perceives", "was ein Mensch wahrnimmt", required=True, values=tuple(MediaType)),
        _item("content", Kind.TEXT, lambda fact: fact.item.content,
              "the text; of a verdict: JSON", "der Text; bei einem Urteil: JSON"),
        _item("characters", Kind.INTEGER, lambda fact: None if fact.item.content is None else len(fact.item.content),
              "length of content in Unicode code points", "Länge von content in Unicode-Zeichen"),
        _item("edited", Kind.BOOLEAN, lambda fact: fact.item.item_type is ItemType.USER_EDIT or fact.fact("edited") is True,
              "whether a person wrote it over another text", "ob ein Mensch damit einen Text ersetzte", required=True),
        _item("replaces", Kind.INTEGER, lambda fact: fact.fact("replaces"),
              "sequence_number of the text that it replaces", "sequence_number des ersetzten Textes"),
        _item("config_used", Kind.TEXT, lambda fact: fact.item.config_used,
              "lens or output config that took part", "beteiligte Linse oder Ausgabe (config)"),
        _item("model_used", Kind.TEXT, lambda fact: fact.item.model_used,
              "model or procedure that really answered; empty where none took part", "Modell oder Verfahren, das wirklich antwortete; leer, wo keins beteiligt war"),
        _item("backend_used", Kind.TEXT, lambda fact: fact.item.backend_used,
              "kind of box that it ran on", "Art der Maschine, auf der es lief"),
        _item("uses_ai", Kind.BOOLEAN, lambda fact: fact.fact("uses_ai"),
              "false: made by a fixed procedure, no AI model; empty: not said", "false: von einem festen Verfahren gemacht, ohne KI-Modell; leer: nicht gesagt"),
        _item("execution_time", Kind.NUMBER, lambda fact: fact.item.execution_time,
              "measured time of this step", "gemessene Zeit dieses Schritts", unit="s"),
        _item("seed", Kind.SEED, lambda fact: fact.fact("seed"),
              "seed that was used", "benutzte Zufallszahl (Seed)"),
        _item("language", Kind.TEXT, lambda fact: fact.fact("language"),
              "language of the text, BCP 47, where it is known", "Sprache des Textes, BCP 47, wo bekannt"),
        _item("asked_language", Kind.TEXT, lambda fact: fact.fact("asked_language"),
              "language that a chained rewriting asked for", "Sprache, die ein Umschreiben in Ketten verlangte"),
        _item("allowed", Kind.BOOLEAN, lambda fact: fact.fact("allowed"),
              "verdict of a safety check", "Urteil einer Prüfung"),
        _item("category", Kind.TEXT, lambda fact: fact.fact("category"),
              "what a refusing verdict was about", "worum es bei einer Ablehnung ging"),
        _item("method", Kind.TEXT, lambda fact: fact.fact("method"),
              "how was checked: word_list, judge_model, guard_model, vision_model, unchecked", "wie geprüft wurde: word_list, judge_model, guard_model, vision_model, unchecked"),
        _item("prompt", Kind.TEXT, lambda fact: fact.fact("prompt"),
              "wording that a medium was really made from", "Wortlaut, aus dem ein Medium wirklich gemacht wurde"),
        _item("prompt_id", Kind.TEXT, lambda fact: fact.item.prompt_id,
              "job number on the box", "Auftragsnummer auf der Maschine"),
        _item("width", Kind.INTEGER, lambda fact: fact.fact("width"),
              "of a picture or film", "eines Bildes oder Films", unit="px"),
        _item("height", Kind.INTEGER, lambda fact: fact.fact("height"),
              "of a picture or film", "eines Bildes oder Films", unit="px"),
        _item("duration_s", Kind.NUMBER, lambda fact: fact.fact("duration_s"),
              "length of sound or film", "Länge von Ton oder Film", unit="s"),
        _item("mime_type", Kind.TEXT, lambda fact: fact.item.file and fact.item.file.mime_type,
              "what kind of file it is, by its bytes", "Art der Datei, nach ihren Bytes"),
        _item("size_bytes", Kind.INTEGER, lambda fact: fact.item.file and fact.item.file.size_bytes,
              "size of the file as recorded", "Größe der Datei, wie aufgezeichnet", unit="B"),
        _item("sha256", Kind.TEXT, lambda fact: (fact.item.file and fact.item.file.sha256) or None,
              "hash of the file as recorded", "Prüfsumme der Datei, wie aufgezeichnet"),
        _item("path", Kind.TEXT, lambda fact: facts.package_path(fact),
              "the file, from the folder of this table", "die Datei, vom Ordner dieser Tabelle aus"),
        _item("metadata", Kind.JSON, lambda fact: fact.item.metadata,
              "everything else that was recorded, JSON", "alles Weitere, was aufgezeichnet wurde, JSON"),
    ),
)  # fmt: skip
