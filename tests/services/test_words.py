"""The words that moved a version towards a class."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from labeler_app.adapters.embedders import tfidf
from labeler_app.errors import InputError
from labeler_app.services import class_surgery, projects, setup, words, worker
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import schema
from tests.builders import class_ids, rows
from tests.tables import people, reviews, written

TRUST = ImportOptions("column", "trust")
EMOJI = "\U0001f3ac"
SPEAKS = {
    "good": {"wonderful", "great", "lovely", "touching", "story", "film", "with", "and"},
    "bad": {"terrible", "bore", "bad", "awful", "stupid", "mess"},
}


@pytest.fixture
def films(ws, tmp_path):
    """Reviews that begin with an emoji, with their labels and a trained model."""

    def make(**config):
        texts = [{**one, "text": f"{EMOJI} {one['text']}"} for one in reviews(120)]
        file = written(tmp_path / "reviews.csv", texts)
        made = setup.new_project(ws, "Films", file, TRUST).project
        if config:
            projects.configure(ws, made.id, replace(made.config, **config))
        assert worker.train_now(ws, made.id) == 1
        return made.id

    return make


def said(ws, item):
    content = schema.item_content.c
    with ws.store.read() as tx:
        found = sa.select(content.content).where(content.item == item)
        return json.loads(tx.execute(found).scalar_one())


def cut(text, spans):
    """Return what a browser would mark: it counts in UTF-16 units."""
    units = text.encode("utf-16-le")
    return {units[2 * first : 2 * behind].decode("utf-16-le") for first, behind in spans}


@pytest.mark.parametrize("learner", ["logistic", "linear-svm"])
def test_words_that_speak_for_a_class_are_told_where_a_browser_finds_them(ws, films, learner):
    project = films(learner=learner)
    item, classes = rows(ws, project)[1].id, class_ids(ws, project)

    good = words.of_item(ws, item, 1, classes["good"])
    bad = words.of_item(ws, item, 1, classes["bad"])

    text = said(ws, item)
    assert "a wonderful" in text or "what a lovely" in text
    assert cut(text, good.towards) & SPEAKS["good"]
    assert cut(text, good.towards).isdisjoint(SPEAKS["bad"])
    # Of two classes what speaks for one speaks against the other.
    assert cut(text, bad.against) <= cut(text, good.towards)
    assert all(one.isalnum() for one in cut(text, good.towards))


def test_a_word_that_every_text_has_is_not_marked_although_it_moved_the_model(ws, tmp_path):
    # The longer a text, the less each word of it weighs: so "the" speaks for the short ones.
    texts = [
        {"text": f"the film number {n} was lovely", "label": "good"}
        if n % 2
        else {
            "text": f"the bore {' '.join(f'scene{n * 7 + k}' for k in range(30))}",
            "label": "bad",
        }
        for n in range(60)
    ]
    project = setup.new_project(ws, "Short", written(tmp_path / "short.csv", texts), TRUST).project
    worker.train_now(ws, project.id)
    good = next(row for row in rows(ws, project.id) if "lovely" in said(ws, row.id))

    found = words.of_item(ws, good.id, 1, class_ids(ws, project.id)["good"])

    marked = cut(said(ws, good.id), [*found.towards, *found.against])
    assert "lovely" in marked
    assert "the" not in marked


@pytest.mark.parametrize("learner", ["extra-trees", "k-nn"])
def test_of_a_model_that_is_not_linear_nothing_is_told(ws, films, learner):
    project = films(learner=learner)

    found = words.of_item(ws, rows(ws, project)[0].id, 1, class_ids(ws, project)["good"])

    assert found is None


def test_of_vectors_of_another_revision_nothing_is_told(ws, films, monkeypatch):
    project = films()
    monkeypatch.setattr(tfidf, "TFIDF", replace(tfidf.TFIDF, revision="2"))

    found = words.of_item(ws, rows(ws, project)[0].id, 1, class_ids(ws, project)["good"])

    assert found is None


def test_of_a_class_that_the_model_knows_as_two_nothing_is_told_until_it_learns_again(ws, films):
    project = films()
    classes = class_ids(ws, project)
    class_surgery.merge(ws, classes["bad"], classes["good"])

    found = words.of_item(ws, rows(ws, project)[0].id, 1, classes["good"])

    assert found is None


def test_what_no_model_said_of_no_text_is_refused_with_a_sentence(ws, films, tmp_path):
    project = films()
    item, good = rows(ws, project)[0].id, class_ids(ws, project)["good"]
    staff = setup.new_project(
        ws, "Staff", written(tmp_path / "people.csv", people(20)), ImportOptions()
    )
    row = rows(ws, staff.project.id)[0].id

    for asked, sentence in (
        ((10**6, 1, good), "no item number"),
        ((row, 1, good), "is no text"),
        ((item, 9, good), "no model version 9"),
    ):
        with pytest.raises(InputError, match=sentence):
            words.of_item(ws, *asked)
    assert words.of_item(ws, item, 1, 10**6) is None
