"""What clients in a sandbox are told by their environment: the proxy, and whom to trust."""

PORT = 3128
"""Of the sandbox's private loopback."""

_LOCAL = "localhost,127.0.0.1,::1"
_BUNDLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO",
)  # fmt: skip


def client_env(bundle: str, packages: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Variables that curl, git, pip, npm, cargo, Go, Maven and Gradle heed; `bundle` is a file of certificates or nothing."""
    proxy = f"http://127.0.0.1:{PORT}"
    named = [(name, proxy) for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")]
    named += [("NO_PROXY", _LOCAL), ("no_proxy", _LOCAL), ("npm_config_noproxy", _LOCAL)]
    named += [("MAVEN_OPTS", _java()), ("GRADLE_OPTS", _java())]
    return (*named, *((name, bundle) for name in _BUNDLES if bundle), *packages)


def _java() -> str:
    options = [f"-D{scheme}.proxyHost=127.0.0.1 -D{scheme}.proxyPort={PORT}" for scheme in ("http", "https")]
    return " ".join([*options, "-Dhttp.nonProxyHosts=localhost|127.*"])
