import os
from pathlib import Path

import pytest


@pytest.fixture
def real_data() -> Path:
    """The folder of real data sets, where there is one."""
    root = Path(__file__).parents[2]
    folder = Path(os.environ.get("LABELER_TEST_DATA", root.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("Real data are not here; LABELER_TEST_DATA names their folder.")
    return folder
