"""Whom clients in a sandbox trust: the system's certificates, the operator's and our own, in one file that they are shown."""

import os
import ssl
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from forgecrew.core.errors import ConfigError

if TYPE_CHECKING:
    from forgecrew.integrations.egress_proxy.authority import Authority

_SYSTEM = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
BUNDLE = "ca.pem"


class Trust:
    """That of one installation, kept in `folder`; `ca_file` holds the operator's certificates (empty: none)."""

    def __init__(self, folder: Path, ca_file: str) -> None:
        self._folder, self._ca_file = folder, ca_file

    def shown(self, *, ours: bool) -> Path | None:
        """The folder that clients are shown, with BUNDLE in it; None when the system's is enough. Raises ConfigError."""
        if not ours and not self._ca_file:
            return None
        return _bundle(self._folder, _read_ca(self._ca_file), *([self._authority.certificate] if ours else []))

    def outgoing(self) -> ssl.SSLContext:
        """How servers are verified when we speak to them ourselves. Raises ConfigError."""
        return self._outgoing

    def as_host(self, host: str) -> ssl.SSLContext:
        """How we play a host that gets a credential."""
        return self._authority.context(host)

    @cached_property
    def _authority(self) -> "Authority":
        from forgecrew.integrations.egress_proxy.authority import Authority  # half a second of imports that few need

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Authority(self._folder)

    @cached_property
    def _outgoing(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        try:
            if self._ca_file:
                context.load_verify_locations(self._ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"egress.ca_file: {self._ca_file} holds no certificates: {error}") from error
        return context


def _bundle(folder: Path, *more: str) -> Path:
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


def _read_ca(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"egress.ca_file: {file} cannot be read: {error}") from error


def _system() -> str:
    paths = ssl.get_default_verify_paths()
    for path in (paths.cafile, *_SYSTEM):
        if path and Path(path).is_file():
            return Path(path).read_text("utf-8", "replace")
    return ""
