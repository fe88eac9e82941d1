"""The office's key: who holds it can trace a masked code back, and nobody else."""

import re
import stat

import pytest
from conftest import SAMPLE
from folders import folder

from audit.ground import key
from audit.ground.terms import AuditError
from audit.reading import load

ONE, OTHER = b"1" * 32, b"2" * 32


def test_a_dossier_has_one_code_under_one_key_and_another_under_another():
    code = key.dossier_code("000.17.53.H48-230824-0001", ONE)
    assert re.fullmatch("[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", code)
    assert code == key.dossier_code("000.17.53.H48-230824-0001", ONE)
    assert code != key.dossier_code("000.17.53.H48-230824-0001", OTHER)
    assert code != key.dossier_code("000.17.53.H48-230824-0002", ONE)


def test_a_finding_has_another_mark_as_soon_as_anything_of_it_is_another():
    found = {"verdict": "late", "days": ["2025-04-01", None]}
    mark = key.fingerprint(found, ONE)
    assert mark == key.fingerprint(dict(reversed(found.items())), ONE)
    assert mark != key.fingerprint(found | {"verdict": "on_time"}, ONE)
    assert mark != key.fingerprint(found, OTHER)


def test_a_key_is_made_once_beside_the_periods_and_only_its_owner_can_read_it(tmp_path):
    periods = [tmp_path / "xa" / name for name in ("2025-q1", "2025-q2")]
    for period in periods:
        period.mkdir(parents=True)
    made = key.made(periods[0])
    assert made == tmp_path / "xa" / "office.key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert key.made(periods[1]) is None
    assert key.read(periods[0]) == key.read(periods[1])
    assert len(key.read(periods[0])) == 32


def test_two_keys_are_never_the_same(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "2025").mkdir(parents=True)
        key.made(tmp_path / name / "2025")
    assert key.read(tmp_path / "a" / "2025") != key.read(tmp_path / "b" / "2025")


def test_without_a_key_nothing_is_audited_and_the_message_says_how_to_have_one(tmp_path):
    path = folder(tmp_path / "a")
    (tmp_path / "office.key").unlink()
    with pytest.raises(AuditError, match="audit run tự tạo khóa"):
        load.office(path)


@pytest.mark.parametrize("text", ["", "abc", "0" * 63, "0" * 64 + "\n" + "1" * 64, "g" * 64])
def test_a_key_that_is_none_is_refused_and_not_repeated(tmp_path, text):
    path = folder(tmp_path / "a")
    (tmp_path / "office.key").write_text(text, encoding="utf-8")
    with pytest.raises(AuditError, match="không phải là khóa") as refused:
        load.office(path)
    assert not text or text not in str(refused.value)


def test_the_key_of_a_sample_masks_no_real_dossiers(tmp_path):
    path = folder(tmp_path / "a")
    (tmp_path / "office.key").write_bytes((SAMPLE.parent / "office.key").read_bytes())
    with pytest.raises(AuditError, match="khóa của dữ liệu mẫu"):
        load.office(path)
    made_up = "made_up = true\n" + (path / "office.toml").read_text(encoding="utf-8")
    (path / "office.toml").write_text(made_up, encoding="utf-8")
    assert load.office(path).key == key.read(SAMPLE)
