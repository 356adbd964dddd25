"""The names that the package offers. Must not know: what they do."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

import jupyterlab_s3_encryption as s3enc


def test_no_name_of_the_package_stands_in_two_of_its_modules_with_two_meanings():
    meanings: dict[str, set[int]] = {}
    names = Counter()
    for module in map(s3enc._module, s3enc._ABOUT_OBJECTS):
        for name in module.__all__:
            names[name] += 1
            meanings.setdefault(name, set()).add(id(getattr(module, name)))
    assert [name for name, found in meanings.items() if len(found) > 1] == []
    assert set(names) <= set(dir(s3enc))


def test_an_audit_of_any_kind_fails_with_the_error_that_the_package_names():
    from jupyterlab_s3_encryption import inventory, large_audits

    assert inventory.AuditError is large_audits.AuditError is s3enc.AuditError


@pytest.mark.parametrize("name", [*s3enc._ABOUT_OBJECTS, "helper", "agent", "magics"])
def test_each_module_can_be_the_first_that_is_imported(name):
    code = f"from jupyterlab_s3_encryption import {name}"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
