//! Says what a service says, through the real crates: `speaker <full|compact|pretty|json> [ansi]`, `speaker panic`,
//! `speaker otel-http`, `speaker otel-grpc`. How each sample was captured is in ../README.md.
use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry_otlp::WithExportConfig;
use std::net::TcpStream;
use std::time::Duration;
use tracing::{debug, error, info, info_span, instrument, trace, warn};
use tracing_subscriber::EnvFilter;

fn long() {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_thread_names(true)
        .with_thread_ids(true)
        .with_file(true)
        .with_line_number(true)
        .init();
}

fn spans() {
    use tracing_subscriber::fmt::format::FmtSpan;
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .init();
    for batch in 1..=3 {
        let _span = info_span!("export", batch).entered();
        std::thread::sleep(Duration::from_millis(if batch == 2 { 1250 } else { 5 }));
    }
}

fn old_logger() {
    env_logger::Builder::new().filter_level(log::LevelFilter::Debug).init();
    log::info!("otlp-hub starting");
    log::debug!("poll");
    log::warn!("queue at 1900 of 2048");
    log::error!("export failed: {}", TcpStream::connect("127.0.0.1:4").unwrap_err());
}

fn fail() -> anyhow::Result<()> {
    use anyhow::Context;
    TcpStream::connect("127.0.0.1:4").context("receiver 127.0.0.1:4 cannot be reached").context("hub cannot start")?;
    Ok(())
}

fn subscribe(format: &str, ansi: bool) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| EnvFilter::new("trace,hyper=info,h2=info,reqwest=info,tower=info,tonic=info")),
        )
        .with_ansi(ansi);
    match format {
        "compact" => builder.compact().init(),
        "pretty" => builder.pretty().init(),
        "json" => builder.json().init(),
        _ => builder.init(),
    }
}

#[instrument(fields(otel.kind = "server"))]
fn handle(request_id: u64, path: &str) {
    debug!(bytes = 512 + request_id, "request decoded");
    {
        let _span = info_span!("store", table = "metrics", rows = 40 + request_id).entered();
        info!(elapsed_ms = 12 + request_id, "batch written");
        if request_id == 3 {
            warn!(elapsed_ms = 2312, "slow write");
        }
    }
    if request_id == 2 {
        if let Err(e) = TcpStream::connect("127.0.0.1:4") {
            error!(error = %e, endpoint = "http://127.0.0.1:4", "export of batch failed");
            error!(error = ?e, "giving up");
        }
    }
}

fn talk() {
    info!(version = "0.4.2", "otlp-hub starting");
    info!("request timeout is 30s, no error expected");
    trace!("poll");
    for id in 1..=3 {
        handle(id, "/v1/metrics");
    }
    warn!("config key \"batch.timeout\" is deprecated\nuse \"batch.interval\" instead");
    error!(status = 429, retry_after = 5, "upstream answered Too Many Requests");
    info!("bye");
}

fn deepest(items: &[u8], at: usize) -> u8 {
    items[at]
}

fn crash() {
    info!("otlp-hub starting");
    let worker = std::thread::Builder::new().name("ingest-0".into()).spawn(|| {
        let parsed: Result<u16, _> = "43l8".parse::<u16>();
        parsed.expect("port must be a number")
    });
    if worker.map(|w| w.join().is_err()).unwrap_or(true) {
        error!("worker ingest-0 is gone");
    }
    std::process::exit(i32::from(deepest(&[1, 2, 3], std::env::args().count() + 5)));
}

fn emit(traces: &opentelemetry_sdk::trace::SdkTracerProvider, logs: &opentelemetry_sdk::logs::SdkLoggerProvider, n: u32) {
    let tracer = traces.tracer("speaker");
    let logger = logs.logger("speaker");
    for i in 0..n {
        tracer.start(format!("work-{i}")).end();
        let mut record = logger.create_log_record();
        record.set_body(AnyValue::from("hello"));
        logger.emit(record);
    }
}

fn export(grpc: bool) {
    use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter};
    use opentelemetry_sdk::{logs, metrics, trace};
    let wait = Duration::from_secs(1);
    let (spans, records, points) = if grpc {
        let to = std::env::var("ENDPOINT").unwrap_or("http://127.0.0.1:4".into());
        (
            SpanExporter::builder().with_tonic().with_endpoint(to.clone()).with_timeout(wait).build(),
            LogExporter::builder().with_tonic().with_endpoint(to.clone()).with_timeout(wait).build(),
            MetricExporter::builder().with_tonic().with_endpoint(to).with_timeout(wait).build(),
        )
    } else {
        let to = std::env::var("ENDPOINT").unwrap_or("http://127.0.0.1:4".into());
        (
            SpanExporter::builder().with_http().with_endpoint(format!("{to}/v1/traces")).with_timeout(wait).build(),
            LogExporter::builder().with_http().with_endpoint(format!("{to}/v1/logs")).with_timeout(wait).build(),
            MetricExporter::builder().with_http().with_endpoint(format!("{to}/v1/metrics")).with_timeout(wait).build(),
        )
    };
    let (spans, records, points) = (spans.expect("exporter"), records.expect("exporter"), points.expect("exporter"));
    let batch = trace::BatchConfigBuilder::default().with_max_queue_size(4).with_scheduled_delay(wait).build();
    let traces = trace::SdkTracerProvider::builder()
        .with_span_processor(trace::BatchSpanProcessor::builder(spans).with_batch_config(batch).build())
        .build();
    let batch = logs::BatchConfigBuilder::default().with_max_queue_size(4).with_scheduled_delay(wait).build();
    let logs = logs::SdkLoggerProvider::builder()
        .with_log_processor(logs::BatchLogProcessor::builder(records).with_batch_config(batch).build())
        .build();
    let reader = metrics::PeriodicReader::builder(points).with_interval(wait).build();
    let meters = metrics::SdkMeterProvider::builder().with_reader(reader).build();
    meters.meter("speaker").u64_counter("requests").build().add(1, &[]);
    info!("otlp-hub starting");
    emit(&traces, &logs, 2);
    std::thread::sleep(Duration::from_millis(1500));
    emit(&traces, &logs, 40);
    std::thread::sleep(Duration::from_millis(1500));
    let late = traces.tracer("speaker").start("late");
    let logger = logs.logger("speaker");
    let _ = (traces.shutdown(), logs.shutdown(), meters.shutdown());
    drop(late);
    logger.emit(logger.create_log_record());
    info!("bye");
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let first = args.first().map(String::as_str).unwrap_or("full");
    let ansi = args.iter().any(|a| a == "ansi");
    let format = args.iter().map(String::as_str).find(|a| ["compact", "pretty", "json"].contains(a)).unwrap_or("full");
    match first {
        "spans" => return Ok(spans()),
        "env-logger" => return Ok(old_logger()),
        "long" => long(),
        _ => subscribe(format, ansi),
    }
    match first {
        "main-error" => {
            info!("otlp-hub starting");
            return fail();
        }
        "panic" => crash(),
        "otel-http" => export(false),
        "otel-grpc" => {
            let runtime = tokio::runtime::Runtime::new().expect("runtime");
            let _inside = runtime.enter();
            export(true)
        }
        _ => talk(),
    }
    Ok(())
}
