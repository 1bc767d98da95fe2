"""Which key does what for whom: the usual keys, and those a person has chosen instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import projects
from labeler_app.services.class_keys import DIGITS, MANY_CLASSES, usable_among
from labeler_app.services.projects import LabelClass
from labeler_app.services.workspace import Workspace
from labeler_app.store import people
from labeler_app.store import projects as project_rows

# What the desk's own table says (web/desk/commands.js): by command its usual key, and its words.
COMMANDS = {
    "reveal": (" ", "Reveal the suggestion"),
    "accept": ("Enter", "Accept the revealed suggestion"),
    "unsure": ("U", "Not sure"),
    "skip": ("S", "Skip"),
    "flag": ("F", "Flag, with a reason"),
    "note": ("N", "Write a note on this item"),
    "undo": ("Z", "Undo, the item comes back"),
    "find": ("/", "Find a class"),
    "addClass": ("A", "Add a class"),
    "rail": ("G", "Guidelines, open and close"),
    "pick": ("B", "Batch grid and back; before the first model, pick by hand"),
    "older": ("ArrowLeft", "Look back, and correct an answer"),
    "newer": ("ArrowRight", "Forward again"),
    "focus": ("H", "Focus mode, and back"),
    "keys": ("?", "This key map"),
    "zoomIn": ("+", "Zoom in"),
    "zoomOut": ("-", "Zoom out"),
    "fit": ("Shift+0", "Fit"),
    "darker": ("[", "Darker"),
    "brighter": ("]", "Brighter"),
    "softer": ("{", "Less contrast"),
    "harder": ("}", "More contrast"),
    "invert": ("I", "Invert"),
}
_MOVING = ("Insert", "Delete", "Backspace", "Home", "End", "PageUp", "PageDown")
_NAMED = frozenset((*(f"F{number}" for number in (1, 2, 3, 4, 6, 7, 8, 9, 10)), *_MOVING))
_KEPT = {
    "Tab": "Tab moves the focus.",
    "Escape": "Escape leaves what is open.",
    " ": "Space reveals the suggestion and presses what has the focus.",
    "Enter": "Enter accepts the suggestion and presses what has the focus.",
    "R": "R is kept free: the page around the desk reloads with it.",
    "C": "C is kept free: the page around the desk clears its memory with it.",
    **{f"Arrow{way}": "The arrows move." for way in ("Left", "Right", "Up", "Down")},
    **{f"F{number}": f"F{number} belongs to the browser." for number in (5, 11, 12)},
}
_CLASS = "class:"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one person in one project."""

    changed: dict[str, str]
    """By action, also of other projects: the key chosen instead of the usual one."""
    classes: tuple[LabelClass, ...]


def of(ws: Workspace, person: int, project: int) -> Keys:
    """Return the keys of a person in a project."""
    with ws.store.read() as tx:
        chosen = people.keys(tx, person)
    return _keys(chosen, projects.classes(ws, project))


def change(ws: Workspace, person: int, project: int, action: str, key: str) -> Keys:
    """Give a command or a class another key.

    Parameters
    ----------
    action
        A command, or ``"class:"`` and the number of a class.
    key
        As the desk names it: ``"W"``, ``"7"``, ``"F2"``, ``"Shift+0"``.

    Raises
    ------
    InputError
        If something else has the key, it is kept for something, or there is no such action.
    """
    classes = projects.classes(ws, project)
    is_many = len(classes) >= MANY_CLASSES
    usual = {name: usual_key for name, (usual_key, _) in COMMANDS.items()}
    usual |= {f"{_CLASS}{one.id}": one.key for one in classes}
    if action not in usual:
        raise InputError(f"There is no command or class {action[:60]!r} here.")
    is_usual = usual[action] == key and not (is_many and key in DIGITS)
    if not is_usual:
        _refuse_kept(key, action, is_many=is_many)
    with ws.store.write() as tx:
        chosen = people.keys(tx, person, for_update=True)
        owner = _owner(tx, {**chosen, action: ""}, classes, key)
        if owner is not None:
            raise InputError(f"{_shown(key)} is {owner} already.", hint="Give that another first.")
        if is_usual:
            people.forget_keys(tx, person, action)
        else:
            people.choose_key(tx, person, action, key)
    return of(ws, person, project)


def reset(ws: Workspace, person: int, project: int) -> Keys:
    """Give a person all the usual keys back, in all projects."""
    with ws.store.write() as tx:
        people.forget_keys(tx, person)
    return of(ws, person, project)


def _keys(chosen: Mapping[str, str], classes: Sequence[LabelClass]) -> Keys:
    used = {chosen.get(name, usual) for name, (usual, _) in COMMANDS.items()}
    own: dict[int, str] = {}
    for one in classes:
        key = chosen.get(f"{_CLASS}{one.id}")
        is_free = key is not None and key not in used and key not in own.values()
        # With many classes a digit is the key of a place, no longer of a class.
        if key is not None and is_free and not (len(classes) >= MANY_CLASSES and key in DIGITS):
            own[one.id] = key
    taken = used | set(own.values())
    usual = {one.id: one.key for one in classes if one.id not in own and one.key not in taken}
    possible = usable_among(len(classes))
    spare = [key for key in possible if key not in taken and key not in usual.values()]
    given: list[LabelClass] = []
    for one in classes:
        # A class whose usual key is used otherwise takes the next that is free; no other one moves.
        key = own.get(one.id) or usual.get(one.id) or (spare.pop(0) if one.key and spare else "")
        given.append(replace(one, key=key))
    return Keys(dict(chosen), tuple(given))


def _owner(
    tx: Connection, chosen: Mapping[str, str], classes: Sequence[LabelClass], key: str
) -> str | None:
    """Return the words for what has a key; the action that asks for it has "" here."""
    for name, (usual, words) in COMMANDS.items():
        if chosen.get(name, usual) == key:
            return f"“{words}”"
    asking = next(action for action, chosen_key in chosen.items() if not chosen_key)
    here = _keys({action: one for action, one in chosen.items() if one}, classes).classes
    for one in here:
        if one.key == key and f"{_CLASS}{one.id}" != asking:
            return f"the class “{one.name}”"
    if asking not in COMMANDS:
        return None
    for action, other in chosen.items():
        if other == key and action.startswith(_CLASS):
            elsewhere = project_rows.class_of(tx, int(action.removeprefix(_CLASS)))
            if elsewhere is not None:
                return "a class of another project"
    return None


def _refuse_kept(key: str, action: str, *, is_many: bool) -> None:
    if key in _KEPT:
        raise InputError(_KEPT[key], hint="Choose another key.")
    if key in DIGITS and (is_many or action in COMMANDS):
        raise InputError(
            "Digits give the classes in the row." if is_many else "Digits are kept for classes.",
            hint="Choose a letter, or a key like F2.",
        )
    is_letter = len(key) == 1 and key.isalpha() and key == key.upper()
    usual = {usual for usual, _ in COMMANDS.values()}
    if not (is_letter or key in DIGITS or key in _NAMED or key in usual):
        raise InputError(
            f"{_shown(key)} cannot be chosen.", hint="Choose a letter, or a key like F2 or Insert."
        )


def _shown(key: str) -> str:
    return {"Shift+0": "Shift 0"}.get(key, key if key.isprintable() else repr(key))[:20]
