package org.sotdl4j.app.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sotdl4j.app.predict.Prediction;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Picture;
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
  private static byte[] picture(String format, int side, long seed) {
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
  private static byte[] bomb(int side) {
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

  /** Figures go to standard output; a clock that others share is no reason to fail. */
  @Test
  @Tag("slow")
  void thousandsOfRequestsWithGarbageAmongThemAreAllAnswered() throws Exception {
    List<byte[]> pictures = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    try (SotPredictor predictor = SotPredictor.of(model())) {
      for (int i = 0; i < 20; i++) {
        pictures.add(picture(i % 2 == 0 ? "png" : "jpg", 30 + i, i));
        Picture decoded = PictureDecoder.decode(pictures.get(i), "it");
        expected.add(predictor.topK(decoded, 1).getFirst().index());
      }
      List<byte[]> many = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        many.add(pictures.get(i % pictures.size()));
      }
      predictor.topK(many.stream().map(bytes -> PictureDecoder.decode(bytes, "it")), 1);
      long started = System.nanoTime();
      predictor.topK(many.stream().map(bytes -> PictureDecoder.decode(bytes, "it")), 1);
      System.out.printf(
          "alone, in batches: %.0f pictures/s%n", 2000e9 / (System.nanoTime() - started));
    }
    List<byte[]> garbage =
        List.of(new byte[0], "no picture".getBytes(UTF_8), bomb(60_000), new byte[200_001]);

    load(pictures, expected, garbage, 1000);
    long before = Pointer.physicalBytes();
    long started = System.nanoTime();
    load(pictures, expected, garbage, 4000);
    double perSecond = 4000 * 0.9e9 / (System.nanoTime() - started);
    long after = Pointer.physicalBytes();
    System.out.printf(
        "over HTTP: %.0f pictures/s; memory %d MB, then %d MB%n",
        perSecond, before >> 20, after >> 20);

    assertThat(after - before).isLessThan(200L << 20);
    assertThat(get("/metrics").body())
        .contains("sot_requests_total{status=\"200\"} 4500.0")
        .doesNotContain("status=\"500\"", "status=\"503\"");
  }

  /** Every tenth request is garbage. */
  private void load(
      List<byte[]> pictures, List<Integer> expected, List<byte[]> garbage, int requests)
      throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        int number = i;
        calls.add(() -> {
          if (number % 10 == 9) {
            byte[] bad = garbage.get(number / 10 % garbage.size());
            assertThat(post("/predict", bad).statusCode()).isBetween(400, 499);
          } else {
            int which = number % pictures.size();
            HttpResponse<String> good = post("/predict?top=1", pictures.get(which));
            assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
            int index = json(good).get("predictions").get(0).get("index").asInt();
            assertThat(index).isEqualTo(expected.get(which));
          }
          return null;
        });
      }
      for (Future<Void> call : clients.invokeAll(calls)) {
        call.get();
      }
    }
  }
}
