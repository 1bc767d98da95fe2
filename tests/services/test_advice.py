import pytest

from labeler_app.core.evaluation import accuracy, surely_above
from labeler_app.services import advice, budget
from labeler_app.services.budget import Left

GOING = Left(40, "")
ANSWERED = Left(0, budget.ALL_ANSWERED)
BUDGET_SPENT = Left(40, budget.SPENT)


@pytest.mark.parametrize(
    ("correct", "total", "target", "title"),
    [
        (99, 100, 0.95, "Keep going: the target is not reached yet"),
        (99, 100, 0.90, f"Done: surely above {100 * surely_above(99, 100):.1f} %"),
        (60, 100, 0.95, "Keep going: the target is not reached yet"),
    ],
)
def test_advice_looks_at_the_bound_that_holds_however_often_one_looks(
    correct, total, target, title
):
    assert advice.advice(accuracy(correct, total), target, GOING).title == title


def test_advice_names_the_bound_and_the_target():
    found = advice.advice(accuracy(45, 50), 0.95, GOING).text

    assert found.startswith("The model is surely above ")
    assert found.endswith("It must reach 95 %.")


def test_where_no_figure_can_come_none_is_promised():
    found = advice.advice(None, 0.95, GOING, can_be_known=False)

    assert found.title == "Keep going: too few items to say more"
    assert "first figure" not in found.text


@pytest.mark.parametrize("known", [None, accuracy(45, 50)])
def test_nobody_is_told_to_go_on_when_everything_is_answered(known):
    found = advice.advice(known, 0.95, ANSWERED)

    assert found.title == "Done: everything is answered"
    assert found.text.endswith("Nothing is left to ask. To go on, add more on the Data page.")


@pytest.mark.parametrize("known", [None, accuracy(45, 50)])
def test_a_spent_budget_is_said_with_what_would_let_one_go_on(known):
    found = advice.advice(known, 0.95, BUDGET_SPENT)

    assert found.title == "Done: the budget is spent"
    assert found.text.endswith("To go on, raise the budget in the settings.")


def test_a_target_that_is_reached_comes_before_what_is_spent():
    assert advice.advice(accuracy(99, 100), 0.90, ANSWERED).title.startswith("Done: surely")


@pytest.mark.parametrize(
    ("correct", "total", "written"),
    [(38, 38, "100 % (90.8–100)"), (21, 23, "91.3 % (73.2–97.6)")],
)
def test_a_figure_that_is_exactly_100_has_no_decimal(correct, total, written):
    assert advice.figure(accuracy(correct, total)) == written
