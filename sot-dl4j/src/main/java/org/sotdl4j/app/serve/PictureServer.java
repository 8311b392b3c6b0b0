package org.sotdl4j.app.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sotdl4j.app.explain.Explainer;
import org.sotdl4j.app.predict.Prediction;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.report.Png;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.PictureDecoder;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model behind HTTP: {@code /} a page, {@code POST /predict} a picture in, JSON out, {@code
 * /health}, {@code /metrics}. Pictures of requests that come together go through the model
 * together.
 *
 * <p>Reading and writing is done by virtual threads, so that slow clients hold up nobody; decoding
 * by a thread a processor, which bounds the decoded pictures in memory, heat maps by one more.
 */
public final class PictureServer implements AutoCloseable {

  static final int OK = 200;

  private static final Logger LOG = LoggerFactory.getLogger(PictureServer.class);
  private static final String JSON = "application/json";
  private static final int STOP_SECONDS = 10;
  private static final String DEFAULT_TOP = "5";

  /** Seconds until a request must be there; read by the JDK's server when it is first used. */
  private static final String REQUEST_TIME = "sun.net.httpserver.maxReqTime";

  /**
   * The JDK's server sends an answer's head and body one after the other; the system would hold
   * back the body until the client has confirmed the head, which may take 40 ms.
   */
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";

  /**
   * Of more connections that wait for their next request the JDK's server closes some, even if that
   * is on its way.
   */
  private static final String IDLE = "sun.net.httpserver.maxIdleConnections";

