from __future__ import annotations

import os
import random

from tools.fuzz import OURS, SAMPLES, fuzz, mutated

COUNT = 300


def test_no_broken_workbook_ends_in_more_than_findings() -> None:
    """Whatever is cut, doubled or overwritten in a real workbook: nothing is raised, nothing dies or hangs."""
    codes = fuzz(COUNT, int(os.environ.get("FUZZ_SEED", "7")), jobs=1)

    assert sum(codes[code] for code in OURS) == 0
    assert codes["file-damaged"] < COUNT  # else nothing but the door is tried


def test_a_mutation_follows_from_its_seed() -> None:
    """So that what was found once can be found again."""
    whole = SAMPLES[0].read_bytes()
    first, second = (mutated(whole, random.Random("7 1")) for _ in range(2))

    assert first != whole
    assert len(first) == len(second)
