"""One run as entities of an RO-Crate: its folder, its files, and an action for each stage (Process Run Crate 0.5).

An action has the model or procedure that really answered as its instrument, the wordings it worked on as objects, the
file it left as result, and whoever sat at the device, by pseudonym, as agent. What is shared by many runs (models,
lenses, agents) is only named here; `Shared` collects it. Pure, no I/O.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from kiosk.records import CHECK_ITEM_TYPES, ItemType, MediaType
from kiosk.storage.export import RunInPackage, facts
from kiosk.storage.export.facts import ItemFacts

Entity = dict[str, Any]

SOFTWARE = "#atelier-kiosk"
SHA256 = "https://w3id.org/ro/terms/workflow-run#sha256"

_COMPLETED = "http://schema.org/CompletedActionStatus"
_FAILED = "http://schema.org/FailedActionStatus"

_NAMES = {
    ItemType.USER_EDIT: "A person changed a wording",
    ItemType.STAGE1_SAFETY_CHECK: "Idea and rules were checked",
    ItemType.STAGE1_BLOCKED: "Idea and rules were checked and stopped",
    ItemType.TRANSLATION_RESULT: "The idea was translated",
    ItemType.INTERCEPTION_ITERATION: "The wording was rewritten, one step of several",
    ItemType.INTERCEPTION_FINAL: "The idea was rewritten",
    ItemType.INTERCEPTION_RESULT: "The idea was rewritten",
    ItemType.TRANSLATION_EN: "The wording was translated for the output",
    ItemType.PROMPT_OPTIMIZATION: "The wording was fitted to the output",
    ItemType.STAGE3_SAFETY_CHECK: "The wording for the output was checked",
    ItemType.STAGE3_BLOCKED: "The wording for the output was checked and stopped",
    ItemType.OUTPUT_IMAGE: "A picture was made",
    ItemType.OUTPUT_AUDIO: "A sound was made",
    ItemType.OUTPUT_MUSIC: "Music was made",
    ItemType.OUTPUT_VIDEO: "A film was made",
    ItemType.OUTPUT_3D: "A 3D model was made",
    ItemType.OUTPUT_CODE: "Code was made",
    ItemType.MEDIA_SAFETY_CHECK: "The picture was checked",
    ItemType.OUTPUT_BLOCKED: "The picture was checked and stopped",
    ItemType.OUTPUT_ERROR: "An output could not be made",
    ItemType.PIPELINE_ERROR: "The run failed",
    ItemType.STEP_OUTPUT: "A step of a lab was recorded",
    ItemType.NODE_OUTPUT: "A node of a canvas worked",
    ItemType.NODE_ERROR: "A node of a canvas failed",
}
"""The items that tell of work, and what was done. All others are input, or tell of the run itself."""

_FAILURES = frozenset({ItemType.OUTPUT_ERROR, ItemType.PIPELINE_ERROR, ItemType.NODE_ERROR})
_FOR_OUTPUTS = ("optimized_prompt", "translation_en", "interception", "input")


class Shared:
    """What many runs have in common: models, lenses, agents. Grows with their number, not with that of the runs."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}

    def model(self, fact: ItemFacts, name: str) -> str:
        """The id of the model or procedure that an item names."""
        known = f"#model-{quote(name, safe='')}"
        if known in self.entities:
            return known
        own = fact.item.backend_used == "sketchbook"
        kind = "A fixed procedure of this program; no AI model" if own else "A model"
        box = f", run by {fact.item.backend_used}" if fact.item.backend_used else ""
        entity = {
            "@id": known,
            "@type": "SoftwareApplication",
            "name": name,
            "description": f"{kind}{box}, named as it named itself.",
        }
        if own and fact.run.metadata.app_version:
            entity["softwareVersion"] = fact.run.metadata.app_version
        self.entities[known] = entity
        return known

    def lens(self, name: str) -> str:
        """The id of a lens."""
        known = f"#lens-{quote(name, safe='')}"
        self.entities.setdefault(
            known,
            {
                "@id": known,
                "@type": "CreativeWork",
                "name": name,
                "description": "A lens (interception config): rules by which ideas are rewritten. "
                "The rules as used lie with each run as context_prompt.",
            },
        )
        return known

    def agent(self, run: RunInPackage) -> str:
        """The id of whoever sat at a device."""
        device, user = run.metadata.device_id or "unknown", run.metadata.user_id
        known = f"#agent-{quote(device, safe='')}-{quote(user, safe='')}"
        self.entities.setdefault(
            known,
            {
                "@id": known,
                "@type": "Person",
                "name": f"{user} at {device}",
                "description": "Whoever sat at this device, one person or several. "
                "Both names are pseudonyms; nobody is named.",
            },
        )
        return known


