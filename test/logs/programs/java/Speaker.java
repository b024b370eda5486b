import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Says what a Java service says: Speaker logback | util | uncaught | memory. */
public class Speaker {
  static void connect() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", 4), 1000);
    }
  }

  static void export(int batch) {
    try {
      connect();
    } catch (IOException e) {
      throw new IllegalStateException("batch " + batch + " was not exported", e);
    }
  }

  static void logback() {
    var log = org.slf4j.LoggerFactory.getLogger("com.example.otlp.Bridge");
    log.info("Bridge starting on port {}", 4317);
    for (int batch = 21; batch < 23; batch++) {
      log.debug("batch {} has {} spans", batch, batch * 8);
      try {
        export(batch);
      } catch (IllegalStateException e) {
        log.error("Export of batch {} failed", batch, e);
      }
    }
    log.warn("Export took 2750 ms");
    log.info("Connection timeout is 10000 ms, ERROR threshold 5");
    log.trace("poll");
  }

  static void util() {
    var log = java.util.logging.Logger.getLogger("com.example.otlp.Bridge");
    log.info("Bridge starting on port 4317");
    log.warning("Batch of 512 spans is large");
    try {
      export(23);
    } catch (IllegalStateException e) {
      log.log(java.util.logging.Level.SEVERE, "Export failed", e);
    }
    log.fine("not shown");
    log.info("Bridge stopped after 3600000 ms");
  }

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "logback" -> logback();
      case "util" -> util();
      case "uncaught" -> {
        var log = org.slf4j.LoggerFactory.getLogger("com.example.otlp.Bridge");
        log.info("Bridge starting on port {}", 4317);
        Thread worker = new Thread(() -> export(24), "exporter-0");
        worker.start();
        worker.join();
        log.info("Bridge goes on without exporter-0");
        try {
          export(25);
        } catch (IllegalStateException e) {
          throw new RuntimeException("Bridge cannot go on", e);
        }
      }
      case "memory" -> {
        org.slf4j.LoggerFactory.getLogger("com.example.otlp.Bridge").info("Bridge starting on port {}", 4317);
        List<byte[]> kept = new ArrayList<>();
        while (true) kept.add(new byte[8 << 20]);
      }
    }
  }
}
