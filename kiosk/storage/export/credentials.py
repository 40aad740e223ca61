"""Content credentials (C2PA): a signed statement inside a copy of how it was made.

The key belongs to this installation and is made at its first use: a root that is kept by nobody, and a certificate
signed by it. So a reader sees that the copy is whole and unchanged since it left, and that other copies of this
kiosk were signed by the same; not who sits there. Nothing is asked of any network.
"""

import contextlib
import datetime as dt
import os
from pathlib import Path
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk import durable

FILE = "own.pem"
"""The key and then its certificates, readable by this program alone (0600)."""

_YEARS = 30
_C2PA_KINDS = {
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/webp": "image/webp",
    "image/gif": "image/gif",
    "audio/wav": "audio/wav",
    "audio/flac": "audio/flac",
    "audio/mpeg": "audio/mpeg",
    "video/mp4": "video/mp4",
}
_SETTINGS: dict[str, Any] = {
    # A picture of the picture would only make it larger; and nothing is fetched.
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": True},
}


def sign(source: Path, target: Path, mime_type: str, claim: dict[str, Any], keys: Path) -> bool:
    """Write the signed copy; False for a kind of file that cannot carry credentials. Raises `OSError`."""
    kind = _C2PA_KINDS.get(mime_type)
    if kind is None or kind not in c2pa.Builder.get_supported_mime_types():
        return False
    key, chain = own_key(keys)
    info = c2pa.C2paSignerInfo(alg=c2pa.C2paSigningAlg.ES256, sign_cert=chain, private_key=key, ta_url=None)
    context = c2pa.Context.from_dict(_SETTINGS)
    with (
        c2pa.Signer.from_info(info) as signer,
        c2pa.Builder(claim, context=context) as builder,
        source.open("rb") as plain,
        target.open("w+b") as signed,
    ):
        builder.sign(signer, kind, plain, signed)
    return True


def own_key(keys: Path) -> tuple[bytes, bytes]:
    """The key and the certificates of this installation as PEM, made now if there are none. Raises `OSError`."""
    path = keys / FILE
    if not path.exists():
        durable.make_folders(keys, durable=True)
        # Another process may be first; then its key is everybody's.
        with contextlib.suppress(FileExistsError):
            durable.write_new(path, (_new_key(),), durable=True)
    key, begin, chain = path.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    return key, begin + chain


def _new_key() -> bytes:
    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    mark = os.urandom(4).hex()
    root_name = _name(f"Atelier Kiosk {mark} root")
    root = (
        _certificate(root_name, root_name, root_key, years=_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    own = (
        _certificate(_name(f"Atelier Kiosk {mark}"), root_name, key, years=_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem + b"".join(part.public_bytes(serialization.Encoding.PEM) for part in (own, root))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Atelier Kiosk (self-signed)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, years: int
) -> x509.CertificateBuilder:
    # A clock that is a little behind must not see a certificate of the future.
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