class _Steps:
    """Walks through the items of a run and remembers the last file of each kind, for what comes next to work on."""

    def __init__(self, run: RunInPackage, shared: Shared) -> None:
        self._run = run
        self._shared = shared
        self._root = f"{quote(run.place)}/"
        self._last: dict[tuple[str, int], str] = {}
        self._medium: dict[int, str] = {}

    def file(self, fact: ItemFacts) -> Entity | None:
        """The file that an item left."""
        item = fact.item
        if item.file is None or item.file_path is None:
            return None
        entity: Entity = {
            "@id": self._root + quote(item.file_path),
            "@type": "File",
            "name": item.file_path.rpartition("/")[2],
            "encodingFormat": item.file.mime_type,
            "contentSize": str(item.file.size_bytes),
        }
        if item.file.sha256:
            entity["sha256"] = item.file.sha256
        if language := facts.text(fact.fact("language")):
            entity["inLanguage"] = language
        return entity

    def action(self, fact: ItemFacts, file: Entity | None) -> Iterator[Entity]:
        """The action that an item tells of, with what only it has; nothing for an item that tells of no work."""
        item = fact.item
        name = _NAMES.get(item.item_type)
        if name is not None:
            known = f"#{self._run.metadata.run_id}-{item.sequence_number}"
            seed = facts.seed(fact.fact("seed"))
            objects = self._objects(fact)
            if seed is not None:
                objects.append(f"{known}-seed")
                yield {"@id": f"{known}-seed", "@type": "PropertyValue", "name": "seed", "value": str(seed)}
            yield self._action(fact, known, name, objects, file)
        if file is not None:
            self._remember(fact, str(file["@id"]))

    def _action(self, fact: ItemFacts, known: str, name: str, objects: list[str], file: Entity | None) -> Entity:
        item = fact.item
        model = facts.text(item.model_used)
        instrument = self._shared.model(fact, model) if model else SOFTWARE
        failed = item.item_type in _FAILURES
        action: Entity = {
            "@id": known,
            "@type": "UpdateAction" if item.item_type is ItemType.USER_EDIT else "CreateAction",
            "name": name,
            "description": _description(fact),
            "instrument": {"@id": instrument},
            "agent": {"@id": self._shared.agent(self._run)},
            "endTime": item.timestamp,
            "actionStatus": _FAILED if failed else _COMPLETED,
        }
        if began := _start(fact):
            action["startTime"] = began
        if objects:
            action["object"] = _references(list(dict.fromkeys(objects)))
        if file is not None:
            action["result"] = {"@id": file["@id"]}
        if failed:
            reason = facts.text(item.content) or facts.text(fact.fact("reason"))
            action["error"] = reason or "no reason was recorded"
        return action

    def _objects(self, fact: ItemFacts) -> list[str]:
        item = fact.item
        loop = item.loop_iteration or 0
        match item.stage:
            case 1:
                found = [self._of("input"), self._of("input_image"), self._of("context_prompt")]
            case 2:
                found = [self._of("interception_step") or self._of("input"), self._of("context_prompt")]
                found.append(self._shared.lens(self._run.metadata.schema) if self._run.metadata.schema else None)
            case 3 if item.item_type is ItemType.TRANSLATION_EN:
                found = [self._of("interception") or self._of("input")]
            case 4 if item.item_type in CHECK_ITEM_TYPES:
                found = [self._medium.get(loop)]
            case 3 | 4:
                found = [next((one for kind in _FOR_OUTPUTS if (one := self._of(kind, loop))), None)]
                found.append(self._of("input_image") if item.stage == 4 else None)
            case _ if item.item_type is ItemType.USER_EDIT:
                found = [self._of(fact.entity_type or "", loop)]
            case _:
                found = []
        return [one for one in found if one]

    def _of(self, kind: str, loop: int = 0) -> str | None:
        return self._last.get((kind, loop)) or self._last.get((kind, 0))

    def _remember(self, fact: ItemFacts, known: str) -> None:
        item = fact.item
        kind = fact.entity_type or ""
        if item.item_type is ItemType.INTERCEPTION_ITERATION:
            self._last["interception_step", 0] = known
        elif fact.is_output:
            self._medium[item.loop_iteration or 0] = known
        elif item.media_type is not MediaType.METADATA:
            self._last[kind, item.loop_iteration or 0] = known
            if kind == "input":
                # A new idea is not what was rewritten before.
                for old in ("interception", "interception_step"):
                    self._last.pop((old, 0), None)


