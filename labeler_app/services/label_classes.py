"""Which classes the labels that came with the files name, and which of them can name none."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from labeler_app.adapters.labels import several
from labeler_app.errors import InputError
from labeler_app.services.found_labels import CLASH, FoundLabels
from labeler_app.services.names import checked_name
from labeler_app.services.projects import MOST_CLASSES
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, projects

NOTES_TOLD = 3
SPELLINGS_TOLD = 4
# Characters: a name may have 100.
LONGEST_NAME_TOLD = 60
_LIST = "names several classes, or none, and items of this project have one"

Parts = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Named:
    """Labels and the classes they name."""

    labels: FoundLabels
    """Without those that name none; these are told in it, as are those of one path that clash."""
    names: Mapping[str, tuple[str, ...]]
    """The class by label, each in one spelling; several where items may have several.

    Also of labels that clash: classes they name all the same.
    """
    notes: tuple[str, ...]
    """Which spellings are taken as one, whole sentences, the first of many."""

    def counts(self) -> dict[str, int]:
        """Return how often each class, or set of classes, occurs, in the order of the names.

        Classes that only labels name of which it is not known what they say together: 0 times.
        """
        counted: dict[str, int] = {}
        for label, count in self.labels.counts().items():
            given = self.names[label]
            name = given[0] if len(given) == 1 else label
            counted[name] = counted.get(name, 0) + count
        seen = {one for label in self.labels.counts() for one in self.names[label]}
        named = {one for given in self.names.values() for one in given}
        counted |= dict.fromkeys(named - seen, 0)
        return dict(sorted(counted.items()))


@dataclass(frozen=True, slots=True)
class _Here:
    """What a project says of the labels that come to it."""

    parts: Parts
    """The names in a label."""
    is_list_refused: bool
    names: Mapping[str, str]
    """The name of each class in use, by its key."""
    merged: Mapping[str, str]
    """The key of the class that each merged one counts as, by its key."""

    def same(self, given: Iterable[str]) -> frozenset[str]:
        """Return what is alike for names of the same classes."""
        keys = map(projects.name_key, given)
        return frozenset(self.merged.get(key, key) for key in keys)


def named(ws: Workspace, project: int | None, labels: FoundLabels) -> Named:
    """Return the classes that labels name, without refusing anything as a whole.

    Parameters
    ----------
    project
        None for one that is yet to be made, whose items may have several classes or not.
    """
    here = _here(ws, project)
    names: dict[str, tuple[str, ...]] = {}
    reasons: dict[str, str] = {}
    counts = labels.written()
    for label in counts:
        try:
            names[label] = _names(label, here)
        except InputError as error:
            reasons[label] = error.problem[:1].lower() + error.problem[1:].rstrip(".")
    usable = labels.refusing(reasons)
    kept, notes = _spelled(names, counts, here)
    together = cache(lambda labels: _together(labels, kept, here))
    return Named(usable.settled(together), kept, notes)


def checked(ws: Workspace, project: int, labels: FoundLabels) -> Named:
    """Return the classes that the labels of an import name.

    The name of a class that was merged stands for the one it was merged into.

    Raises
    ------
    InputError
        If no label of a column can be used, or all are lists where an item has one class; if one
        names a retired class, or the project would get too many classes.
    """
    found = named(ws, project, labels)
    if not found.names and found.labels.unusable:
        _refuse_all(found.labels)
    with ws.store.read() as tx:
        known = {projects.name_key(one.name) for one in projects.classes(tx, project)}
        every = class_changes.classes(tx, project)
        into = class_changes.merged(tx, project)
    retired = {
        projects.name_key(fields["name"])
        for number, fields in every.items()
        if every[into.get(number, number)]["retired_at"] is not None
    }
    wanted = {projects.name_key(one): one for given in found.names.values() for one in given}
    gone = [name for key, name in wanted.items() if key in retired]
    if gone:
        raise InputError(
            f"The labels name the class {gone[0]!r}, which was retired.",
            hint="Bring it back under Data, Classes; or rename it in the files.",
        )
    count = len(known | wanted.keys())
    if count > MOST_CLASSES:
        raise InputError(
            f"With the {len(wanted):,} labels found there would be {count:,} classes;"
            f" {MOST_CLASSES:,} is the most there can be.",
            hint="Check that the folders, or the column label, really name classes.",
        )
    return found


def _here(ws: Workspace, project: int | None) -> _Here:
    if project is None:
        return _Here(_one, False, {}, {})
    with ws.store.read() as tx:
        has_sets = projects.has_sets(tx, project)
        names = {projects.name_key(row.name): row.name for row in projects.classes(tx, project)}
        every = class_changes.classes(tx, project)
        into = class_changes.merged(tx, project)
    keys = {number: projects.name_key(fields["name"]) for number, fields in every.items()}
    merged = {keys[one]: keys[other] for one, other in into.items()}
    return _Here(several if has_sets else _one, not has_sets, names, merged)


def _names(label: str, here: _Here) -> tuple[str, ...]:
    """Return the names in a label.

    Raises
    ------
    InputError
        If one cannot be that of a class.
    """
    is_list = label.startswith("[") and several(label) != (label,)
    if is_list and here.is_list_refused:
        raise InputError(f"The label {label[:LONGEST_NAME_TOLD]} {_LIST}.")
    if is_list and here.parts is _one:
        return (label,)  # Whether it is one is known once the project is made.
    given = here.parts(label)
    return tuple(checked_name(one, what=f"class name {one[:40]!r}") for one in given)


def _together(
    labels: tuple[str, ...], names: dict[str, tuple[str, ...]], here: _Here
) -> str | None:
    """Return the label that all labels of one path are, as `FoundLabels.settled` wants it.

    A set of all classes they name is added to the names, under the label that an export gives it.
    """
    if len({here.same(names[label]) for label in labels}) == 1:
        return labels[0]
    if here.is_list_refused or not all(map(several, labels)):
        return CLASH  # Nobody has no class and one.
    if here.parts is _one:
        return None
    given = tuple(sorted({one for label in labels for one in names[label]}))
    joined = json.dumps(given, ensure_ascii=False)
    names[joined] = given
    return joined


def _one(label: str) -> tuple[str, ...]:
    return (label,)


def _spelled(
    names: Mapping[str, tuple[str, ...]], counts: Mapping[str, int], here: _Here
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the names with one spelling for each class, and what is to be said of the others.

    That of a class that is there stays; of new ones the most frequent, then the first.
    """
    alike: dict[str, dict[str, int]] = {}
    for label, given in names.items():
        for one in given:
            spellings = alike.setdefault(projects.name_key(one), {})
            spellings[one] = spellings.get(one, 0) + counts[label]
    kept = {
        key: here.names.get(key) or max(sorted(found), key=lambda one: found[one])
        for key, found in alike.items()
    }
    one_each = {
        label: tuple(dict.fromkeys(kept[projects.name_key(one)] for one in given))
        for label, given in names.items()
    }
    many = {kept[key]: {*found, kept[key]} for key, found in alike.items()}
    return one_each, _notes({name: found for name, found in many.items() if len(found) > 1})


