import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.core.arrays import LabelState
from labeler_app.core.policy import auto, is_weak, rare_classes

EVEN = [100, 120, 90, 110]
HALF_RARE = [200, 210, 5, 4]


def state(counts=(3, 4, 3, 4), *, ready=True, model=True, shares=EVEN, **more):
    """Return a project with a model that tells four classes well apart, with 14 labels."""
    known = None if shares is None or not model else np.array(shares)
    told = {"skill": 0.9, "shares": known, **more}
    return LabelState(np.array(counts), ready, model, 1_000, **told)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (state(ready=False, model=False), "random"),
        (state(model=False), "representatives"),
        (state(model=False, predicted=True), "herding"),
        (state(predicted=True), "herding"),
        (state(), "herding"),
        (state(skill=0.1), "herding"),
        (state(skill=None), "herding"),
        (state(shares=HALF_RARE), "herding"),
    ],
)
def test_auto_follows_where_the_project_stands_and_says_why_in_one_sentence(given, name):
    chosen, sentence = auto(given)

    assert chosen == name
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.count(".") == 1
    assert sentence.endswith(".")


def test_what_auto_names_exists():
    cold = [state(ready=False, model=False), state(model=False)]
    warm = [state(), state(skill=0.0), state(shares=HALF_RARE)]

    assert {auto(one)[0] for one in cold} <= set(plugins.names("coldstarts"))
    assert {auto(one)[0] for one in warm} <= set(plugins.names("strategies"))


def test_the_sentence_says_how_many_classes_seem_rare():
    assert "2 of 4 classes seem to be rare here" in auto(state(shares=HALF_RARE))[1]
    assert "1 of 2 classes seems to be rare" in auto(state([5, 1], shares=[300, 9]))[1]
    assert "rare" not in auto(state())[1]


def test_what_a_model_of_weak_features_leaves_out_is_rare_only_where_labels_lack_too():
    assert rare_classes(state(shares=HALF_RARE, skill=0.1)) == 0
    assert rare_classes(state([7, 7, 0, 0], shares=HALF_RARE, skill=0.1)) == 2


def test_with_few_labels_there_is_no_telling_what_is_rare():
    assert rare_classes(state([3, 3, 1, 0], shares=HALF_RARE)) == 0


def test_a_class_nobody_met_yet_counts_as_rare():
    assert rare_classes(state([6, 6, 0, 0], shares=[500, 400, 0, 0])) == 2


def test_enough_audit_labels_are_believed_more_than_the_model():
    few = state(shares=HALF_RARE, audit_counts=np.array([5, 5, 4, 5]))
    enough = state(shares=HALF_RARE, audit_counts=np.array([5, 5, 5, 5]))

    assert (rare_classes(few), rare_classes(enough)) == (2, 0)
    assert rare_classes(state(audit_counts=np.array([12, 11, 1, 0]))) == 2


def test_nothing_is_rare_while_nothing_is_known_of_the_pool():
    assert rare_classes(state(shares=None)) == 0
    assert rare_classes(state(shares=[0, 0, 0, 0])) == 0


def test_features_are_weak_only_where_something_was_measured():
    assert is_weak(state(skill=0.19))
    assert not is_weak(state(skill=0.2))
    assert not is_weak(state(skill=None))
