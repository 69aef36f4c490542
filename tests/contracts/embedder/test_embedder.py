"""What every embedder does."""

import numpy as np

from forgecrew.ports.embedder import Embedder

TEXTS = [f"number {at} of the worker hangs" for at in range(70)]


async def test_unit_rows_in_the_order_of_the_texts(embedder: Embedder) -> None:
    profile = await embedder.profile()
    rows = await embedder.embed(TEXTS)
    assert rows.shape == (70, profile.dimension) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for at in (0, 33, 69):
        alone = await embedder.embed([TEXTS[at]])
        assert np.allclose(alone[0], rows[at], atol=1e-4)


async def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert (await embedder.embed([])).shape == (0, (await embedder.profile()).dimension)


async def test_texts_that_share_meaning_are_nearer(embedder: Embedder) -> None:
    asked, near, far = await embedder.embed(["the worker hangs", "the worker hangs after restart", "buy green apples"])
    assert asked @ near > asked @ far + 0.2


async def test_a_very_long_text_and_broken_characters_are_taken(embedder: Embedder) -> None:
    rows = await embedder.embed(["restart " * 20_000, "half a character \ud83d", ""])
    assert np.isfinite(rows).all() and np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


async def test_words_fit_what_the_profile_tells(embedder: Embedder) -> None:
    found = await embedder.embed_words(["the worker hangs"])
    assert bool(found) == bool((await embedder.profile()).word_dimension)
