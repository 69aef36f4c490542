"""Whom clients in a sandbox trust: the system's certificates, the operator's and our own, in one file that they are shown."""

import os
import ssl
import tempfile
from pathlib import Path

from forgecrew.core.errors import ConfigError

_SYSTEM = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
BUNDLE = "ca.pem"


def bundle(folder: Path, *more: str) -> Path:
    """A folder to mount, with BUNDLE in it: the system's certificates and some more as PEM."""
    shown = folder / "trust"
    shown.mkdir(mode=0o755, exist_ok=True)
    shown.chmod(0o755)
    text = "\n".join([_system(), *more])
    target = shown / BUNDLE
    if not target.exists() or target.read_text("utf-8") != text:
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as fresh:
            fresh.write(text)
        os.chmod(fresh.name, 0o644)
        os.replace(fresh.name, target)
    return shown


def read_ca(file: str) -> str:
    """The operator's certificates, empty without a file. Raises ConfigError."""
    if not file:
        return ""
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"egress.ca_file: {file} cannot be read: {error}") from error


def outgoing(file: str) -> ssl.SSLContext:
    """How servers are verified when we speak to them ourselves. Raises ConfigError."""
    context = ssl.create_default_context()
    try:
        if file:
            context.load_verify_locations(file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"egress.ca_file: {file} holds no certificates: {error}") from error
    return context


def _system() -> str:
    paths = ssl.get_default_verify_paths()
    for path in (paths.cafile, *_SYSTEM):
        if path and Path(path).is_file():
            return Path(path).read_text("utf-8", "replace")
    return ""
