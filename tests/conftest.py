"""Fixtures: a browser, the sample, and copies of it to spoil."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from browser import chromium
from hypothesis import HealthCheck, settings

# What tests start finds the toolkit compiled, whatever the machine's own setting: it is compiled once, not each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test is about time, and none is red by chance: the same examples each time, and many more on demand.
ALWAYS = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("always", derandomize=True, **ALWAYS)
settings.register_profile("deep", max_examples=20_000, print_blob=True, **ALWAYS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "always"))

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "binh-phuoc" / "2023-09"
XA_MAU = ROOT / "data" / "xa-mau" / "2025-q3"


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: while a test waits for a browser or a process of its own, another is done."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="module")
def browser():
    """One browser for the tests of a module."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample's folder, to spoil."""
    folder = tmp_path / "binh-phuoc" / "2023-09"
    shutil.copytree(SAMPLE, folder)
    shutil.copy(SAMPLE.parent / "office.key", folder.parent)
    return folder
