"""Fields that several shapes have: numbers, names of events, moments, each within its bounds."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

# What lies outside is no time of an answer, and some of it no date that every system can write.
FIRST_YEAR, LAST_YEAR = 2000, 2199


def _if_of_our_time(moment: datetime | None) -> datetime | None:
    """Forget what a clock gone wrong says: the answer counts all the same."""
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment


Id = Annotated[int, Field(ge=1, le=2**53)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
EventId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9a-zA-Z-]+$")]
Moment = Annotated[datetime | None, AfterValidator(_if_of_our_time)]
"""Of a person's clock; None where that stands in another century."""
