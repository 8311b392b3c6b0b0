package org.sotdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.dl4j.DeiT;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** DL4J's own listener on a model of ours in DL4J's zoo. */
class ZooModelTest {

  @Test
  void theTrainingUiShowsIt() throws Exception {
    ComputationGraph network =
        DeiT.builder().variant(DeiT.Variant.VIT_NANO).numClasses(2).build().init();
    StatsStorage storage = new InMemoryStatsStorage();
    VertxUIServer server = VertxUIServer.getInstance(0, false, null);
    server.attach(storage);
    try {
      network.setListeners(new StatsListener(storage, 1));
      DataSet batch =
          new DataSet(
              Nd4j.randn(2, 3, 28, 28), Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}}));
      for (int i = 0; i < 3; i++) {
        network.fit(batch);
        Thread.sleep(2); // reports are told apart by their time
      }
      JsonNode overview = get(server.getAddress() + "/train/overview/data");
      for (int i = 0; i < 100 && overview.get("scores").size() < 3; i++) {
        Thread.sleep(50);
        overview = get(server.getAddress() + "/train/overview/data");
      }
      assertThat(overview.get("scores").size()).isEqualTo(3);
      assertThat(get(server.getAddress() + "/train/model/data/2").get("meanMag").toString())
          .contains("blocks.0.attn.qkv.weight");
      assertThat(get(server.getAddress() + "/train/model/graph").get("vertexNames").toString())
          .contains("\"embedding\",\"blocks.0\"");
    } finally {
      server.detach(storage);
      VertxUIServer.stopInstance();
    }
  }

  private static JsonNode get(String address) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return JsonMapper.shared().readTree(body);
    }
  }
}
