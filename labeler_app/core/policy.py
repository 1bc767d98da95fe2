"""Which strategy now: `auto` decides by where the project stands, and says why in plain words.

The numbers below were chosen on handwritten digits, Fashion-MNIST, photos of rubbish and two sets
of texts; `tests/benchmarks/label_efficiency.py` measures what they are worth.
"""

import numpy as np
import numpy.typing as npt

from labeler_app.core.arrays import IndexArray, LabelState
from labeler_app.core.strategies.herding import RARE_SHARE

# Below this skill a model's picture of the pool is not believed by itself.
LOW_SKILL = 0.2
# Labels a class, on the average, from which on rare classes are looked for.
JUDGED_A_CLASS = 2
# Audit labels a class, on the average, from which on they are asked instead of the model.
AUDITED_A_CLASS = 5


def auto(state: LabelState) -> tuple[str, str]:
    """Name the strategy that suits the project now, and the sentence that says why.

    Returns
    -------
    tuple of str
        A name among the cold starts while there is no model, among the strategies after, and when
        predictions were imported; and one sentence for the person.
    """
    if not state.features_ready:
        return "random", "Items come at random while the app is still getting to know them."
    if not state.has_model and state.predicted:
        return (
            "herding",
            "There is no model yet, so the imported predictions choose: items that stand for many "
            "they are unsure of.",
        )
    if not state.has_model:
        return (
            "representatives",
            "There is no model yet, so the first items are ones that stand for many others.",
        )
    rare, classes = rare_classes(state), state.counts.size
    if rare:
        return (
            "herding",
            "The model asks for items that stand for many it is unsure of, where no label is near; "
            f"{rare} of {classes} classes {'seem' if rare > 1 else 'seems'} to be rare here, and "
            "doubts about what the model takes for rare count for more.",
        )
    return (
        "herding",
        "The model asks for items that stand for many it is unsure of, where no label is near.",
    )


def rare_classes(state: LabelState) -> int:
    """Count the classes that are rare among all items, as far as can be told.

    By the audit sample when it has enough labels, for it is drawn at random; before, by what the
    model takes the pool for. A model of weak features leaves out classes that are not rare, so
    there they must lack labels, too. With fewer labels than 2 a class there is no telling.
    """
    audited = state.audit_counts
    if audited is not None and audited.sum() >= AUDITED_A_CLASS * audited.size:
        return int(_below(audited).sum())
    if state.shares is None or state.counts.sum() < JUDGED_A_CLASS * state.counts.size:
        return 0
    rare = _below(state.shares)
    if is_weak(state):
        rare &= _below(state.counts)
    return int(rare.sum())


def is_weak(state: LabelState) -> bool:
    """Say whether the features hardly tell the classes apart, by the labels so far."""
    return state.skill is not None and state.skill < LOW_SKILL


def _below(counts: IndexArray) -> npt.NDArray[np.bool_]:
    return np.asarray(counts < RARE_SHARE * counts.sum() / counts.size, dtype=np.bool_)
