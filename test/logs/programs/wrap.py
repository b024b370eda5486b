"""Puts a log into the envelope of its carrier: wrap.py <cri|docker|timestamps|prefix> [WIDTH] < in > out.

cri: containerd's files, lines longer than WIDTH bytes cut into P parts (containerd itself cuts at 16 KiB).
docker: the json-file driver, cut the same way. timestamps, prefix: kubectl logs --timestamps, --prefix.
"""
import datetime
import json
import sys

kind = sys.argv[1]
width = int(sys.argv[2]) if len(sys.argv) > 2 else 16384
start = datetime.datetime(2026, 11, 25, 5, 0, 0)
out = sys.stdout.buffer


def stamp(i):
    at = start + datetime.timedelta(milliseconds=137 * i)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{(i * 7919) % 1000:03d}Z"


i = 0
for line in sys.stdin.buffer.read().removesuffix(b"\n").split(b"\n"):
    parts = [line[at : at + width] for at in range(0, len(line), width)] or [b""]
    for n, part in enumerate(parts):
        last = n == len(parts) - 1
        if kind == "cri":
            out.write(f"{stamp(i)} stderr {'F' if last else 'P'} ".encode() + part + b"\n")
        elif kind == "docker":
            text = part.decode() + ("\n" if last else "")
            out.write(json.dumps({"log": text, "stream": "stderr", "time": stamp(i)}, separators=(",", ":")).encode() + b"\n")
        elif kind == "timestamps":
            out.write(stamp(i).encode() + b" " + part + b"\n")
        else:
            out.write(b"[pod/otlp-hub-7d9c5b6f4-x2x8z/hub] " + part + b"\n")
        i += 1
