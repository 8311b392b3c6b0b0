package org.sotdl4j.app.serve;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.IntSupplier;
import org.bytedeco.javacpp.Pointer;

/** What a server counts, in Prometheus' text format. */
final class ServerMetrics {

  private static final PrometheusTextFormatWriter WRITER =
      PrometheusTextFormatWriter.builder().build();

  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Counter requests =
      Counter.builder()
          .name("sot_requests_total")
          .help("Requests to /predict by the status of their answer.")
          .labelNames("status")
          .register(registry);

  private final Histogram seconds =
      Histogram.builder()
          .name("sot_request_seconds")
          .help("Time of pictures that were answered, from the first byte to the last.")
          .classicOnly()
          .register(registry);

  ServerMetrics(IntSupplier inProgress) {
    GaugeWithCallback.builder()
        .name("sot_requests_in_progress")
        .help("Requests to /predict that are worked on now.")
        .callback(gauge -> gauge.call(inProgress.getAsInt()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("process_resident_memory_bytes")
        .help("Memory of the process, native memory included.")
        .callback(gauge -> gauge.call((double) Pointer.physicalBytes()))
        .register(registry);
  }

  void answered(int status, double time) {
    requests.labelValues(String.valueOf(status)).inc();
    if (status == PictureServer.OK) {
      seconds.observe(time);
    }
  }

  byte[] text() throws IOException {
    var out = new ByteArrayOutputStream();
    WRITER.write(out, registry.scrape());
    return out.toByteArray();
  }

  String contentType() {
    return WRITER.getContentType();
  }
}
