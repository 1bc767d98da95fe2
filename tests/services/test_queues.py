import pytest

from labeler_app.errors import InputError
from labeler_app.services import desk, features, home, labeling, pool, projects, queues, setup
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import models, queue, workers
from labeler_app.store.models import ModelRow
from labeler_app.store.queue import Selection
from tests.builders import answer, class_ids, label, make_project, rows, run_import
from tests.pictures import class_folders


@pytest.fixture
def project(ws, tmp_path):
    """Twelve items with a budget of ten labels."""
    return make_project(ws, tmp_path / "photos", budget=10, retrain_every=2, embedded=False)


def beat(ws):
    with ws.store.write() as tx:
        workers.beat(tx, "one", "host", 1, now=ws.clock())


def publish(ws, project, version=1):
    """Publish a model and its queue, as far as the queue's state looks at them."""
    from labeler_app.store import events

    with ws.store.write() as tx:
        seen = events.newest_seq(tx, project.id)
        told = (project.id, version, seen, 6, "logistic", "r", "h", "ff", "", 0.1, ws.clock())
        models.add(tx, ModelRow(*told))
        chosen = Selection(project.id, version, "hybrid", "Torn.", 1, '{"items": 12}', ws.clock())
        queue.replace(tx, chosen, [])


def some(ws, project, n, start=0):
    return [row.id for row in rows(ws, project.id)][start : start + n]


def test_without_a_worker_the_queue_is_random_and_says_so(ws, project):
    state = queues.queue_state(ws, project.id)

    assert (state.state, state.text) == ("random", "random: the worker is not running")
    assert (state.version, state.age_s, state.training) == (None, None, False)


def test_before_there_are_features_the_queue_says_so(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", embedded=False)
    beat(ws)

    assert queues.queue_state(ws, project.id).text == "random: features are being computed"


def test_with_too_few_labels_the_queue_says_so(ws, project):
    features.embed(ws, project.id)
    beat(ws)

    assert queues.queue_state(ws, project.id).text == "random: 6 more for the first model"


def test_the_queue_counts_down_to_the_first_model(ws, project, ada):
    features.embed(ws, project.id)
    beat(ws)
    told = []
    for n in range(4):
        label(ws, project.id, ada, some(ws, project, 1, 2 * n))
        told.append(queues.queue_state(ws, project.id).text)

    assert told == [
        "random: 5 more for the first model",
        "random: 4 more for the first model",
        "random: 3 more for the first model",
        "random: 2 more for the first model",
    ]


def test_representatives_are_not_called_random(ws, project):
    features.embed(ws, project.id)
    beat(ws)
    with ws.store.write() as tx:
        chosen = Selection(project.id, None, "representatives", "They stand.", 1, "{}", ws.clock())
        queue.replace(tx, chosen, [])

    state = queues.queue_state(ws, project.id)

    assert (state.state, state.sentence) == ("random", "They stand.")
    assert state.text == "typical items first: 6 more for the first model"


def test_a_queue_is_done_when_the_last_item_was_skipped(ws, project, ada):
    every = some(ws, project, 12)
    label(ws, project.id, ada, every[:9])
    labeling.record(ws, project.id, ada.id, [answer(one) for one in every[9:11]])
    before = queues.queue_state(ws, project.id).state
    labeling.record(ws, project.id, ada.id, [answer(every[11])])

    state = queues.queue_state(ws, project.id)

    assert (before, state.state) == ("random", "done")
    assert state.sentence == "Every item is answered."


def test_a_fresh_model_makes_the_queue_active_with_its_age(ws, project, ada, clock):
    label(ws, project.id, ada, some(ws, project, 6))
    publish(ws, project, 7)
    clock.advance(12)
    beat(ws)

    state = queues.queue_state(ws, project.id)

    assert (state.state, state.text) == ("active", "active · model v7 · 12 s ago")
    assert (state.version, state.age_s, state.sentence) == (7, 12.0, "Torn.")


def test_many_labels_newer_than_the_model_make_the_queue_stale(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", retrain_every=2)
    publish(ws, project)
    beat(ws)

    label(ws, project.id, ada, some(ws, project, 5))
    before = queues.queue_state(ws, project.id).state
    label(ws, project.id, ada, some(ws, project, 1, 5))

    state = queues.queue_state(ws, project.id)
    assert before == "active"
    assert (state.state, state.text) == (
        "stale",
        "stale · model v1 · 6 labels newer than the model",
    )


def test_a_silent_worker_makes_the_queue_stale_once_there_is_something_to_learn(
    ws, project, ada, clock
):
    beat(ws)
    publish(ws, project)
    clock.advance(queues.SILENT_SECONDS)
    assert queues.queue_state(ws, project.id).state == "active"

    label(ws, project.id, ada, some(ws, project, 1))

    assert queues.queue_state(ws, project.id).text == (
        "stale · model v1 · the worker is not running"
    )


def test_a_spent_budget_makes_the_queue_done(ws, project, ada):
    label(ws, project.id, ada, some(ws, project, 10))
    assert queues.queue_state(ws, project.id).text == "done · no model"
    publish(ws, project, 3)

    state = queues.queue_state(ws, project.id)

    assert (state.state, state.text) == ("done", "done · model v3")


def test_a_worker_at_the_project_is_seen_training_while_it_lives(ws, project, clock):
    beat(ws)
    with ws.store.write() as tx:
        fence = workers.claim(tx, project.id, "one", now=ws.clock(), ttl=30.0)
        workers.report(tx, project.id, fence, now=ws.clock(), phase="training")

    busy = queues.queue_state(ws, project.id).training
    clock.advance(queues.SILENT_SECONDS)
    silent = queues.queue_state(ws, project.id).training
    beat(ws)
    with ws.store.write() as tx:
        workers.release(tx, project.id, fence)

    assert (busy, silent, queues.queue_state(ws, project.id).training) == (True, False, False)


def test_every_new_ranking_has_a_higher_number(ws, project):
    before = queues.queue_state(ws, project.id).number
    publish(ws, project)

    assert queues.queue_state(ws, project.id).number == before + 1


def test_an_unknown_project_has_no_queue(ws):
    with pytest.raises(InputError, match="no project number 9"):
        queues.queue_state(ws, 9)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s ago"),
        (12.4, "12 s ago"),
        (90, "2 min ago"),
        (5399, "90 min ago"),
        (5400, "2 h ago"),
        (200_000, "2 days ago"),
    ],
)
def test_time_spans_in_words(seconds, words):
    assert queues.ago(seconds) == words


