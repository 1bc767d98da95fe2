import numpy as np
import pytest

from labeler_app.core import copies
from labeler_app.core.audit import NEAR

NOBODY = np.empty(0, dtype=np.int64)


def whole(grouping):
    """Do all of the work at once."""
    while True:
        try:
            next(grouping)
        except StopIteration as done:
            return done.value


def by_luma(luma, barred):
    found = whole(copies.by_luma(luma, barred))
    assert found.is_whole
    return found.head_of


def by_signature(known, barred, share):
    found = whole(copies.by_signature(known, barred, share=share))
    assert found.is_whole
    return found.head_of


def plain(count, barred, is_near):
    """The double loop that the groups are defined by."""
    number = np.full(count, -1)
    for head in range(count):
        if number[head] >= 0 or head in barred:
            continue
        mine = [
            at
            for at in range(head + 1, count)
            if number[at] < 0 and at not in barred and is_near(head, at)
        ]
        if mine:
            number[[head, *mine]] = head
    return number.tolist()


def scored(rows):
    luma = np.asarray(rows, dtype=np.float32)
    return (luma - luma.mean(axis=1, keepdims=True)) / luma.std(axis=1, keepdims=True)


def bursts(rng, heads, each, noise):
    """Rows around a few ones, in no order."""
    middles = rng.normal(size=(heads, 1, 256))
    return rng.permutation(
        (middles + rng.normal(0, noise, (heads, each, 256))).reshape(-1, 256), axis=0
    )


def drift(rng, count):
    """A camera that turns slowly: each picture is near the next, the ends are far apart."""
    one, other = rng.normal(size=(2, 256))
    return [one + (other - one) * at / count for at in range(count)]


def smooth(rng, count):
    """Pictures with all their difference in the fine, which block means do not see."""
    one = np.repeat(np.repeat(rng.normal(size=(4, 4)), 4, axis=0), 4, axis=1).ravel()
    fine = np.tile([1.0, -1.0], 128)
    return [one + fine * rng.uniform(0, 0.5) for _ in range(count)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["bursts", "drift", "smooth", "same", "strangers"])
def test_groups_of_pictures_are_those_of_the_plain_double_loop(kind, seed):
    rng = np.random.default_rng(seed)
    made = {
        "bursts": lambda: bursts(rng, 12, 15, 0.1),
        "drift": lambda: drift(rng, 120),
        "smooth": lambda: smooth(rng, 120),
        "same": lambda: np.repeat(rng.normal(size=(1, 256)), 90, axis=0),
        "strangers": lambda: rng.normal(size=(60, 256)),
    }
    luma = scored(made[kind]())
    barred = rng.choice(len(luma), len(luma) // 8, replace=False)

    def is_near(one, other):
        return np.abs(luma[[other]] - luma[one]).mean(axis=1)[0] < NEAR

    found = by_luma(luma, barred)

    assert found.tolist() == plain(len(luma), set(barred.tolist()), is_near)
    assert (found.max() >= 0) == (kind != "strangers")


def test_what_is_near_a_member_only_is_in_another_group():
    one, other = np.random.default_rng(0).normal(size=(2, 256))
    luma = scored([one, one + 0.1 * other, one + 0.2 * other, one + 0.3 * other])
    apart = np.abs(luma - luma[0]).mean(axis=1)
    assert apart[1] < NEAR < apart[2]

    assert by_luma(luma, NOBODY).tolist() == [0, 0, 2, 2]
    assert by_luma(luma, np.array([1])).tolist() == [-1, -1, 2, 2]


def signatures(rng, heads, each, most):
    """Rows of 64 numbers; each differs from one of a few in up to `most` of them."""
    made = np.repeat(rng.integers(0, 2**32, (heads, 64), dtype=np.uint32), each, axis=0)
    for row in made:
        places = rng.choice(64, rng.integers(0, most + 1), replace=False)
        row[places] = rng.integers(0, 2**32, len(places))
    return rng.permutation(made, axis=0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["changed", "spread", "crowded", "strangers"])
def test_groups_of_texts_are_those_of_the_plain_double_loop(kind, seed):
    rng = np.random.default_rng(seed)
    known = signatures(rng, 8, 12, 14)
    if kind == "spread":
        # As many differ as may, and as many bands hold one that does.
        known[1:] = known[0]
        for row in known[1:]:
            row[rng.permutation(16)[:13] * 4 + rng.integers(0, 4, 13)] += 1
            row[:4] = known[0][:4]
    if kind == "crowded":
        known[:, :36] = 7  # Nine bands say nothing.
    if kind == "strangers":
        known = rng.integers(0, 2**32, (60, 64), dtype=np.uint32)
    barred = rng.choice(len(known), 6, replace=False)

    def is_near(one, other):
        return (known[one] == known[other]).mean() >= 0.8

    found = by_signature(known, barred, share=0.8)

    assert found.tolist() == plain(len(known), set(barred.tolist()), is_near)
    assert (found.max() >= 0) == (kind != "strangers")


def test_rows_are_copies_only_where_all_their_values_are():
    rows = np.array([[1, 2], [1, 3], [1, 2], [4, 5], [1, 3], [1, 2]], dtype=np.uint32)

    found = by_signature(rows, np.array([5]), share=1.0)

    assert found.tolist() == [0, 1, 0, -1, 1, -1]


@pytest.mark.parametrize("count", [0, 1])
def test_one_item_or_none_has_no_copy(count):
    assert by_luma(np.zeros((count, 256), np.float32), NOBODY).tolist() == [-1] * count
    known = np.zeros((count, 64), np.uint32)
    assert by_signature(known, NOBODY, share=0.8).tolist() == [-1] * count
    assert by_signature(known, NOBODY, share=1.0).tolist() == [-1] * count


def alike_but_not_near(rng, kind, count):
    """Items of which each is a little too far from every other, and the first five once more."""
    if kind == "pictures":
        one = np.repeat(np.repeat(rng.normal(size=(4, 4)), 4, axis=0), 4, axis=1).ravel()
        made = scored(one + rng.normal(0, 0.17, (count, 256)))
        return np.concatenate([made, made[:5]])
    made = np.repeat(rng.integers(0, 2**32, (1, 64), dtype=np.uint32), count, axis=0)
    for at, row in enumerate(made):
        row[rng.choice(64, 20, replace=False)] = at
    return np.concatenate([made, made[:5]])


@pytest.mark.parametrize("kind", ["pictures", "texts"])
def test_comparisons_in_vain_are_bounded_and_what_is_the_same_is_found_all_the_same(
    kind, monkeypatch
):
    items, compared = alike_but_not_near(np.random.default_rng(1), kind, 1_500), []
    group = {
        "pictures": lambda effort: copies.by_luma(items, NOBODY, effort=effort),
        "texts": lambda effort: copies.by_signature(items, NOBODY, share=0.8, effort=effort),
    }[kind]
    steps = copies.blocks
    monkeypatch.setattr(copies, "blocks", lambda n, m: compared.append(n) or steps(n, m))

    made = whole(group(100_000))

    assert not made.is_whole
    assert sum(compared) < 200_000  # Of 1.1 million pairs.
    assert made.head_of[1_500:].tolist() == made.head_of[:5].tolist() == list(range(5))
    assert (made.head_of >= 0).sum() == 10
    assert whole(group(10_000_000)).is_whole
