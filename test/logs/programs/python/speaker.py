"""Says what a Python service says: `python3 speaker.py <logging|basic|traceback|thread|asyncio|warnings|chained|cause|group>`."""
import asyncio
import logging
import socket
import sys
import threading
import urllib.request
import warnings

log = logging.getLogger("otlp.bridge")


def connect(port):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def export(batch):
    try:
        urllib.request.urlopen("http://127.0.0.1:4/v1/traces", data=b"", timeout=1)
    except OSError as error:
        raise RuntimeError(f"batch {batch} was not exported") from error


def decode(payload):
    try:
        return {"spans": 3}[payload]
    except KeyError:
        return int(payload)


def talk():
    log.info("bridge starting, pid file /run/bridge-%d.pid", 4711)
    for batch in (17, 18):
        log.debug("batch %d has %d spans", batch, batch * 8)
        try:
            export(batch)
        except RuntimeError:
            log.exception("export of batch %d failed", batch)
    log.warning("queue at %d of %d, timeout=30000ms", 1900, 2048)
    log.info("flush took %.3f s", 1.734)
    log.info("error budget is fine: 0 errors")
    log.critical("no space left on device: /var/spool/bridge")


async def forgotten():
    async def work():
        raise ValueError("span without a trace id")

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    del task


def main(what):
    if what == "basic":
        logging.basicConfig(level=logging.INFO)
        return talk()
    logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if what == "logging":
        return talk()
    log.info("bridge starting, pid file /run/bridge-%d.pid", 4712)
    if what == "traceback":
        connect(4)
    if what == "thread":
        worker = threading.Thread(target=connect, args=(4,), name="exporter-0")
        worker.start()
        worker.join()
        log.info("bridge goes on without exporter-0")
    if what == "asyncio":
        asyncio.run(forgotten())
        log.info("bridge goes on")
    if what == "warnings":
        warnings.warn("option batch.timeout is deprecated", DeprecationWarning, stacklevel=1)
        log.info("bridge goes on")
    if what == "chained":
        decode("many")
    if what == "cause":
        export(19)
    if what == "group":
        errors = []
        for port in (4, 5):
            try:
                connect(port)
            except OSError as error:
                error.add_note(f"port {port} of the bridge")
                errors.append(error)
        raise ExceptionGroup("no receiver is up", errors)


main(sys.argv[1])
