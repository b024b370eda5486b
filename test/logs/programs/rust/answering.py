"""An OTLP/HTTP receiver of no use on 127.0.0.1:24321: traces are answered in turn 400, 429, 401, 413, 503; of logs two
records are rejected (partial success); metrics get no answer for three seconds."""
import http.server
import itertools
import time

answers = itertools.cycle([400, 429, 401, 413, 503])
reason = b"log record 7 has no body"
inner = b"\x08\x02\x12" + bytes([len(reason)]) + reason
partial = b"\x0a" + bytes([len(inner)]) + inner


class Refusing(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = partial if self.path == "/v1/logs" else b""
        if self.path == "/v1/metrics":
            time.sleep(3)
        self.send_response(next(answers) if self.path == "/v1/traces" else 200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", 24321), Refusing).serve_forever()
