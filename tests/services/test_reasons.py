import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.services import reasons

BETWEEN = reasons.torn(np.array([0.1, 0.48, 0.42]), ["paper", "glass", "plastic"])


def test_the_two_most_probable_classes_are_told_with_their_shares():
    assert reasons.why("margin", BETWEEN) == (
        "Shown because the model was torn: 48 % glass, 42 % plastic."
    )


def test_nobody_is_called_torn_who_is_rather_sure():
    sure = reasons.torn(np.array([0.88, 0.12]), ["glass", "paper"])

    assert reasons.why("margin", sure) == (
        "Shown because the model is surer of most others: 88 % glass, 12 % paper."
    )


@pytest.mark.parametrize("kind", ["strategies", "coldstarts"])
def test_every_strategy_has_a_reason_that_is_one_sentence(kind):
    for name in plugins.names(kind):
        for between in (BETWEEN, None):
            told = reasons.why(name, between)

            assert told[0].isupper()
            assert told.endswith(".")
            assert "?" not in told


def test_a_strategy_of_another_package_is_named():
    assert reasons.why("oracle-9", None) == "Chosen by the strategy oracle-9."
