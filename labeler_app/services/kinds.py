"""What differs between images, texts and rows of a table, in one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from labeler_app.core import audit, copies, resemblance
from labeler_app.core.arrays import Array, IndexArray
from labeler_app.core.copies import Grouping
from labeler_app.errors import InputError
from labeler_app.services.contents import Contents
from labeler_app.services.pictures import Pictures
from labeler_app.services.things import Things
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store.items import ItemRow


@dataclass(frozen=True, slots=True)
class Kind:
    """What is particular to one kind of item."""

    noun: str
    embedder: str
    """What it is embedded with where nothing else is wished."""
    fit_sample: int
    """Items an embedder learns from, at most."""
    relearns: bool
    """Whether it learns again from a pool that has grown a lot, and all is embedded anew: the words
    of ten texts are not those of ten thousand."""
    signatures: str
    """Name and revision of the files of what near-duplicates are found by."""
    open: Callable[[Workspace, Sequence[ItemRow | None]], Things]
    alike: Callable[[Array, IndexArray], IndexArray]
    """From all signatures and the reserved positions to those nearly the same."""
    copies: Callable[[Array, IndexArray], Grouping]
    """From all signatures and the positions that may be in none to groups of near-duplicates, by
    the same measure."""

    def config(self) -> ProjectConfig:
        """Return the settings a project of this kind begins with."""
        return ProjectConfig(embedder=self.embedder)


KINDS: Mapping[str, Kind] = {
    "image": Kind(
        noun="image",
        embedder="patches",
        fit_sample=1_000,
        relearns=False,
        signatures="luma@1",
        open=Pictures,
        alike=audit.near_duplicates,
        copies=copies.by_luma,
    ),
    "text": Kind(
        noun="text",
        embedder="tfidf",
        fit_sample=20_000,
        relearns=True,
        signatures="shingles@1",
        open=partial(Contents, kind="text"),
        # Of 20 words one is another.
        alike=partial(resemblance.alike, share=0.8),
        copies=partial(copies.by_signature, share=0.8),
    ),
    "table": Kind(
        noun="row",
        embedder="table",
        fit_sample=20_000,
        relearns=True,
        signatures="cells@1",
        open=partial(Contents, kind="table"),
        # Rows that differ in one value are two items.
        alike=partial(resemblance.alike, share=1.0),
        copies=partial(copies.by_signature, share=1.0),
    ),
}


def of(kind: str) -> Kind:
    """Return what is particular to a kind.

    Raises
    ------
    InputError
        If there is no such kind.
    """
    if kind not in KINDS:
        raise InputError(f"There is no kind {kind!r}.", hint=f"Known: {', '.join(KINDS)}.")
    return KINDS[kind]
