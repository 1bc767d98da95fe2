"""In which order labeled pictures have their turns as parents of variants."""

from labeler_app.services import parents
from labeler_app.services.parents import Parent


def parent(item, class_id):
    return Parent(item, item, class_id)


def test_classes_have_their_turns_one_after_the_other_however_many_parents_each_has():
    some = [parent(1, 1), *(parent(one, 2) for one in range(10, 40))]

    told = parents.turns(some, 7, gives_up=True).after(0, 40, {1, *range(10, 40)})

    assert [one.parent.class_id for one in told[:6]] == [1, 2] * 3
    assert [one.round for one in told if one.parent.class_id == 1][:3] == [0, 1, 2]
    assert len({one.seed(5) for one in told}) == len(told)


def test_parents_of_which_nothing_lands_have_three_turns_and_the_others_go_on():
    some = [parent(one, 1) for one in range(4)]
    turns = parents.turns(some, 7, gives_up=True)
    told, landed = [], set()

    while (more := turns.after(len(told), 5, landed)) and len(told) < 30:
        told += more
        landed |= {one.parent.item for one in more if one.parent.item in (1, 2)}

    tries = [one.parent.item for one in told]
    assert [tries.count(one) for one in (0, 3)] == [parents.TRIES] * 2
    assert set(tries[12:]) == {1, 2}
    assert turns.after(12, 5, set()) == []


def test_who_goes_on_after_a_crash_has_the_turns_that_come_next():
    some = [parent(one, one % 3) for one in range(8)]
    turns = parents.turns(some, 3, gives_up=True)
    landed = {0, 1, 5}

    whole = turns.after(0, 24, landed)

    assert turns.after(8, 8, landed) == whole[8:16]
