// Says what a Go service says: speaker <slog-text|slog-json|zap-json|zap-console|log|panic|nil-pointer|panic-error|map-writes>.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
)

func dial() error {
	_, err := net.DialTimeout("tcp", "127.0.0.1:4", time.Second)
	return fmt.Errorf("export batch: %w", err)
}

func speakSlog(handler func() slog.Handler) {
	l := slog.New(handler()).With("service", "otlp-gate")
	l.Info("starting", "version", "1.8.0", "error_budget", 0.01)
	for i := range 3 {
		l.Debug("poll", "attempt", i, "interval", 15*time.Second)
		l.Info("batch exported", "items", 512*(i+1), "duration", time.Duration(90+i)*time.Millisecond)
	}
	l.Info("batch exported", "items", 4096, "duration", 2340*time.Millisecond)
	l.Warn("deadline is close", "timeout", 30*time.Second, "err", context.DeadlineExceeded)
	l.Error("export failed", "err", dial(), "peer", "127.0.0.1:4")
	l.Error("export failed", "err", errors.New("rpc error: code = ResourceExhausted desc = slow down"), "peer", "10.4.0.17:4317")
	l.LogAttrs(context.Background(), slog.LevelError+4, "giving up", slog.String("note", "level=INFO is not mine"))
}

func speakZap(l *zap.Logger, err error) {
	if err != nil {
		panic(err)
	}
	l = l.Named("gate")
	l.Info("starting", zap.String("version", "1.8.0"))
	l.Debug("poll", zap.Int("attempt", 1))
	l.Warn("batch is large", zap.Int("size", 980), zap.Int("threshold", 900))
	l.Error("export failed", zap.Error(dial()), zap.Duration("elapsed", 1520*time.Millisecond))
	l.Info("request served", zap.Duration("latency", 35*time.Millisecond))
	l.Info("request served", zap.Duration("latency", 3100*time.Millisecond))
}

func speakLog() {
	log.Print("starting otlp-gate 1.8.0")
	for i := range 3 {
		log.Printf("accepted connection from 10.4.0.%d:%d", 11+i, 40112+i*7)
	}
	log.Print("export took 1.82s for 512 spans")
	log.Print("error count is 0")
	log.Fatal(dial())
}

type batch struct{ spans []string }

func (b *batch) last(n int) string { return b.spans[n] }

func crash() {
	log.Print("starting otlp-gate 1.8.0")
	var wait sync.WaitGroup
	idle := make(chan int)
	for range 2 {
		wait.Go(func() { <-idle })
	}
	time.Sleep(50 * time.Millisecond)
	fmt.Fprintln(os.Stderr, (&batch{spans: []string{"a", "b", "c"}}).last(len(os.Args)+3))
}

func nilPointer() {
	log.Print("starting otlp-gate 1.8.0")
	var none *batch
	fmt.Fprintln(os.Stderr, none.last(0))
}

func wrapped() {
	log.Print("starting otlp-gate 1.8.0")
	panic(dial())
}

func mapWrites() {
	log.Print("starting otlp-gate 1.8.0")
	m := map[int]int{}
	for w := range 4 {
		go func() {
			for i := range 1_000_000_000 {
				m[i%8] = w
			}
		}()
	}
	time.Sleep(10 * time.Second)
}

func main() {
	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	switch os.Args[1] {
	case "slog-text":
		speakSlog(func() slog.Handler { return slog.NewTextHandler(os.Stderr, options) })
	case "slog-json":
		speakSlog(func() slog.Handler { return slog.NewJSONHandler(os.Stderr, options) })
	case "zap-json":
		speakZap(zap.NewProduction())
	case "zap-console":
		speakZap(zap.NewDevelopment())
	case "log":
		speakLog()
	case "panic":
		crash()
	case "nil-pointer":
		nilPointer()
	case "panic-error":
		wrapped()
	case "map-writes":
		mapWrites()
	}
}
