from dataclasses import replace

import pytest

from labeler_app.services import home, labeling, projects, setup
from labeler_app.services.exchange import ImportOptions
from tests.builders import answer, label, make_project, rows
from tests.pictures import class_folders
from tests.services.test_quality import point, publish


@pytest.fixture
def six(ws, tmp_path):
    """Two items of each of three classes; none is reserved."""
    return make_project(ws, tmp_path / "photos", each=2, embedded=False)


def advice_of(ws):
    (card,) = home.cards(ws)
    return card.advice, card.advice_text


def test_a_card_counts_labels_and_not_what_was_skipped(ws, six, ada):
    found = [row.id for row in rows(ws, six.id)]
    label(ws, six.id, ada, found[:3])
    labeling.record(ws, six.id, ada.id, [answer(found[3])])

    (card,) = home.cards(ws)

    assert (card.items, card.labels, card.goal, card.budget) == (6, 3, 6, 500)
    assert card.of_goal == "6 images"


def test_a_card_counts_what_came_with_the_data_until_it_is_labeled_here(ws, tmp_path, ada):
    folder = class_folders(tmp_path / "known", each=2)
    options = ImportOptions("folders", "trust")
    made = setup.new_project(ws, "Known", folder, options, embedder="pixels").project
    (before,) = home.cards(ws)

    label(ws, made.id, ada, [row.id for row in rows(ws, made.id)][:1])

    (after,) = home.cards(ws)
    assert (before.labels, before.imported) == (0, 6)
    assert (after.labels, after.imported) == (1, 5)


def test_a_goal_is_the_budget_where_it_ends_before_the_images(ws, six):
    projects.configure(ws, six.id, replace(six.config, budget=2))

    (card,) = home.cards(ws)

    assert card.of_goal == "2"


def test_a_small_project_whose_items_are_all_answered_is_done(ws, six, ada):
    found = [row.id for row in rows(ws, six.id)]
    label(ws, six.id, ada, found[:5])
    before = advice_of(ws)
    labeling.record(ws, six.id, ada.id, [answer(found[5])])

    assert before == ("just begun", "too few items for an accuracy")
    assert advice_of(ws) == ("done", "everything is answered")


def test_a_spent_budget_is_done(ws, six, ada):
    projects.configure(ws, six.id, replace(six.config, budget=2))
    label(ws, six.id, ada, [row.id for row in rows(ws, six.id)][:2])

    assert advice_of(ws) == ("done", "the budget is spent")


def test_a_target_that_is_surely_reached_is_done_with_its_bound(ws, six):
    publish(ws, point(six, 400, 400))

    word, text = advice_of(ws)

    assert word == "done"
    assert text.startswith("target 95 % reached: surely above 9")


def test_a_target_that_is_not_reached_keeps_going(ws, six):
    publish(ws, point(six, 20, 40))

    assert advice_of(ws) == ("keep going", "target 95 % is not reached yet")
