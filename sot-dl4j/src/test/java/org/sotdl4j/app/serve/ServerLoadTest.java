package org.sotdl4j.app.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.zoo.Zoo;

/**
 * Thousands of requests by clients who share the processors with the server, every tenth of them
 * garbage. What it measures goes to standard output, and to the README; a clock that others share
 * is no reason to fail.
 */
@Tag("slow")
class ServerLoadTest {

  private static final int CLIENTS = 24;
  private static final int REQUESTS = 4000;
  private static final int ROUNDS = 4;

  /** Between rounds the process may grow by so much, as freed memory is not given back at once. */
  private static final long FLAT = 64L << 20;

  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)\r\n");

  private static SavedModel model() {
    return SavedModel.untrained("sot_nano", Zoo.get("sot_nano").model());
  }

  /**
   * A picture with the right answer.
   *
   * @param body of the request
   * @param index of its most probable class
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Asked(byte[] body, int index) {}

  @Test
  void thousandsOfRequestsWithGarbageAmongThemAreAllAnswered() throws Exception {
    List<Asked> good;
    try (SotPredictor predictor = SotPredictor.of(model())) {
      good =
          IntStream.range(0, 20)
              .mapToObj(i -> PictureServerTest.picture(i % 2 == 0 ? "png" : "jpg", 30 + i, i))
              .map(body ->
                  new Asked(
                      body, predictor.topK(PictureDecoder.decode(body, ""), 1).getFirst().index()))
              .toList();
      for (int round = 0; round < ROUNDS; round++) {
        long started = System.nanoTime();
        predictor.topK(
            IntStream.range(0, REQUESTS)
                .mapToObj(i -> PictureDecoder.decode(good.get(i % 20).body, "")),
            1);
        System.out.printf("alone, in batches: %.0f pictures/s%n", REQUESTS / seconds(started));
      }
    }
    try (PictureServer server =
        new PictureServer(
            model(),
            new Limits(200_000, 1_000_000, 32),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      List<Long> memory = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        long started = System.nanoTime();
        load(server.address(), good);
        double time = seconds(started);
        memory.add(Pointer.physicalBytes());
        System.out.printf(
            "over HTTP: %.0f requests/s, %.0f pictures/s; %d MB%n",
            REQUESTS / time, 0.9 * REQUESTS / time, memory.getLast() >> 20);
      }
      assertThat(memory.getLast() - memory.get(1)).isLessThan(FLAT);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void load(InetSocketAddress server, List<Asked> good) throws Exception {
    List<byte[]> garbage =
        List.of(
            new byte[0],
            "no picture".getBytes(UTF_8),
            PictureServerTest.bomb(60_000),
            new byte[200_001]);
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int c = 0; c < CLIENTS; c++) {
        int client = c;
        calls.add(() -> {
          try (Client http = new Client(server)) {
            for (int i = client; i < REQUESTS; i += CLIENTS) {
              if (i % 10 == 9) {
                assertThat(http.post(garbage.get(i / 10 % garbage.size())))
                    .startsWith("HTTP/1.1 4");
              } else {
                Asked asked = good.get(i % good.size());
                assertThat(http.post(asked.body))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"index\":" + asked.index + ",");
              }
            }
          }
          return null;
        });
      }
      for (Future<Void> call : clients.invokeAll(calls)) {
        call.get();
      }
    }
  }

  /**
   * A client that costs little, as it has the server's processors: one connection while it holds.
   */
  private static final class Client implements AutoCloseable {

    private final InetSocketAddress server;
    private Socket socket;
    private InputStream in;

    private Client(InetSocketAddress server) {
      this.server = server;
    }

    /** The whole answer. */
    String post(byte[] body) throws IOException {
      if (socket == null) {
        socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
      }
      var request = new ByteArrayOutputStream();
      request.writeBytes(
          "POST /predict?top=1 HTTP/1.1\r\nHost: it\r\nContent-Length: %d\r\n\r\n"
              .formatted(body.length)
              .getBytes(UTF_8));
      request.writeBytes(body);
      request.writeTo(socket.getOutputStream());
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        assertThat(next).as(head.toString()).isNotNegative();
        head.append((char) next);
      }
      Matcher length = LENGTH.matcher(head.toString().toLowerCase(Locale.ROOT));
      assertThat(length.find()).isTrue();
      String answer = head + new String(in.readNBytes(Integer.parseInt(length.group(1))), UTF_8);
      if (head.toString().contains("Connection: close")) {
        close();
      }
      return answer;
    }

    @Override
    public void close() throws IOException {
      if (socket != null) {
        socket.close();
        socket = null;
      }
    }
  }
}
