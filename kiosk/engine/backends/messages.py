"""What a chat model is told for a `TextRequest`, and what of its answer is thinking. No network.

The rules come first and unchanged, as the person sees them. One sentence follows them, for texts that a person
reads: the language of the answer, and that nothing but the text is wanted. Judges and guards get no sentence.
"""

from collections.abc import Iterator

from kiosk.engine.backends import TextChunk, TextRequest

_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "ga": "Irish", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ko": "Korean", "ku": "Kurdish", "la": "Latin",
    "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

_OPEN, _CLOSE = "<think>", "</think>"


def system_text(request: TextRequest) -> str:
    """The instruction for the model; empty where a guard model brings its own."""
    if request.purpose in ("judge", "guard", "vision", "translation"):
        return request.rules
    return f"{request.rules}\n\nWrite in {language_name(request.language)}. Answer with the text only.".strip()


def language_name(tag: str) -> str:
    """The English name of a language, or its tag where we do not know it."""
    return _LANGUAGES.get(tag.lower().split("-")[0], tag)


class ThinkingSplitter:
    """Takes thinking out of an answer that begins with `<think>`, as some servers leave it there.

    Give it pieces as they come; it holds back only what may still turn out to be a tag.
    """

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, piece: str) -> Iterator[TextChunk]:
        """What of the answer can be told apart by now."""
        self._held += piece
        if self._state == "start":
            begun = self._held.lstrip()
            if len(begun) < len(_OPEN) and _OPEN.startswith(begun):
                return
            thinks = begun.startswith(_OPEN)
            self._state = "thinking" if thinks else "text"
            self._held = begun[len(_OPEN) :] if thinks else self._held
        if self._state == "thinking":
            thought, closed, rest = self._held.partition(_CLOSE)
            if closed:
                self._state, self._held = "after", rest
            else:
                keep = next((n for n in range(len(_CLOSE) - 1, 0, -1) if thought.endswith(_CLOSE[:n])), 0)
                thought, self._held = thought[: len(thought) - keep], thought[len(thought) - keep :]
            if thought:
                yield TextChunk(thought, thinking=True)
        if self._state == "after" and self._held.strip():
            self._state, self._held = "text", self._held.lstrip()
        if self._state == "text" and self._held:
            yield TextChunk(self._held)
            self._held = ""

    def end(self) -> Iterator[TextChunk]:
        """What was held back."""
        if self._held and self._state != "after":
            yield TextChunk(self._held, thinking=self._state == "thinking")
            self._held = ""
