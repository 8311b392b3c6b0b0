package org.sotdl4j.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The numbers of the official implementations that lie beside the repository. */
public final class Golden {

  private static final Path ROOT = Path.of("../../shared/golden");

  private Golden() {}

  /** A file or folder; where it is absent the test is skipped. */
  public static Path path(String name) {
    Path path = ROOT.resolve(name);
    assumeTrue(Files.exists(path), () -> path + " is absent");
    return path;
  }

  /** A JSON file; where it is absent the test is skipped. */
  public static JsonNode json(String name) {
    return JsonMapper.shared().readTree(path(name));
  }
}
