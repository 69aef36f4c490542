"""How Chromium is started inside: by whatever name it has there, quiet, small, and with the outlet as its only way out."""

DEBUG_PORT = 9222
WIDTH, HEIGHT = 1280, 800
MISSING = "no browser here"
PACKAGES = "install chromium-headless-shell or chromium (Debian, Ubuntu: `sudo apt install chromium-headless-shell`)"

_PROGRAMS = (
    "chromium-headless-shell", "/usr/lib/chromium/chromium", "chromium", "chromium-browser",
    "/usr/lib64/chromium-browser/chromium-browser",
    "google-chrome",
)  # fmt: skip
_OFF = (
    "Translate", "MediaRouter", "OptimizationHints", "AutofillServerCommunication", "CertificateTransparencyComponentUpdater",
    "SpareRendererForSitePerProcess", "BackForwardCache", "AcceptCHFrame", "DialMediaRouteProvider",
)  # fmt: skip
_FLAGS = (
    # The walls are those of the sandbox around it: its own would need user namespaces inside.
    "--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--in-process-gpu", "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability", "--disable-breakpad",
    "--disable-quic", "--dns-prefetch-disable", "--mute-audio", "--metrics-recording-only", "--no-pings",
    "--renderer-process-limit=2", "--user-data-dir=/tmp/browser", f"--remote-debugging-port={DEBUG_PORT}",
    f"--window-size={WIDTH},{HEIGHT}", f"--disable-features={','.join(_OFF)}",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip


def command(proxy_port: int) -> tuple[str, ...]:
    """The command line; it prints MISSING where none of the programs is there."""
    tries = " ".join(_PROGRAMS)
    script = f'for one in {tries}; do command -v "$one" >/dev/null && exec "$one" "$@"; done; echo {MISSING}; exit 127'
    # Loopback goes through the proxy too: inside there is nothing of anybody's, and the debugging port is not for pages.
    way = (f"--proxy-server=http://127.0.0.1:{proxy_port}", "--proxy-bypass-list=<-loopback>")
    return ("/bin/sh", "-c", script, "sh", *_FLAGS, *way, "about:blank")
