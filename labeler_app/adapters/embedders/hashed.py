"""Words of short free texts as a few numbers, without a vocabulary: each word has its place."""

import re
import zlib
from collections.abc import Sequence

import numpy as np

from labeler_app.core.arrays import FloatArray

WORDS = 64
_WORD = re.compile(r"\w+")


def hashed_words(texts: Sequence[str]) -> FloatArray:
    """Return one vector of length 1 per text, all 0 for a text without words.

    Returns
    -------
    array of shape (n, 64)

    References
    ----------
    "Feature hashing for large scale multitask learning", ICML 2009.
    """
    out = np.zeros((len(texts), WORDS))
    for row, text in enumerate(texts):
        for word in _WORD.findall(text.casefold()):
            digest = zlib.crc32(word.encode("utf-8"))
            out[row, digest % WORDS] += 1.0 if digest & 0x8000_0000 else -1.0
    lengths = np.sqrt((out * out).sum(axis=1, keepdims=True))
    return np.asarray(out / np.maximum(lengths, 1e-9))
