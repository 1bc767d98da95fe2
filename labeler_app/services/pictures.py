"""Pictures of many items as an embedder reads them: opened one at a time, the unreadable noted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
from PIL import Image

from labeler_app.adapters.embedders import Place
from labeler_app.core.arrays import FloatArray
from labeler_app.errors import FormatError
from labeler_app.log import line, logger
from labeler_app.services import images
from labeler_app.services.things import places
from labeler_app.services.workspace import Workspace
from labeler_app.store.items import ItemRow

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Pictures(Sequence[Image.Image]):
    """Pictures opened one at a time: many of them would not fit into memory together.

    Attributes
    ----------
    rows
        The items; a place without one is grey.
    luma
        By item: the brightness of the pictures read so far.
    unread
        Items whose picture could not be read; a grey one stands in.
    """

    ws: Workspace
    rows: Sequence[ItemRow | None]
    luma: dict[int, FloatArray] = field(default_factory=dict)
    unread: list[ItemRow] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Image.Image: ...

    @overload
    def __getitem__(self, place: slice) -> "Pictures": ...

    def __getitem__(self, place: int | slice) -> "Image.Image | Pictures":
        if isinstance(place, slice):
            return Pictures(self.ws, self.rows[place], self.luma, self.unread)
        row = self.rows[place]
        image = None if row is None else self._open(row)
        if image is None:
            return Image.new("L", (16, 16), 128)
        if row is not None and row.id not in self.luma:
            self.luma[row.id] = images.luma(image)
        return image

    @property
    def places(self) -> Sequence[Place]:
        """Where the items stand in the pool."""
        return places(self.rows)

    @property
    def read(self) -> Sequence[int]:
        """Items whose picture was read."""
        return list(self.luma)

    def signatures(self) -> FloatArray:
        """Return the brightness of all pictures, (n, 256); those nobody read yet are read now."""
        lost = {row.id for row in self.unread}
        for place, row in enumerate(self.rows):
            if row is not None and row.id not in self.luma and row.id not in lost:
                self[place]
        flat = np.zeros(256, dtype=np.float32)
        return np.stack([flat if row is None else self.luma.get(row.id, flat) for row in self.rows])

    def _open(self, row: ItemRow) -> Image.Image | None:
        try:
            return images.open_screen(self.ws, row)
        except FormatError as error:
            log.warning(line("item-unreadable", item=row.id, reason=error.problem))
            self.unread.append(row)
            return None
