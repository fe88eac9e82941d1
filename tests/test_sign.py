"""A signature over a manifest: which key it fits, never who holds that key."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from test_verify import inputs as inputs  # noqa: PLC0414
from test_verify import made, said, told  # noqa: F401  the outputs that are audited once

from audit.evidence import kept, signing
from audit.ground.terms import AuditError


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Path:
    """A private key, its public one beside it."""
    private = tmp_path_factory.mktemp("keys") / "thanh-tra.key"
    kept.new_pair(private)
    return private


@pytest.fixture
def signed(made, key, tmp_path) -> Path:  # noqa: F811
    """Outputs that are signed, to spoil."""
    copied = Path(shutil.copytree(made["internal"], tmp_path / "2025-04"))
    kept.sign(copied, key)
    return copied


def public(key: Path) -> Path:
    return key.with_name(f"{key.name}.pub")


def of_signature(path: Path, key: Path | None) -> tuple[str, str]:
    (found,) = [
        (how, line) for how, lines in told(path, public_key=key).items() for line in lines if "sign" in line.lower()
    ]
    return found


def test_a_private_key_is_for_its_owner_alone(key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("there", ["moi.key", "moi.key.pub"])
def test_a_key_is_never_written_over(tmp_path, there):
    (tmp_path / there).write_text("x", encoding="utf-8")
    with pytest.raises(AuditError, match="never written over"):
        kept.new_pair(tmp_path / "moi.key")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["x"]


def test_a_key_is_not_written_through_a_link(tmp_path):
    (tmp_path / "moi.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditError, match="never written over"):
        kept.new_pair(tmp_path / "moi.key")
    assert not (tmp_path / "elsewhere").exists()


def test_a_signature_names_the_key_file_and_says_that_it_does_not_prove_who_signed(signed, key):
    how, line = of_signature(signed, public(key))
    assert how == "same"
    assert "thanh-tra.key.pub" in line
    assert "does not prove who signed" in line
    assert signing.fingerprint(public(key).read_bytes(), "") in line


def test_a_signature_by_another_key_and_a_manifest_changed_afterwards_differ(signed, key, tmp_path):
    other = kept.new_pair(tmp_path / "khac.key")
    assert of_signature(signed, other)[0] == "differs"
    assert of_signature(signed, public(key))[0] == "same"
    path = signed / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"as_of":"2025-05-05"', b'"as_of":"2025-05-06"'))
    assert of_signature(signed, public(key))[0] == "differs"


@pytest.mark.parametrize("content", [b"", b"x" * 64, b"x" * 63])
def test_noise_in_place_of_a_signature_differs(signed, key, content):
    (signed / "manifest.sig").write_bytes(content)
    assert of_signature(signed, public(key))[0] == "differs"


def test_a_signature_without_a_public_key_is_not_said_to_be_good(signed):
    assert of_signature(signed, None) == (
        "unknown", "There is a signature (manifest.sig) and no public key was given (--public-key): it is not checked.",
    )  # fmt: skip


def test_a_signature_that_is_missing_differs_where_a_key_was_given(signed, key):
    (signed / "manifest.sig").unlink()
    assert of_signature(signed, public(key))[0] == "differs"
    assert of_signature(signed, None)[0] == "unknown"


def test_nothing_is_signed_that_is_not_as_the_manifest_lists_it(signed, key):
    (signed / "manifest.sig").unlink()
    (signed / "audit.html").write_text("x", encoding="utf-8")
    with pytest.raises(AuditError, match="nothing is signed"):
        kept.sign(signed, key)
    (signed / "manifest.json").unlink()
    with pytest.raises(AuditError, match=r"has no manifest\.json"):
        kept.sign(signed, key)
    assert not (signed / "manifest.sig").exists()


RSA = b"-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAM\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("content", [b"", b"x", b"\x00\xff", RSA])
def test_a_file_that_is_no_key_is_refused_with_what_to_do(signed, tmp_path, content):
    (tmp_path / "x.key").write_bytes(content)
    with pytest.raises(AuditError, match=r"no private Ed25519 key"):
        kept.sign(signed, tmp_path / "x.key")
    with pytest.raises(AuditError, match=r"no public Ed25519 key"):
        told(signed, public_key=tmp_path / "x.key")


def test_a_private_key_given_as_a_public_one_is_refused(signed, key):
    with pytest.raises(AuditError, match="no public Ed25519 key"):
        told(signed, public_key=key)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_a_public_tool_says_the_same_of_a_signature(signed, key):
    def openssl() -> int:
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public(key), "-rawin", "-in",
                   signed / "manifest.json", "-sigfile", signed / "manifest.sig"]  # fmt: skip
        return subprocess.run(command, capture_output=True, check=False, env=os.environ).returncode

    assert openssl() == 0
    (signed / "manifest.json").write_bytes(b"{}")
    assert openssl() != 0


def test_the_command_makes_a_pair_signs_and_says_what_it_needs(signed, tmp_path):
    code, shown, _ = said("sign", signed, "--new-key", tmp_path / "moi.key")
    assert code == 0
    assert [line.split(":")[0] for line in shown.splitlines()] == ["Khóa riêng", "Đã ký manifest.json"]
    assert of_signature(signed, tmp_path / "moi.key.pub")[0] == "same"
    assert said("sign", signed, "--new-key", tmp_path / "moi.key")[0] == 1
    code, _, beside = said("sign", signed)
    assert (code, "--new-key" in beside) == (2, True)
