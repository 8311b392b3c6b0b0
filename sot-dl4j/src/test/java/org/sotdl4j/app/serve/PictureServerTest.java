package org.sotdl4j.app.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sotdl4j.app.predict.Prediction;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.zoo.Zoo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PictureServerTest {

  private static final Limits LIMITS = new Limits(200_000, 1_000_000, 32);

  private final HttpClient client = HttpClient.newHttpClient();
  private PictureServer server;

  private static SavedModel model() {
    return SavedModel.untrained("sot_nano", Zoo.get("sot_nano").model());
  }

  private static PictureServer serve(Limits limits) throws IOException {
    return new PictureServer(
        model(), limits, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @BeforeEach
  void start() throws IOException {
    server = serve(LIMITS);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  /** Noise as PNG or JPEG. */
  static byte[] picture(String format, int side, long seed) {
    Random random = new Random(seed);
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, random.nextInt());
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  /** A complete PNG file of a few bytes whose header promises so many pixels. */
  static byte[] bomb(int side) {
    ByteBuffer header = ByteBuffer.allocate(17).put("IHDR".getBytes(UTF_8));
    header.putInt(side).putInt(side).put(new byte[] {8, 2, 0, 0, 0});
    CRC32 check = new CRC32();
    check.update(header.array());
    return ByteBuffer.allocate(8 + 25 + 12)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put(header.array())
        .putInt((int) check.getValue())
        .putInt(0)
        .put("IEND".getBytes(UTF_8))
        .putInt(0xae426082)
        .array();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.address().getPort(), path));
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  private static void assertRefused(HttpResponse<String> response, int status, String message) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(json(response).get("error").asString()).isEqualTo(message);
  }

  @Test
  void aPictureGetsThePredictorsAnswer() throws Exception {
    byte[] body = picture("jpg", 40, 1);
    HttpResponse<String> response = post("/predict?top=3", body);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonNode answer = json(response);
    assertThat(answer.get("model").asString()).isEqualTo("sot_nano");
    assertThat(answer.get("map").isNull()).isTrue();
    assertThat(answer.get("milliseconds").asDouble()).isPositive();
    try (SotPredictor predictor = SotPredictor.of(model())) {
      List<Prediction> expected = predictor.topK(PictureDecoder.decode(body, "it"), 3);
      assertThat(JsonMapper.shared().convertValue(answer.get("predictions"), Prediction[].class))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void aMapComesWhereItIsAskedFor() throws Exception {
    JsonNode answer = json(post("/predict?map=1", picture("png", 28, 1)));

    String png = answer.get("map").asString().replaceFirst("^data:image/png;base64,", "");
    var image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
    assertThat(image.getWidth()).isEqualTo(224);
    assertThat(answer.get("predictions")).hasSize(5);
  }

  @Test
  void whatIsNoPictureIsRefused() throws Exception {
    byte[] jpeg = picture("jpg", 40, 1);

    assertRefused(post("/predict", new byte[0]), 415, "This is no JPEG, PNG or WebP file.");
    assertRefused(
        post("/predict", "GIF89a and more".getBytes(UTF_8)),
        415,
        "This is no JPEG, PNG or WebP file.");
    assertRefused(
        post("/predict", Arrays.copyOf(jpeg, jpeg.length / 2)),
        400,
        "The picture is bad: the file is truncated.");
    assertThat(post("/predict", bomb(10)).statusCode()).isEqualTo(400); // without pixels
  }

  @Test
  void aPictureOfTooManyPixelsIsRefusedBeforeItIsDecoded() throws Exception {
    String message = "A picture may have 1,000,000 pixels at most, not 3,600,000,000.";
    assertRefused(post("/predict", bomb(60_000)), 413, message);
    assertThat(post("/predict", bomb(1001)).statusCode()).isEqualTo(413);
    // What says that it has more pixels than numbers have digits is no reason to fail.
    assertThat(post("/predict", bomb(-1)).statusCode()).isEqualTo(413);
  }

  @Test
  void aLongBodyIsRefusedWhetherItSaysItsLengthOrNot() throws Exception {
    String message = "A body may have 200,000 bytes at most.";
    assertRefused(post("/predict", new byte[200_001]), 413, message);
    HttpRequest unknownLength =
        HttpRequest.newBuilder(uri("/predict"))
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[200_001])))
            .build();
    assertRefused(client.send(unknownLength, BodyHandlers.ofString()), 413, message);
  }

  @Test
  void wrongRequestsAreToldWhatIsWrong() throws Exception {
    HttpResponse<String> wrongMethod = get("/predict");
    assertRefused(wrongMethod, 405, "/predict takes POST only.");
    assertThat(wrongMethod.headers().firstValue("Allow")).hasValue("POST");
    assertRefused(post("/health", new byte[1]), 405, "/health takes GET only.");
    assertRefused(get("/predict/more"), 404, "There is /, /predict, /health and /metrics only.");
    byte[] good = picture("png", 28, 1);
    assertRefused(post("/predict?top=0", good), 400, "top must be a number from 1 up.");
    assertRefused(post("/predict?k=3", good), 400, "The query may hold top=K and map=1 only.");
  }

  @Test
  void itTellsHowItIs() throws Exception {
    post("/predict", picture("png", 28, 1));
    post("/predict", new byte[3]);

    assertThat(get("/health").body())
        .contains("\"status\":\"ok\"", "\"model\":\"sot_nano\"", "\"classes\":10");
    assertThat(get("/").body()).contains("<h1");
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(metrics.body())
        .contains(
            "# TYPE sot_requests_total counter",
            "sot_requests_total{status=\"200\"} 1.0",
            "sot_requests_total{status=\"415\"} 1.0",
            "sot_request_seconds_count 1",
            "sot_requests_in_progress 0.0",
            "process_resident_memory_bytes");
  }

  @Test
  void whoComesToABusyServerIsTurnedAway() throws Exception {
    server.close();
    server = serve(new Limits(200_000, 1_000_000, 1));
    byte[] good = picture("png", 28, 1);
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      String head =
          "POST /predict HTTP/1.1\r\nHost: it\r\nContent-Length: %d\r\n\r\n".formatted(good.length);
      slow.getOutputStream().write(head.getBytes(UTF_8));
      slow.getOutputStream().write(good, 0, 10);
      slow.getOutputStream().flush();
      while (!get("/metrics").body().contains("sot_requests_in_progress 1.0")) {
        Thread.sleep(5);
      }
      HttpResponse<String> turnedAway = post("/predict", good);
      assertRefused(turnedAway, 503, "1 requests are being worked on; try again.");
      assertThat(turnedAway.headers().firstValue("Retry-After")).hasValue("1");

      slow.getOutputStream().write(good, 10, good.length - 10);
      slow.getOutputStream().flush();
      byte[] status = slow.getInputStream().readNBytes("HTTP/1.1 200".length());
      assertThat(new String(status, UTF_8)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void manyClientsMayKeepTheirConnections() throws Exception {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      clients.add(new Socket(InetAddress.getLoopbackAddress(), server.address().getPort()));
    }
    for (int round = 0; round < 2; round++) {
      for (Socket socket : clients) {
        socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: it\r\n\r\n".getBytes(UTF_8));
        int next = 0;
        while (next != '}') {
          next = socket.getInputStream().read();
          assertThat(next).as("round %d", round).isNotNegative();
        }
      }
    }
    for (Socket socket : clients) {
      socket.close();
    }
  }

  @Test
  void whoWasThereIsAnsweredWhenItStops() throws Exception {
    byte[] good = picture("png", 28, 1);
    int port = server.address().getPort();
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Socket slow = new Socket(InetAddress.getLoopbackAddress(), port);
      clients.add(slow);
      String head =
          "POST /predict HTTP/1.1\r\nHost: it\r\nContent-Length: %d\r\n\r\n".formatted(good.length);
      slow.getOutputStream().write(head.getBytes(UTF_8));
      slow.getOutputStream().write(good, 0, 10);
    }
    while (!get("/metrics").body().contains("sot_requests_in_progress 5.0")) {
      Thread.sleep(5);
    }
    Thread stopping = Thread.ofVirtual().start(server::close);
    while (accepts(port)) {
      Thread.sleep(5);
    }

    for (Socket slow : clients) {
      slow.getOutputStream().write(good, 10, good.length - 10);
    }
    for (Socket slow : clients) {
      assertThat(new String(slow.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200")
          .endsWith("}");
      slow.close();
    }
    assertThat(stopping.join(Duration.ofSeconds(5))).isTrue();
    server = serve(LIMITS); // for stop()
  }

  private static boolean accepts(int port) throws IOException {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (ConnectException _) {
      return false;
    }
  }
}