  static {
    Map.of(REQUEST_TIME, "60", NO_DELAY, "true", IDLE, "5000")
        .forEach((name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  private final String name;
  private final Limits limits;
  private final SotPredictor predictor;
  private final Explainer explainer;
  private final Semaphore free;
  private final ServerMetrics metrics;
  private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService decoders =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private final ExecutorService explaining = Executors.newSingleThreadExecutor();
  private final HttpServer http;

  /**
   * Starts to answer.
   *
   * @param saved the model, which is closed in the end
   * @param address to listen at; port 0 lets the system choose
   * @throws IOException if the address is not free
   */
  public PictureServer(SavedModel saved, Limits limits, InetSocketAddress address)
      throws IOException {
    this.name = saved.name();
    this.limits = limits;
    this.http = HttpServer.create(address, 0);
    this.free = new Semaphore(limits.requests());
    this.metrics = new ServerMetrics(() -> limits.requests() - free.availablePermits());
    this.explainer = new Explainer(saved);
    this.predictor = SotPredictor.of(saved);
    warmUp();
    http.setExecutor(connections);
    http.createContext("/", handler("/", this::page));
    http.createContext("/health", handler("/health", this::health));
    http.createContext("/metrics", handler("/metrics", this::metrics));
    http.createContext("/predict", this::predict);
    http.start();
  }

  /** The first picture takes long, as everything is prepared for it, so it is nobody's. */
  private void warmUp() {
    Picture black = new Picture(1, 1, new byte[Picture.CHANNELS]);
    predictor.topK(black, 1);
    var _ = explainer.look(black);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  /** What is sent back. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Reply(int status, String contentType, byte[] body) {

    static Reply json(int status, Object content) {
      return new Reply(status, JSON, JsonMapper.shared().writeValueAsBytes(content));
    }
  }

  /** Answers a request of the right method and path. */
  @FunctionalInterface
  private interface Action {
    Reply reply(HttpExchange exchange) throws IOException, Refusal;
  }

  private HttpHandler handler(String path, Action action) {
    return exchange -> {
      try (exchange) {
        send(exchange, reply(exchange, "GET", path, action));
      }
    };
  }

  private Reply reply(HttpExchange exchange, String method, String path, Action action)
      throws IOException {
    try {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        throw new Refusal(Refusal.NOT_FOUND, "There is /, /predict, /health and /metrics only.");
      }
      String asked = exchange.getRequestMethod();
      if (!asked.equals(method) && !(asked.equals("HEAD") && method.equals("GET"))) {
        exchange.getResponseHeaders().set("Allow", method);
        throw new Refusal(Refusal.WRONG_METHOD, "%s takes %s only.".formatted(path, method));
      }
      return action.reply(exchange);
    } catch (Refusal e) {
      discard(exchange.getRequestBody());
      return Reply.json(e.status(), Map.of("error", e.getMessage()));
    }
  }

  /** A client that is still sending when the connection is closed does not get the answer. */
  private void discard(InputStream body) throws IOException {
    byte[] buffer = new byte[1 << 13];
    long left = 2 * limits.bytes();
    for (int n = 0; n >= 0 && left > 0; n = body.read(buffer)) {
      left -= n;
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(reply.status, -1);
    } else {
      exchange.sendResponseHeaders(reply.status, reply.body.length);
      exchange.getResponseBody().write(reply.body);
    }
  }

  private Reply page(HttpExchange exchange) throws IOException {
    try (InputStream in = PictureServer.class.getResourceAsStream("serve.html")) {
      return new Reply(OK, "text/html; charset=utf-8", in.readAllBytes());
    }
  }

  private Reply health(HttpExchange exchange) {
    return Reply.json(
        OK, Map.of("status", "ok", "model", name, "classes", predictor.classes().size()));
  }

  private Reply metrics(HttpExchange exchange) throws IOException {
    return new Reply(OK, metrics.contentType(), metrics.text());
  }

  private void predict(HttpExchange exchange) throws IOException {
    long started = System.nanoTime();
    try (exchange) {
      Reply reply = reply(exchange, "POST", "/predict", this::predictUnlessBusy);
      send(exchange, reply);
      metrics.answered(reply.status, (System.nanoTime() - started) / 1e9);
    }
  }

  private Reply predictUnlessBusy(HttpExchange exchange) throws IOException, Refusal {
    if (!free.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      throw new Refusal(
          Refusal.BUSY, "%d requests are being worked on; try again.".formatted(limits.requests()));
    }
    try {
      Query query = Query.of(exchange.getRequestURI());
      byte[] body = body(exchange);
      return Reply.json(OK, answer(body, query));
    } catch (RuntimeException | Error e) {
      LOG.error("A picture was not answered", e);
      throw new Refusal(Refusal.FAILED, "The server failed; its log says why.");
    } finally {
      free.release();
    }
  }

  /**
   * What a program may ask for.
   *
   * @param top how many classes
   * @param map whether a heat map is wanted
   */
  private record Query(int top, boolean map) {

    static Query of(URI uri) throws Refusal {
      Map<String, String> values =
          Arrays.stream(uri.getRawQuery() == null ? new String[0] : uri.getRawQuery().split("&"))
              .map(pair -> pair.split("=", 2))
              .collect(
                  Collectors.toMap(
                      pair -> pair[0], pair -> pair.length == 1 ? "1" : pair[1], (a, b) -> b));
      if (!List.of("top", "map").containsAll(values.keySet())) {
        throw new Refusal(Refusal.BAD_REQUEST, "The query may hold top=K and map=1 only.");
      }
      String top = values.getOrDefault("top", DEFAULT_TOP);
      if (!top.matches("[1-9]\\d{0,5}")) {
        throw new Refusal(Refusal.BAD_REQUEST, "top must be a number from 1 up.");
      }
      return new Query(Integer.parseInt(top), values.getOrDefault("map", "0").equals("1"));
    }
  }

  private byte[] body(HttpExchange exchange) throws IOException, Refusal {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    boolean tooLong = length != null && Long.parseLong(length) > limits.bytes();
    byte[] body =
        tooLong
            ? new byte[0]
            : exchange.getRequestBody().readNBytes(Math.toIntExact(limits.bytes() + 1));
    if (tooLong || body.length > limits.bytes()) {
      throw new Refusal(
          Refusal.TOO_LARGE, "A body may have %,d bytes at most.".formatted(limits.bytes()));
    }
    return body;
  }

  /**
   * A picture that waits for the model.
   *
   * @param map null where it was not asked for
   */
  private record Decoded(SotPredictor.Prepared picture, String map) {}

  private Answer answer(byte[] body, Query query) throws Refusal {
    long started = System.nanoTime();
    Decoded decoded = by(query.map ? explaining : decoders, () -> decode(body, query));
    List<Prediction> predictions = predictor.topK(decoded.picture, query.top);
    double milliseconds = Math.round((System.nanoTime() - started) / 1e4) / 1e2;
    return new Answer(name, predictions, milliseconds, decoded.map);
  }

  private static <T> T by(ExecutorService threads, Callable<T> work) throws Refusal {
    try {
      return threads.submit(work).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Refusal refusal -> throw refusal;
        case BadPictureException bad ->
            throw new Refusal(
                Refusal.BAD_REQUEST, "The picture is bad: %s.".formatted(bad.reason()));
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Refusal.BUSY, "The server is about to stop.");
    }
  }

  private Decoded decode(byte[] body, Query query) throws Refusal {
    Picture picture = picture(body);
    return new Decoded(predictor.prepare(picture), query.map ? map(picture) : null);
  }

  private Picture picture(byte[] body) throws Refusal {
    if (!PictureDecoder.isPicture(body)) {
      throw new Refusal(Refusal.NO_PICTURE, "This is no JPEG, PNG or WebP file.");
    }
    long pixels = PictureDecoder.pixels(body, "");
    if (pixels > limits.pixels()) {
      throw new Refusal(
          Refusal.TOO_LARGE,
          "A picture may have %,d pixels at most, not %,d.".formatted(limits.pixels(), pixels));
    }
    return PictureDecoder.decode(body, "");
  }

  private String map(Picture picture) {
    Explainer.Look look = explainer.look(picture);
    return Png.address(look.all().map().over(look.picture()));
  }

  /** Takes no more requests, answers those that are there, and frees the model. */
  @Override
  public void close() {
    http.stop(STOP_SECONDS);
    connections.close();
    decoders.close();
    explaining.close();
    explainer.close();
    predictor.close();
  }
}
