"""A certificate authority for one run: what it signs is for this machine's names only."""

import contextlib
import ipaddress
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from batchtui.emulator.machines.guardian import Base

VALID = timedelta(days=397)
NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Tls:
    """What a server needs to speak TLS, and the file by which clients trust it."""

    context: ssl.SSLContext
    ca: str


@contextlib.contextmanager
def own_tls(host: str) -> Iterator[Tls]:
    """A new authority and a certificate of it for loopback and the host.

    The authority's certificate is in a directory that goes when this ends, or when the next
    emulator begins should this one be killed; its key is nowhere, the server's in no file once
    it is loaded.
    """
    with contextlib.closing(Base()) as base:
        authority_key, authority = _authority()
        key, certificate = _server(authority_key, authority, host)
        ca = base.path / "ca.pem"
        ca.write_bytes(_pem(authority))
        ca.chmod(0o644)
        yield Tls(_context(base.path / "server.pem", key, certificate), str(ca))


def _context(path: Path, key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> ssl.SSLContext:
    """OpenSSL takes keys from files only: one that nobody else can read, for that moment."""
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret + _pem(cert))
        context.load_cert_chain(path)
    finally:
        path.unlink(missing_ok=True)
    return context


def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("batchtui emulator CA")
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = _builder(name, name, key).add_extension(x509.BasicConstraints(True, 0), True)
    return key, builder.add_extension(usage, True).sign(key, hashes.SHA256())


def _server(
    authority_key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, host: str
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [_general_name(name) for name in dict.fromkeys((*NAMES, host))]
    certificate = (
        _builder(_name("batchtui emulator"), authority.subject, key)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.SubjectAlternativeName(names), False)
        .add_extension(_usage(digital_signature=True), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), False
        )
        .sign(authority_key, hashes.SHA256())
    )
    return key, certificate


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A client's clock may be behind.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