def _notes(many: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    told = [_note(name, sorted(found)) for name, found in sorted(many.items())[:NOTES_TOLD]]
    rest = len(many) - len(told)
    if rest:
        are = "class is" if rest == 1 else "classes are"
        told.append(f"{rest:,} more {are} spelled in several ways and taken as one, too.")
    return tuple(told)


def _note(name: str, spellings: list[str]) -> str:
    shown = ", ".join(map(_short, spellings[:SPELLINGS_TOLD]))
    rest = len(spellings) - SPELLINGS_TOLD
    more = f" and {rest:,} more" if rest > 0 else ""
    return (
        f"{len(spellings):,} spellings of one class are taken as one: {shown}{more}. "
        f"Its name is {_short(name)}."
    )


def _short(name: str) -> str:
    return repr(name[:LONGEST_NAME_TOLD])


def _refuse_all(labels: FoundLabels) -> None:
    path, reason = labels.first_unusable[0]
    if all(one.endswith(_LIST) for _, one in labels.first_unusable):
        raise InputError(
            f"Each label {_LIST}.",
            hint="Make a project whose items may have several: labeler new NAME --multi-label.",
        )
    if labels.come_from == "column":
        raise InputError(
            f"No label can be used: {labels.unusable:,} refused. The first: {path}, {reason}.",
            hint="Does the column of the labels really name classes?",
        )
