"""Runs inside a pod of the tests: the HTTP server of agent-sandbox's python runtime, in what we use of it."""

import http.server
import json
import os
import shlex
import signal
import subprocess

BASE = os.environ.get("SANDBOX_BASE_DIR", "/workspace")


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def answer(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.answer({"status": "ok"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/upload":
            boundary = b"--" + self.headers["content-type"].partition("boundary=")[2].encode()
            head, _, rest = body.partition(b"\r\n\r\n")
            name = head.partition(b'filename="')[2].partition(b'"')[0].decode()
            path = os.path.realpath(os.path.join(BASE, name))
            assert os.path.commonpath([os.path.realpath(BASE), path]) == os.path.realpath(BASE)
            with open(path, "wb") as file:
                file.write(memoryview(rest)[: rest.rindex(b"\r\n" + boundary)])
            self.answer({"message": "uploaded"})
            return
        line = shlex.split(json.loads(body)["command"])
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(line, text=True, cwd=BASE, start_new_session=True, **pipes) as process:
            try:
                out, err = process.communicate(timeout=300)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, err = process.communicate()
        self.answer({"stdout": out, "stderr": err, "exit_code": process.returncode})


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


if __name__ == "__main__":
    Server(("127.0.0.1", 8888), Handler).serve_forever()
