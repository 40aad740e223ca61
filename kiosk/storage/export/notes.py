"""`CONSENT.md` and `LICENCE.md`: what whoever opens a package must know before using it. No I/O."""

from collections.abc import Mapping
from typing import Literal

from kiosk.storage.export import PackageFacts, Profile

_PROFILES = {
    Profile.FULL: (
        """Vollständig: jede Datei so, wie sie aufgezeichnet wurde. Namen stehen nur darin, wenn Kinder sie selbst
geschrieben haben.""",
        "Full: every file as it was recorded. It holds names only where children wrote them themselves.",
    ),
    Profile.PSEUDONYMOUS: (
        """Ohne Namen von Geräten, Personen und Rechnern: an ihrer Stelle stehen Kennzahlen, die nur diese Schule
zurückführen kann. Texte und Bilder der Kinder sind unverändert und können Namen enthalten.""",
        """Without names of devices, persons and machines: codes stand in their place that only this school can trace.
Texts and pictures by children are unchanged and may hold names.""",
    ),
    Profile.PUBLIC: (
        """Öffentlich: nur ausgewählte Werke, für die eine Erlaubnis zur Veröffentlichung eingetragen ist. Jede Kopie
sagt, dass sie von einer Maschine gemacht wurde.""",
        """Public: only chosen works for which a permission to publish is on record. Each copy says that a machine
made it.""",
    ),
}


_USES = {
    "own": (
        "Eigenes Archiv der Schule. Auch Arbeiten ohne Erlaubnis für Forschung sind dabei: nicht weitergeben.",
        "The school's own archive. It also holds works without consent for research: do not pass it on.",
    ),
    Profile.PUBLIC: (
        "Nur Werke mit der Erlaubnis, sie öffentlich zu zeigen (consent.public).",
        "Only works with consent to show them in public (consent.public).",
    ),
    Profile.FULL: (
        "Nur Arbeiten mit der Erlaubnis für Forschung (consent.research).",
        "Only works with consent for research (consent.research).",
    ),
}


def consent_sentence(profile: Profile, language: Literal["de", "en"], *, own_archive: bool) -> str:
    """In one sentence what the runs of a package may be used for."""
    return _USES[_use(profile, own_archive=own_archive)][0 if language == "de" else 1]


def _use(profile: Profile, *, own_archive: bool) -> Profile | str:
    if own_archive:
        return "own"
    return Profile.PUBLIC if profile is Profile.PUBLIC else Profile.FULL


def consent_note(facts: PackageFacts, bases: Mapping[str, int]) -> str:
    """On what grounds these runs may be used, and for what. `bases` counts the runs by basis; `` for none named."""
    german, english = _PROFILES[facts.profile]
    own_archive = facts.consent_note in _USES["own"]
    use = _USES[_use(facts.profile, own_archive=own_archive)]
    lines = "".join(
        f"| {' '.join(basis.replace('|', '/').split()) or '-'} | {count} |\n"
        for basis, count in sorted(bases.items())
    )
    return f"""# Erlaubnis / Consent

{german}
{use[0]}
Eine Erlaubnis kann zurückgenommen werden. Dann sagt die Schule Bescheid, und die Arbeit muss gelöscht werden.

{english}
{use[1]}
Consent may be withdrawn. The school will then tell you, and the work must be erased.

| Grundlage / basis | Arbeiten / runs |
|---|---|
{lines}"""


def licence_note(facts: PackageFacts) -> str:
    """Under which terms the package may be used."""
    said = " ".join((facts.licence or "").split())
    if said:
        return f"# Lizenz / Licence\n\n{said}\n"
    return """# Lizenz / Licence

Es ist keine Lizenz eingetragen. Alle Rechte bleiben bei den Kindern und ihrer Schule: vor jeder Nutzung fragen.

No licence is stated. All rights stay with the children and their school: ask before any use.
"""
