"""Which settings there are, section by section, with what they mean and what they may be. No I/O.

Every default is the strict, private, offline one and works with nothing else installed.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from kiosk.i18n import LANGUAGE_PATTERN
from kiosk.ids import DEVICE_ID_PATTERN
from kiosk.records import Consent, ExecutionMode, SafetyLevel

_URL = r"\Ahttps?://[^\s/?#]+(?:/[^\s?#]*)?\Z"
_URL_OR_NONE = rf"{_URL}|\A\Z"


def _note(text: str, **limits: Any) -> Meta:
    return Meta(description=text, **limits)


_Slots = Annotated[int, _note("Jobs at once.", ge=1, le=64)]


class KioskSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This kiosk."""

    device_id: (
        Annotated[str, _note("Name of this kiosk in every record: a-z, 0-9, - and _.", pattern=DEVICE_ID_PATTERN)]
        | None
    ) = None
    language: Annotated[str, _note("Language of the screen when it starts (BCP 47).", pattern=LANGUAGE_PATTERN)] = (
        "de"
    )
    idle_minutes: Annotated[
        int, _note("Minutes without a touch after which the welcome screen comes back; 0: never.", ge=0, le=240)
    ] = 10
    house_hosts: Annotated[
        list[str],
        _note("Names of machines that stand in this house although they look like public ones; eco may use them."),
    ] = field(default_factory=list)
    camera: Annotated[bool, _note("Whether children may take pictures with the camera of their device.")] = False


class ServerSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the program listens."""

    host: Annotated[
        str, _note("Address to listen on. 127.0.0.1: only this machine.", min_length=1, max_length=255)
    ] = "127.0.0.1"
    port: Annotated[int, _note("Port to listen on; 0 takes a free one.", ge=0, le=65535)] = 8420


class SessionSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The workshop that runs now, as the teacher set it."""

    session_id: Annotated[str, _note("Name of the workshop in every record.", min_length=1, max_length=64)] = (
        "default"
    )
    safety_level: Annotated[SafetyLevel, _note("How strict the safety check is: kids, youth, adult or research.")] = (
        SafetyLevel.KIDS
    )
    execution_mode: Annotated[
        ExecutionMode, _note("eco: boxes in this house only; fast: configured cloud APIs may be used.")
    ] = ExecutionMode.ECO
    retention_days: Annotated[int, _note("Days after which clean-up may take a run; 0: keep.", ge=0, le=36500)] = 0
    consent: Annotated[Consent, _note("What may be done with runs: gallery, wall, research, public, basis.")] = (
        Consent()
    )

    def retain_until(self, started: datetime) -> str | None:
        """The local date from which clean-up may take a run that begins then; None if it is kept."""
        return (started + timedelta(days=self.retention_days)).date().isoformat() if self.retention_days else None


class StorageSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How runs are kept."""

    durability: Annotated[
        Literal["full", "relaxed"],
        _note(
            "full: every item is on the disk before it counts as saved; relaxed: the operating system decides when."
        ),
    ] = "full"
    min_free_mb: Annotated[
        int, _note("No new run is begun when less space than this is free, in megabytes.", ge=0)
    ] = 200


class ExportSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where packages may go besides sticks, and what they say about where they come from."""

    folder: Annotated[
        str,
        _note(
            "A folder that the teacher's desk may use like a stick, for packages out and in; empty: only sticks.",
            max_length=1_000,
        ),
    ] = ""
    organization: Annotated[
        str, _note("Who packs: the school or the study, as bag-info.txt names it; empty: not named.", max_length=200)
    ] = ""
    licence: Annotated[
        str,
        _note("Under which terms packages may be used: an address or words; empty: none is given.", max_length=500),
    ] = ""


class LimitSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much one person may ask for at once."""

    idea_chars: Annotated[int, _note("Longest idea, in characters.", ge=1, le=100_000)] = 4_000
    rules_chars: Annotated[int, _note("Longest rules text, in characters.", ge=1, le=100_000)] = 8_000
    outputs_per_run: Annotated[int, _note("Most outputs in one run.", ge=1, le=64)] = 8
    jobs_waiting_per_device: Annotated[
        int, _note("Most jobs of one device that may wait in front of one box.", ge=1, le=1_000)
    ] = 32
    page_closed_s: Annotated[
        int,
        _note(
            "Seconds after which the runs of a device are stopped when its last page was closed; 0: never.",
            ge=0,
            le=86_400,
        ),
    ] = 60
    upload_mb: Annotated[int, _note("Largest picture that may be brought in, in megabytes.", ge=1, le=512)] = 20


class SafetySettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the safety check tells people, and how long its models may take."""

    time_limit_s: Annotated[
        float,
        _note(
            "Longest that a judge, guard or vision model may take for one answer, waiting in line not counted; "
            "in seconds. Then kids and youth are blocked.",
            ge=1,
            le=300,
        ),
    ] = 10.0
    help_line: Annotated[
        str,
        _note(
            "A help line for children and its number, shown on the help card; empty: the card names no number.",
            max_length=200,
        ),
    ] = ""


class OfferSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What children may choose today."""

    lenses: Annotated[list[str], _note("Ids of the lenses that children may choose; empty: all.", max_length=500)] = (
        field(default_factory=list)
    )
    outputs: Annotated[
        list[str], _note("Ids of the outputs that children may choose; empty: all.", max_length=500)
    ] = field(default_factory=list)


class TeacherSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who may come to the teacher's desk, and for how long."""

    pin_hash: Annotated[
        str,
        _note(
            "The argon2id hash of the teacher's PIN, set at the desk or by `kiosk pin`; empty: no PIN. Never shown.",
            max_length=300,
        ),
    ] = ""
    session_minutes: Annotated[
        int, _note("Minutes without a touch after which the desk closes itself.", ge=1, le=240)
    ] = 20


class DeskSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where works leave the kiosk by a child's hand: on paper, and into a folder."""

    printer: Annotated[
        str, _note("The printer for children's works, as the system names it; empty: no printing.", max_length=200)
    ] = ""
    save_folder: Annotated[
        str, _note("The folder or stick to which children may save works; empty: no saving.", max_length=1_000)
    ] = ""
    prompts_in_copies: Annotated[
        bool, _note("Whether printed and saved copies carry the words that a work was made with.")
    ] = True


class TextSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who rewrites, and which models judge."""

    backend: Annotated[
        Literal["sketchbook", "ollama", "openai"],
        _note("Who rewrites: sketchbook (no AI), ollama, or openai (any compatible server)."),
    ] = "sketchbook"
    model: Annotated[str, _note("The model that rewrites, as its box names it.", max_length=200)] = ""
    judge_model: Annotated[
        str,
        _note(
            "A model that decides from the context when a word is on a list; empty: the word decides.", max_length=200
        ),
    ] = ""
    guard_model: Annotated[
        str, _note("A guard model that reads every text before an output; empty: none.", max_length=200)
    ] = ""
    vision_model: Annotated[
        str,
        _note("A model that sees, and looks at every picture before anybody else does; empty: none.", max_length=200),
    ] = ""
    slots: Annotated[int, _note("Texts at once; 0: one for ollama, eight for openai.", ge=0, le=256)] = 0
    preload: Annotated[bool, _note("Load the models into memory when the program starts (ollama).")] = True
    shares_gpu_with: Annotated[
        Literal["", "comfyui"],
        _note(
            "comfyui: Ollama's and ComfyUI's models do not fit into the graphics card together, and take turns in "
            "batches; empty: they fit."
        ),
    ] = ""
    handover_wait_s: Annotated[
        int,
        _note(
            "With shares_gpu_with: the longest that pictures wait for texts, and texts for pictures, before the "
            "other side's models are loaded; in seconds.",
            ge=1,
            le=3_600,
        ),
    ] = 60


class OllamaSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An Ollama server; used when `text.backend` names it."""

    url: Annotated[str, _note("Where Ollama answers.", pattern=_URL)] = "http://127.0.0.1:11434"
    num_ctx: Annotated[int, _note("Context of every model, in tokens; always the same.", ge=512, le=262_144)] = 8192


class ComfyUISettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ComfyUI server for pictures, sound, film and 3D."""

    url: Annotated[str, _note("Where ComfyUI answers; empty: not used.", pattern=_URL_OR_NONE)] = ""
    slots: _Slots = 1


class SwarmUISettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A SwarmUI server: a pool of picture machines behind one address."""

    url: Annotated[str, _note("Where SwarmUI answers; empty: not used.", pattern=_URL_OR_NONE)] = ""
    key: Annotated[str, _note("The token of an account, where the server wants one. Never shown.")] = ""
    slots: _Slots = 1


class OpenAISettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Any OpenAI-compatible server, for texts when `text.backend` names it, and for pictures."""

    url: Annotated[str, _note("Where it answers, up to /v1; empty: not used.", pattern=_URL_OR_NONE)] = ""
    key: Annotated[str, _note("Its key. Never shown.")] = ""
    media_hosts: Annotated[list[str], _note("Host names from which its pictures may be fetched.")] = field(
        default_factory=list
    )
    slots: _Slots = 2


class OpenRouterSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """OpenRouter, for pictures by models that answer in a chat. A cloud service."""

    url: Annotated[str, _note("Where it answers, up to /v1.", pattern=_URL)] = "https://openrouter.ai/api/v1"
    key: Annotated[str, _note("Its key; empty: not used. Never shown.")] = ""
    slots: _Slots = 2


class HttpSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Any other API that takes JSON and answers with a file, or with where it is; output configs say how."""

    url: Annotated[str, _note("Where it answers; empty: not used.", pattern=_URL_OR_NONE)] = ""
    key: Annotated[str, _note("Its key, sent as a bearer token. Never shown.")] = ""
    media_hosts: Annotated[list[str], _note("Host names from which its files may be fetched.")] = field(
        default_factory=list
    )
    media_folder: Annotated[
        str, _note("The folder below which it leaves files, where it runs on this machine; empty: none.")
    ] = ""
    slots: _Slots = 2


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of the program."""

    kiosk: KioskSettings = field(default_factory=KioskSettings)
    server: ServerSettings = ServerSettings()
    session: SessionSettings = SessionSettings()
    storage: StorageSettings = StorageSettings()
    export: ExportSettings = ExportSettings()
    limits: LimitSettings = LimitSettings()
    safety: SafetySettings = SafetySettings()
    offer: OfferSettings = field(default_factory=OfferSettings)
    teacher: TeacherSettings = TeacherSettings()
    desk: DeskSettings = DeskSettings()
    text: TextSettings = TextSettings()
    ollama: OllamaSettings = OllamaSettings()
    comfyui: ComfyUISettings = ComfyUISettings()
    swarmui: SwarmUISettings = SwarmUISettings()
    openai: OpenAISettings = field(default_factory=OpenAISettings)
    openrouter: OpenRouterSettings = OpenRouterSettings()
    http: HttpSettings = field(default_factory=HttpSettings)
