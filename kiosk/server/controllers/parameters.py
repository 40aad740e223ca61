"""Parameters and answers that several families of endpoints share, as the OpenAPI document says them."""

from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from msgspec import Meta

from kiosk.i18n import LANGUAGE_PATTERN
from kiosk.ids import DEVICE_ID_PATTERN, EXECUTION_ID_PATTERN, MAX_LABEL, RUN_ID_PATTERN, documented
from kiosk.server.errors import PROBLEM_TYPE, Problem
from kiosk.server.streams import EVENT_STREAM

_EITHER_ID = f"{documented(RUN_ID_PATTERN)}|{documented(EXECUTION_ID_PATTERN)}"
DEVICE_ID = Meta(pattern=documented(DEVICE_ID_PATTERN))
LABEL = Meta(min_length=1, max_length=MAX_LABEL)
LANGUAGE = Meta(pattern=documented(LANGUAGE_PATTERN))
LENS_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
MOST_OF_A_RUN = 1_000_000
"""No run has as many media or texts of one type as this."""

RunId: TypeAlias = Annotated[str, PathParameter(description="A run id or an execution id.", pattern=_EITHER_ID)]
Number: TypeAlias = Annotated[int, PathParameter(description="Which one, from 1.", ge=1, le=MOST_OF_A_RUN)]
Position: TypeAlias = Annotated[int, Meta(ge=1, le=MOST_OF_A_RUN)]
LastEventId: TypeAlias = Annotated[
    str | None,
    HeaderParameter(name="Last-Event-ID", description="The last event that the reader has.", max_length=64),
]
After: TypeAlias = Annotated[
    str | None, QueryParameter(description="As `Last-Event-ID`, for a first connection.", max_length=64)
]
Language: TypeAlias = Annotated[
    str | None,
    QueryParameter(description="BCP 47 tag of the texts; without it the kiosk's.", pattern=LANGUAGE.pattern),
]


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals that an endpoint may answer with, besides those of the gate."""
    return {
        status: ResponseSpec(
            Problem,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM_TYPE,
            generate_examples=False,
        )
        for status in sorted({400, 401, 403, *statuses})
    }


def events(kinds: Any, description: str) -> ResponseSpec:
    """A stream of server-sent events; `kinds` are the structs that their data may be."""
    return ResponseSpec(
        kinds,
        description=description,
        media_type=EVENT_STREAM,
        generate_examples=False,
    )


def binary(description: str, media_type: str = "*/*") -> ResponseSpec:
    """A file as an answer."""
    return ResponseSpec(
        bytes,
        description=description,
        media_type=media_type,
        generate_examples=False,
    )
