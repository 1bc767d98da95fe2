"""Whether a new project, or a new class, can have its name."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from labeler_app.errors import InputError, together
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, projects


def check_project(ws: Workspace, name: str) -> None:
    """Make sure that a project can have a name.

    Raises
    ------
    InputError
        If it is taken or not a name.
    """
    clean = checked_name(name, what="project name")
    with ws.store.read() as tx:
        row = projects.find(tx, clean)
    if row is not None:
        raise project_taken(row.name)


def checked_classes(classes: Sequence[str]) -> list[str]:
    """Return the names of classes that can be new together.

    Raises
    ------
    InputError
        If any is not a name, or is there twice; it tells all that are.
    """
    wanted, wrong = list[str](), list[InputError]()
    for one in classes:
        try:
            wanted.append(checked_name(one, what=_called(one)))
        except InputError as error:
            wrong.append(error)
    wrong += _doubles(wanted)
    if wrong:
        raise together(wrong)
    return wanted


def project_taken(name: str) -> InputError:
    """Return what is to be said of the name of a project that there is already."""
    return InputError(
        f"There is a project {name!r} already.",
        hint="Choose another name, or open that project: Data, Add files.",
    )


def class_taken(tx: Connection, project: int, name: str) -> InputError:
    """Return what is to be said of a class name that another class has."""
    gone = class_changes.classes(tx, project)[projects.class_named(tx, project, name) or 0]
    if gone["retired_at"] is None:
        return InputError(
            f"There is a class {gone['name']!r} already.", hint="Choose another name."
        )
    how = "merged into another" if gone["merged_into"] else "retired"
    return InputError(
        f"There was a class {gone['name']!r}, and it was {how}.",
        hint="Bring it back under Data, Classes; or choose another name.",
    )


def _called(name: str) -> str:
    return f"class name {name[:40]!r}" if name.strip() else "class name"


def _doubles(wanted: Sequence[str]) -> Iterator[InputError]:
    """Give what is to be said of each class name that was there before, case ignored."""
    seen: dict[str, str] = {}
    for one in wanted:
        key = projects.name_key(one)
        if key not in seen:
            seen[key] = one
            continue
        same = f"The class {one!r} is given twice."
        alike = f"The classes {seen[key]!r} and {one!r} are the same but for case."
        yield InputError(same if seen[key] == one else alike, hint="Name each class once.")
