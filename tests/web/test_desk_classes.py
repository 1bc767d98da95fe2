"""Classes that change while a desk is open, and while it is cut off."""

from playwright.sync_api import expect

from labeler_app.services import class_edits, class_surgery, projects
from tests.browser import Visitor
from tests.live import wait_for
from tests.records import leases, opened, stored


def test_answers_for_classes_that_went_meanwhile_are_kept_or_refused_with_a_sentence(
    visitor: Visitor, project: int
) -> None:
    page = visitor.page
    visitor.press("1")
    visitor.wait_until_saved()

    visitor.context.set_offline(True)
    second, third = visitor.press("2"), visitor.press("3")
    with opened(visitor.server.workspace) as ws:
        amber, blue, green = projects.classes(ws, project)
        projects.add_class(ws, project, "grey")
        class_surgery.merge(ws, blue.id, amber.id)
        class_surgery.retire(ws, green.id)
        class_edits.rename(ws, amber.id, "gold <b>x</b>")
    visitor.context.set_offline(False)

    visitor.wait_until_saved()
    expect(page.get_by_text("1 answer refused").first).to_be_visible()
    # The row of classes follows: what is gone can be given no more, names are text.
    expect(page.get_by_role("button", name="grey")).to_be_visible()
    expect(page.get_by_role("button", name="green")).to_have_count(0)
    expect(page.get_by_role("button", name="gold <b>x</b>, key 1")).to_be_visible()
    page.get_by_text("1 answer refused").first.click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("The class 'green' was retired: it cannot be given any more.")
    with opened(visitor.server.workspace) as ws:
        told = {one.item: one.label for one in stored(ws, project)}
    assert told[second] == "gold <b>x</b>"
    assert third not in told


def test_what_a_split_class_had_comes_again_and_the_reason_is_told_after_the_answer(
    visitor: Visitor, project: int
) -> None:
    page = visitor.page
    labeled = {visitor.press("1") for _ in range(3)}
    visitor.wait_until_saved()
    page.wait_for_function("underWay === 0")
    page.goto("about:blank")  # Who leaves gives back what lies ahead, what is asked again with it.
    with opened(visitor.server.workspace) as ws:
        wait_for(lambda: not leases(ws, project), 30)
        amber = projects.classes(ws, project)[0].id
        class_surgery.split(ws, amber, ["honey", "rust"])
    visitor.sit_down(project)

    again = visitor.press("4")
    visitor.wait_until_saved()

    assert again in labeled
    expect(
        page.get_by_text("Asked again: amber was split into honey and rust.").first
    ).to_be_attached()


def test_the_last_changes_are_undone_from_the_list_and_classes_brought_back(
    visitor: Visitor, project: int
) -> None:
    visitor.press("2")
    visitor.wait_until_saved()
    with opened(visitor.server.workspace) as ws:
        _, blue, green = projects.classes(ws, project)
        class_surgery.merge(ws, blue.id, green.id)
        class_surgery.retire(ws, green.id)
    page = visitor.visit(f"/data?project={project}")

    # The labels that a merge moved cannot go back while the class that has them is not in use.
    expect(page.get_by_role("button", name="Undo: green retired")).to_be_visible()
    expect(page.get_by_role("button", name="Undo: blue merged")).to_have_count(0)
    page.get_by_role("button", name="Undo: green retired").click()
    page.get_by_role("button", name="Bring back: blue").click()

    expect(page.get_by_text("Undone: blue merged into green: 1 label moved")).to_be_visible()
    with opened(visitor.server.workspace) as ws:
        found = [(one.name, one.count) for one in projects.classes(ws, project)]
    assert found == [("amber", 0), ("blue", 1), ("green", 0)]
    assert visitor.complaints == []
