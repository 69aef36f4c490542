"""The app that browsers are tried on; it runs in a sandbox."""

import http.server
import time

PAGE = """<!doctype html><html><head><title>Tally</title></head><body style="margin:0;background:#fff">
<div style="width:200px;height:100px;background:#d22222"></div>
<h1 id=h>before</h1><p>Costs of <b>one</b> trip &lt;here&gt;</p><p style="display:none">hidden words</p>
<ul><li>first</li><li>second <a href="/other">the other page</a></li></ul>
<table><tr><th>name</th><th>sum</th></tr><tr><td>Ada</td><td>3</td></tr></table>
<form onsubmit="event.preventDefault(); document.getElementById('out').textContent =
  'saved ' + who.value + ' ' + how.value + ' ' + all.checked">
<label>Name <input id=who></label>
<label>How <select id=how><option value=c>Cash</option><option value=d>Card</option></select></label>
<label><input type=checkbox id=all> All</label> <button>Save</button></form><p id=out></p>
<button onclick="setTimeout(() => { document.getElementById('out').textContent = 'late words' }, 700)">Later</button>
<button onclick="alert('stop and look'); document.getElementById('out').textContent = 'after the alert'">Alert</button>
<button onclick="window.open('/other')">Popup</button>
<button onclick="while (true) {}">Hang</button>
<a href="/other" target="_blank">in a new window</a>
<a href="/file.bin">a download</a>
<script>
document.getElementById("h").textContent = "JS ran " + 6 * 7;
fetch("/api").then((r) => r.text()).then((t) => { document.body.insertAdjacentHTML("beforeend", "<p>api: " + t + "</p>"); });
console.error("something", 12);
console.log("plain");
fetch("http://other.example.org/x").catch(() => 0);
fetch("http://127.0.0.1:9222/json").then((r) => r.text()).then((t) => { document.title = t.slice(0, 20) }).catch(() => 0);
</script></body></html>"""


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, kind, more = self.path.partition("?")[0], "text/html; charset=utf-8", {}
        body = {"/": PAGE, "/api": "hello", "/other": "<title>Other</title><h2>Another page</h2><script>oops()</script>"}.get(
            path
        )
        if path == "/tall":
            body = "<title>Tall</title><div style='height:9000px;background:#eee'>tall</div>"
        if path == "/huge":
            body = "<title>Huge</title>" + "<p>many words</p>" * 20000 + "<a href=/other>last</a>"
        if path == "/file.bin":
            body, kind, more = "data", "application/octet-stream", {"Content-Disposition": "attachment; filename=file.bin"}
        if path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>Endless</title><p>the beginning</p>" + b" " * 4096)
            self.wfile.flush()
            time.sleep(60)
            return
        self.send_response(200 if body is not None else 404)
        data = (body or "nothing here").encode()
        for name, value in {"Content-Type": kind, "Content-Length": len(data), **more}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Answer)
print("listening", flush=True)
server.serve_forever()
