"""Signatures by Ed25519 (RFC 8032): a pair of keys, a signature over a manifest, and whether one fits.

Keys are PEM files and a signature is its 64 bytes, so that `openssl pkeyutl -verify -rawin` tells the same.
"""

import hashlib

from audit.ground.extras import needs
from audit.ground.terms import AuditError

with needs("sign"):
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
        load_pem_private_key,
        load_pem_public_key,
    )


def new_pair() -> tuple[bytes, bytes]:
    """A private key and its public one, each as the content of its file."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), _pem(key.public_key())


def signature(content: bytes, private: bytes, name: str) -> bytes:
    """The signature of a content by the private key in the file `name`; an AuditError where that holds none."""
    try:
        key = load_pem_private_key(private, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AuditError("sign_no_private_key", file=name) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AuditError("sign_no_private_key", file=name)
    return key.sign(content)


def fits(content: bytes, signed: bytes, public: bytes, name: str) -> bool:
    """Whether a signature of a content is by the key in the file `name`; an AuditError where that holds none."""
    try:
        _public(public, name).verify(signed, content)
    except InvalidSignature:
        return False
    return True


def fingerprint(public: bytes, name: str) -> str:
    """The SHA-256 of the 32 bytes of a public key, by which two people compare it aloud."""
    return hashlib.sha256(_public(public, name).public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def _public(content: bytes, name: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AuditError("sign_no_public_key", file=name) from error
    if not isinstance(key, Ed25519PublicKey):
        raise AuditError("sign_no_public_key", file=name)
    return key


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
