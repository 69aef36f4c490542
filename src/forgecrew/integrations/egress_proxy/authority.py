"""The certificate authority of this installation, made for hosts that get a credential from us; its key stays here."""

import contextlib
import os
import ssl
import tempfile
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from forgecrew.core.host_name import address_of
from forgecrew.core.moment import utc_now

FILE_NAME = "authority.pem"
YEARS, LEAF_DAYS = 10, 7


class Authority:
    """Made once per folder; `certificate` is its PEM, `context` what a host is shown with."""

    def __init__(self, folder: Path) -> None:
        file = folder / FILE_NAME
        if not file.exists():
            _make(file)
        content = file.read_bytes()
        self._certificate = x509.load_pem_x509_certificate(content)
        self._key = serialization.load_pem_private_key(content, None)
        self._folder = folder
        self._contexts: dict[str, tuple[datetime, ssl.SSLContext]] = {}
        self.certificate = self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def context(self, host: str) -> ssl.SSLContext:
        """A server's context with a certificate for one host."""
        made, context = self._contexts.get(host, (None, None))
        if made is None or context is None or utc_now() - made > timedelta(days=1):
            context = self._context(host)
            self._contexts[host] = utc_now(), context
        return context

    def _context(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        address = address_of(host)
        name = x509.DNSName(host) if address is None else x509.IPAddress(ip_address(address))
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._certificate.public_key())  # type: ignore[arg-type]
        signed = (
            _builder(host, self._certificate.subject, key, timedelta(days=LEAF_DAYS))
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())  # type: ignore[arg-type]
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile(dir=self._folder) as held:  # 0600; a context takes files alone
            held.write(_pem(key) + signed.public_bytes(serialization.Encoding.PEM))
            held.flush()
            context.load_cert_chain(held.name)
        return context


def _make(file: Path) -> None:
    """A new key with its certificate, whole or not at all; of two processes that make one, the first wins."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "forgecrew egress")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    signed = (
        _builder("forgecrew egress", name, key, timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    with tempfile.NamedTemporaryFile(dir=file.parent) as fresh:
        fresh.write(_pem(key) + signed.public_bytes(serialization.Encoding.PEM))
        fresh.flush()
        with contextlib.suppress(FileExistsError):
            os.link(fresh.name, file)


def _builder(subject: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: timedelta) -> x509.CertificateBuilder:
    now = utc_now()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + life)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
