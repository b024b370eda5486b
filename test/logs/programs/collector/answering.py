"""Two OTLP/HTTP receivers of no use: 24319 answers in turn 401, 429, 413, 400, 503; 24320 says nothing for three seconds."""
import http.server
import itertools
import threading
import time

answers = itertools.cycle([401, 429, 413, 400, 503])


class Refusing(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(next(answers))
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Slow(Refusing):
    def do_POST(self):
        time.sleep(3)


threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", 24320), Slow).serve_forever, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", 24319), Refusing).serve_forever()