def test_the_desk_opens_with_the_last_answers_oldest_first(ws, project, ada, bob):
    first, second, third = some(ws, project, 3)
    classes = class_ids(ws, project.id)
    undone = answer(third, classes["blue"])
    labeling.record(
        ws,
        project.id,
        ada.id,
        [
            answer(first, classes["blue"], milliseconds=6100),
            answer(second, kind="skip", milliseconds=None),
            undone,
            answer(third, kind="undo", reverts=undone.event_id),
        ],
    )

    found = desk.open_desk(ws, project.id, ada.id)

    assert [(one.item, one.kind, one.seconds) for one in found.last] == [
        (first, "label", 6.1),
        (second, "skip", None),
    ]
    assert (found.progress.labeled, found.progress.goal, found.end) == (1, 10, None)
    assert [one.name for one in found.classes] == ["amber", "blue", "green"]
    assert desk.open_desk(ws, project.id, bob.id).last == ()


def test_the_goal_is_the_budget_or_all_items(ws, project):
    assert desk.progress(ws, project.id).goal == 10
    projects.add_budget(ws, project.id, 500)
    assert desk.progress(ws, project.id).goal == 12


def test_the_end_comes_with_the_last_label_of_the_budget_and_goes_with_more(ws, project, ada):
    label(ws, project.id, ada, some(ws, project, 9))
    assert desk.end(ws, project.id) is None

    label(ws, project.id, ada, some(ws, project, 1, 9))
    end = desk.end(ws, project.id)

    assert (end.title, end.more) == ("All 10 are labeled.", 2)
    assert end.lead == "Accuracy: not yet known: 0 of 20 audit items."
    assert projects.add_budget(ws, project.id, 2).budget == 12
    assert desk.end(ws, project.id) is None


def test_an_empty_project_has_not_ended(ws):
    empty = projects.create(ws, "Empty")

    assert desk.end(ws, empty.id) is None
    assert desk.nothing_left(ws, empty.id) is None


def test_who_finds_the_rest_on_another_desk_is_told_that_nothing_is_left_now(
    ws, tmp_path, ada, bob
):
    project = make_project(ws, tmp_path / "photos", each=1)
    pool.lease(ws, project.id, ada.id, keep=[], want=10)

    assert pool.lease(ws, project.id, bob.id, keep=[], want=10) == []
    assert desk.nothing_left(ws, project.id).title == "Nothing is left for you right now."


def test_who_skipped_the_rest_is_told_that_everything_is_answered(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=1)
    offers = pool.lease(ws, project.id, ada.id, keep=[], want=10)
    labeling.record(ws, project.id, ada.id, [answer(one.id) for one in offers])

    assert pool.lease(ws, project.id, ada.id, keep=[], want=10) == []
    assert desk.end(ws, project.id) is None
    end = desk.nothing_left(ws, project.id)
    assert (end.title, end.more) == ("Everything is answered.", 0)
    assert end.lead.startswith("0 of 3 are labeled, the others were skipped")


def test_labels_that_came_with_the_data_are_told_at_the_end(ws, tmp_path, ada):
    folder = class_folders(tmp_path / "known", each=2)
    options = ImportOptions("folders", "trust")
    made = setup.new_project(ws, "Known", folder, options, embedder="pixels").project

    lead = desk.nothing_left(ws, made.id).lead

    assert lead.startswith("0 of 6 are labeled here, 6 have a label that came with the data.")


def test_a_card_sums_up_a_project(ws, project, ada, tmp_path):
    label(ws, project.id, ada, some(ws, project, 4))
    make_project(ws, tmp_path / "other", each=1, name="Other", embedded=False)

    other, card = home.cards(ws)

    assert (other.name, card.name) == ("Other", "Colours")
    assert (card.items, card.classes, card.labels, card.budget) == (12, 3, 4, 10)
    assert (card.accuracy, card.advice, len(card.thumbs)) == (None, "just begun", 4)
    assert not card.importing


def test_thumbs_are_the_same_at_every_call_and_spread_over_the_project(ws, project):
    assert home.thumbs(ws, project.id, 5) == home.thumbs(ws, project.id, 5)
    chosen = [one.item for one in home.thumbs(ws, project.id, 5)]
    assert chosen != sorted(chosen)


def test_imported_labels_are_not_progress(ws, tmp_path):
    project = projects.create(ws, "Colours")
    make_project(ws, tmp_path / "photos", each=1, name="Other", embedded=False)

    run_import(ws, project.id, tmp_path / "photos", ImportOptions("folders", "trust"))

    assert desk.progress(ws, project.id).labeled == 0
