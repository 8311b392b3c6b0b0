package org.sotdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.TrainingPages;
import org.sotdl4j.app.train.Update;
import org.sotdl4j.zoo.LayerGroups;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages of a training as a browser gets them. */
class Dl4jPagesTest {

  private static final LayerGroups GROUPS =
      new LayerGroups(
          List.of(
              List.of("cls_token", "patch_embed"), List.of("blocks.0", "norm"), List.of("head")));

  private final LinkedHashMap<String, INDArray> weights = new LinkedHashMap<>();

  private Update update(long step, double loss, double rate) {
    return new Update(
        step, loss, rate, 8, weights, name -> name.startsWith("head") ? weights.get(name) : null);
  }

  @Test
  void overviewAndModelShowWhatTheTrainerTold() throws Exception {
    weights.put("cls_token", Nd4j.createFromArray(1f, -3f));
    weights.put("blocks.0.attn.qkv.weight", Nd4j.createFromArray(new float[][] {{2, -2}, {4, 4}}));
    weights.put("norm.bias", Nd4j.createFromArray(0.5f));
    weights.put("head.weight", Nd4j.createFromArray(new float[][] {{1, 3}}));
    TrainingPages pages = ServiceLoader.load(TrainingPages.class).findFirst().orElseThrow();
    var run = new TrainingPages.Run("my-run", "vit_nano", GROUPS);
    try (TrainingPages.Open open = pages.open(run, 0, 2)) {
      for (int step = 1; step <= 4; step++) {
        Update update = update(step, 1.0 / step, 0.1 * step);
        open.updating(update);
        weights.get("blocks.0.attn.qkv.weight").addi(0.5);
        open.updated(update);
        open.stepDone(1, 0, 50);
        Thread.sleep(2); // reports are told apart by their time
      }
      String address = open.address();
      JsonNode overview = awaitData(address + "/train/overview/data");
      assertThat(numbers(overview.get("scoresIter"))).containsExactly(1.0, 2.0, 4.0);
      assertThat(numbers(overview.get("scores"))).containsExactly(1.0, 0.5, 0.25);
      // the mean change over the mean weight, (2.5 + 1.5 + 4.5 + 4.5) / 4 after the first step
      List<Double> ratios = numbers(overview.at("/updateRatios/blocks.0_attn.qkv.W"));
      assertThat(ratios.getFirst()).isCloseTo(0.5 / 3.25, within(1e-6));
      assertThat(overview.get("updateRatios").propertyNames())
          .containsExactlyInAnyOrder("blocks.0_attn.qkv.W", "head_W");
      assertThat(overview.get("model").toString()).contains("ComputationGraph", "\"9\"");

      JsonNode graph = get(address + "/train/model/graph");
      assertThat(graph.get("vertexNames").toString())
          .isEqualTo("[\"image\",\"stem\",\"blocks.0\",\"head\"]");
      JsonNode block = get(address + "/train/model/data/2");
      assertThat(block.at("/meanMag/paramMM").propertyNames())
          .containsExactlyInAnyOrder("attn.qkv.W", "norm.b");
      assertThat(numbers(block.at("/learningRates/lrs/attn.qkv.W")))
          .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1)
          .containsExactly(0.1, 0.2, 0.4);
      assertThat(block.at("/paramHist").toString()).contains("attn.qkv.W");
      for (String page : List.of("overview", "model", "system")) {
        List<String> parts =
            Pattern.compile("(?:src|href)=\"(/assets/[^\"]+)\"")
                .matcher(page(address + "/train/" + page))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(parts).hasSizeGreaterThan(10);
        for (String part : parts) {
          assertThat(page(address + part)).as(part).isNotEmpty();
        }
      }
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() ->
              new Dl4jPages()
                  .open(new TrainingPages.Run("run", "vit_nano", GROUPS), taken.getLocalPort(), 1))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static List<Double> numbers(JsonNode array) {
    return array.valueStream().map(JsonNode::asDouble).toList();
  }

  private static JsonNode awaitData(String address) throws Exception {
    for (int i = 0; i < 100; i++) {
      JsonNode data = get(address);
      if (data.get("scores").size() == 3) {
        return data;
      }
      Thread.sleep(50);
    }
    return get(address);
  }

  private static JsonNode get(String address) throws IOException, InterruptedException {
    return JsonMapper.shared().readTree(page(address));
  }

  private static String page(String address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(address)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(address).isEqualTo(200);
      return response.body();
    }
  }
}
