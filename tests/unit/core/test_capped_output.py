"""Output is bounded whatever comes, and says what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.capped_output import CappedOutput


@given(st.lists(st.binary(max_size=50), max_size=30), st.integers(2, 40))
def test_head_and_tail_are_kept(blocks: list[bytes], bytes_max: int) -> None:
    output = CappedOutput(bytes_max)
    for block in blocks:
        output.add(block)
    whole = b"".join(blocks)
    assert output.total_bytes == len(whole)
    if len(whole) <= bytes_max:
        assert (output.content(), output.dropped_bytes) == (whole, 0)
    else:
        half = bytes_max // 2
        assert output.dropped_bytes == len(whole) - bytes_max
        assert output.content().startswith(whole[:half])
        assert output.content().endswith(whole[-(bytes_max - half) :])
        assert b"[... %d bytes left out ...]" % output.dropped_bytes in output.content()
