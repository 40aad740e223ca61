"""Lenses and outputs in the asked language."""

from tests.server.house import House


def test_lenses_speak_the_asked_language(shared: House) -> None:
    with shared.child() as child:
        german = {lens["id"]: lens for lens in child.get("/api/lenses?language=de").json()["lenses"]}
        english = {lens["id"]: lens for lens in child.get("/api/lenses?language=en").json()["lenses"]}
        default = child.get("/api/lenses").json()["lenses"]
        one = child.get("/api/lenses/bauhaus?language=en").json()
    assert german.keys() == english.keys() >= {"dada", "bauhaus", "user_defined"}
    assert german["bauhaus"]["rules"] != english["bauhaus"]["rules"]
    assert list(german.values()) == default
    assert one == english["bauhaus"]
    assert default[0]["id"] == "user_defined"


def test_outputs_say_what_they_are(shared: House) -> None:
    with shared.child() as child:
        outputs = {output["id"]: output for output in child.get("/api/outputs").json()["outputs"]}
    pictures = {name for name, output in outputs.items() if output["takes_picture"]}
    assert {"sketchbook_image", "flux_img2img"} <= pictures
    assert not pictures & {"sketchbook_music", "sdxl"}
    assert [name for name, output in outputs.items() if output["needs_picture"]] == ["flux_img2img"]
    assert (outputs["sdxl"]["estimated_seconds"], outputs["sdxl"]["memory_mb"]) == (15, 8000)
    sketch = outputs["sketchbook_image"]
    assert (sketch["media_type"], sketch["uses_ai"], sketch["available"], sketch["missing"]) == (
        "image",
        False,
        True,
        [],
    )