def entities_of(run: RunInPackage, shared: Shared, beside: list[str]) -> Iterator[Entity]:
    """The entities of a run: files and actions as they come, its folder last.

    `beside` are the names of files in its folder that no item tells of, such as its journal.
    """
    steps = _Steps(run, shared)
    parts: list[str] = []
    for fact in facts.facts_of(run).items:
        file = steps.file(fact)
        if file is not None and file["@id"] not in parts:
            parts.append(str(file["@id"]))
            yield file
        yield from steps.action(fact, file)
    for name in beside:
        file = _beside(run, name)
        parts.append(str(file["@id"]))
        yield file
    yield _folder(run, parts)


def _beside(run: RunInPackage, name: str) -> Entity:
    kinds = {"jsonl": "application/jsonl", "json": "application/json"}
    entity: Entity = {"@id": f"{quote(run.place)}/{quote(name)}", "@type": "File", "name": name}
    entity["encodingFormat"] = kinds.get(name.rpartition(".")[2], "application/octet-stream")
    if name == "journal.jsonl":
        entity["description"] = "All that is known of the run, one item a line; the other files are made from it."
    return entity


def _folder(run: RunInPackage, parts: list[str]) -> Entity:
    metadata = run.metadata
    ended = f" ({metadata.reason})" if metadata.reason else ""
    folder: Entity = {
        "@id": f"{quote(run.place)}/",
        "@type": "Dataset",
        "name": metadata.run_id,
        "identifier": metadata.execution_id or metadata.run_id,
        "description": f"One run through the lens {metadata.schema or '-'}, which ended as {metadata.status}{ended}.",
        "creativeWorkStatus": str(metadata.status),
    }
    if parts:
        folder["hasPart"] = _references(parts)
    if metadata.start_time:
        folder["dateCreated"] = metadata.start_time
    return folder


def _references(ids: list[str]) -> Any:
    """Ids as references; a single one stands alone, as RO-Crate 1.1 recommends."""
    references = [{"@id": one} for one in ids]
    return references[0] if len(references) == 1 else references


def _description(fact: ItemFacts) -> str:
    item = fact.item
    words = [f"Item {item.sequence_number} of {fact.run.metadata.run_id}"]
    if item.config_used:
        words.append(f"config {item.config_used}")
    if item.item_type in CHECK_ITEM_TYPES:
        words += [f"method {fact.fact('method')}", f"allowed {str(fact.fact('allowed')).lower()}"]
        if category := facts.text(fact.fact("category")):
            words.append(f"category {category}")
    if item.execution_time is not None:
        words.append(f"measured {item.execution_time} s")
    return ", ".join(words)


def _start(fact: ItemFacts) -> str | None:
    """When the work began: an item is recorded at its end, and its time was measured."""
    seconds, ended = facts.number(fact.item.execution_time), facts.zoned(fact.item.timestamp)
    if seconds is None or ended is None:
        return None
    return (ended - timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
