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


def test_what_stands_for_doubtful_items_need_not_be_doubtful_itself():
    sure = reasons.torn(np.array([0.88, 0.12]), ["glass", "paper"])

    assert reasons.why("herding", BETWEEN) == (
        "Shown because it stands for many items the model is unsure of, where no label is near "
        "(48 % glass, 42 % plastic)."
    )
    assert reasons.why("herding", sure) == (
        "Shown because it stands for many items the model is unsure of, where no label is near."
    )


def test_doubts_of_imported_predictions_are_not_called_the_models():
    assert reasons.why(reasons.predicted("margin"), BETWEEN) == (
        "Shown because the imported predictions were torn: 48 % glass, 42 % plastic."
    )
    assert reasons.why(reasons.predicted("herding"), BETWEEN) == (
        "Shown because it stands for many items the imported predictions are unsure of, where no "
        "label is near (48 % glass, 42 % plastic)."
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


def test_a_class_whose_name_is_a_digit_is_quoted_in_a_sentence():
    between = reasons.torn(np.array([0.5, 0.4, 0.1]), ["3", "eight", "5"])

    assert (between.first, between.shares) == ('"3"', '50 % "3", 40 % eight')
