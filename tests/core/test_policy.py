import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.core.arrays import LabelState
from labeler_app.core.policy import auto


@pytest.mark.parametrize(
    ("ready", "model", "name"),
    [
        (False, False, "random"),
        (True, False, "representatives"),
        (True, True, "hybrid"),
    ],
)
def test_auto_follows_what_is_there_and_says_why_in_one_sentence(ready, model, name):
    state = LabelState(np.array([3, 4]), features_ready=ready, has_model=model, pool=100)

    chosen, sentence = auto(state)

    assert chosen == name
    assert sentence[0].isupper()
    assert sentence.count(".") == 1
    assert sentence.endswith(".")


def test_what_auto_names_exists():
    states = [LabelState(np.array([1]), True, model, 10) for model in (False, True)]

    cold, warm = (auto(state)[0] for state in states)

    assert cold in plugins.names("coldstarts")
    assert warm in plugins.names("strategies")
