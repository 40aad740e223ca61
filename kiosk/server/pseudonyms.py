"""Who a child is today: a colour and an animal, and never a name.

`blue-fox` is what is recorded as `user_id`; how it is said stands in the sentences of the screen
(`pseudonym.colour.*`, `pseudonym.animal.*`), how it looks in `assets/icons/animal-*.svg`. Knows no HTTP.
"""

NOBODY = "anonymous"
"""The label of whoever works without a pseudonym (docs/records.md, section 2)."""

COLOURS = ("red", "orange", "yellow", "green", "blue", "violet", "pink", "brown")
ANIMALS = ("fox", "whale", "owl", "hedgehog", "cat", "snail", "bear", "frog", "rabbit", "fish", "bird", "turtle")


def is_pseudonym(label: str) -> bool:
    """Whether a label is one of ours, or says that somebody works without one."""
    colour, _, animal = label.partition("-")
    return label == NOBODY or (colour in COLOURS and animal in ANIMALS)
