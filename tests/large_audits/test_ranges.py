"""Keys cut into ranges: together the ranges are all keys, and each key is in one of them."""

from __future__ import annotations

import bisect

from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_s3_encryption.large.ranges import KeyRange, split, split_all

KEYS = st.sets(
    st.one_of(
        st.from_regex(r"t/(dt=20[0-9]{2}/)?part-0000[0-9]{1,3}", fullmatch=True),
        st.text(
            st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
            min_size=1,
            max_size=6,
        ).map(lambda text: "t/" + text),
    ),
    max_size=40,
)


def listed(keys, part):
    return [
        key
        for key in keys
        if key.startswith(part.prefix)
        and (part.after is None or key > part.after)
        and (part.until is None or key <= part.until)
    ]


def asking(keys):
    """What finds the first key after another, and how often it was asked."""
    ordered = sorted(keys)
    asked = []

    def first(prefix, after):
        asked.append(after)
        begin = bisect.bisect_left(ordered, prefix)
        begin = begin if after is None else max(begin, bisect.bisect_right(ordered, after))
        found = ordered[begin] if begin < len(ordered) else None
        return found if found is not None and found.startswith(prefix) else None

    return first, asked


@given(KEYS, st.integers(1, 12))
def test_every_key_is_in_exactly_one_range_whatever_the_keys_are(keys, count):
    first, _ = asking(keys)
    parts = split_all([KeyRange("t/")], count, first)
    found = [key for part in parts for key in listed(keys, part)]
    assert sorted(found) == sorted(keys)
    assert len(parts) <= count


def test_a_folder_without_subfolders_is_cut_in_the_middle_of_where_its_keys_differ():
    keys = {f"t/part-{number:05}-c000.parquet" for number in range(1000)}
    first, asked = asking(keys)
    parts = split_all([KeyRange("t/")], 8, first)
    sizes = [len(listed(keys, part)) for part in parts]
    assert (len(parts), sum(sizes)) == (8, 1000)
    assert max(sizes) <= 300
    assert len(asked) <= 7 * 20


def test_partitions_by_day_are_cut_between_days():
    keys = {
        f"t/dt=2024-{m:02}-{d:02}/part-{n}" for m in range(1, 13) for d in (1, 9) for n in (1, 2)
    }
    first, _ = asking(keys)
    parts = split(KeyRange("t/"), first)
    assert [len(listed(keys, part)) > 0 for part in parts] == [True, True]


def test_one_key_cannot_be_cut_and_no_key_is_no_range():
    first, _ = asking({"t/only"})
    assert split_all([KeyRange("t/")], 4, first) == [KeyRange("t/")]
    first, _ = asking(set())
    assert split_all([KeyRange("t/")], 4, first) == []


def test_a_range_that_stopped_within_the_versions_of_its_last_key_is_not_given_up():
    first, _ = asking({"t/a"})
    rest = KeyRange("t/", "t/a", None, "v1")
    assert split_all([rest], 2, first) == [rest]


def test_the_first_of_two_ranges_goes_on_within_the_versions_of_its_key():
    keys = {"t/a", "t/b", "t/c", "t/d"}
    first, _ = asking(keys)
    one, other = split(KeyRange("t/", "t/a", None, "v1"), first)
    assert (one.after, one.version, other.version) == ("t/a", "v1", None)
