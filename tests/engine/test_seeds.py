from kiosk.engine.seeds import MAX_SEED, Seeds
from kiosk.records import Person

CHILD = Person(device_id="a")


def test_the_same_wording_again_is_new_dice() -> None:
    seeds = Seeds()
    assert len({seeds.choose(CHILD, "x", "a flower") for _ in range(10)}) > 8


def test_a_changed_wording_keeps_the_seed_so_that_words_are_compared() -> None:
    seeds = Seeds()
    first = seeds.choose(CHILD, "x", "a flower")
    assert seeds.choose(CHILD, "x", "a red flower") == first
    assert 0 <= first <= MAX_SEED


def test_persons_and_uses_share_nothing() -> None:
    seeds = Seeds()
    seeds.remember(CHILD, "x", "a flower", 7)
    assert seeds.choose(CHILD, "x", "a tree") == 7
    assert seeds.choose(CHILD, "y", "a tree") != 7
    assert seeds.choose(Person(device_id="b"), "x", "a tree") != 7


def test_memory_is_bounded() -> None:
    seeds = Seeds()
    for number in range(5_000):
        seeds.remember(CHILD, str(number), "", number)
    assert len(seeds._last) == 4_096
