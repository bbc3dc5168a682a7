"""Random numbers that stay the same when something else is added."""

from zlib import crc32

import numpy as np

# Lives are made in chunks of this many customers. Every chunk is made whole and then cut to the
# total wanted, so customer 421 lives the same life among 500 and among a million.
CHUNK = 1_000


def stream(seed: int, chunk: int, topic: str) -> np.random.Generator:
    """Return the random numbers of one topic of one chunk.

    A stream for every topic, because one shared stream would change all lives as soon as a
    later topic (complaints, surveys) draws from it.
    """
    return np.random.default_rng([seed, chunk, crc32(topic.encode())])


def pick(random: np.random.Generator, shares: np.ndarray, size: int) -> np.ndarray:
    """Return `size` indices into `shares`, each as likely as its share (they need not sum to 1)."""
    return np.searchsorted(np.cumsum(shares) / np.sum(shares), random.random(size), side="right")
