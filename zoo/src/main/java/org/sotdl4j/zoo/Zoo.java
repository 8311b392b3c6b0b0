package org.sotdl4j.zoo;

import java.util.List;
import java.util.regex.Pattern;

/** The registry of all models. */
public final class Zoo {

  private static final List<Family> FAMILIES =
      List.of(
          SoT.FAMILY,
          SoViT.FAMILY,
          VisionTransformer.FAMILY,
          T2TViT.FAMILY,
          PiT.FAMILY,
          STViT.FAMILY,
          Swin.FAMILY,
          Replication.FAMILY,
          Bert.FAMILY,
          Roberta.FAMILY,
          Gpt.FAMILY);

  private static final List<ModelEntry> ENTRIES =
      FAMILIES.stream()
          .flatMap(f ->
              f.variants().stream()
                  .map(v ->
                      new ModelEntry(v.name(), f.name(), f.paper(), f.source(), v.architecture())))
          .toList();

  private Zoo() {}

  /**
   * The models whose names match a pattern with wildcards {@code *} and {@code ?}, in the families'
   * order.
   */
  public static List<ModelEntry> list(String glob) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    Pattern pattern = Pattern.compile(regex);
    return ENTRIES.stream().filter(e -> pattern.matcher(e.name()).matches()).toList();
  }

  /**
   * The model of a name.
   *
   * @throws UnknownModelException if there is none; the message names the nearest
   */
  public static ModelEntry get(String name) {
    return ENTRIES.stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UnknownModelException(name, Nearest.of(name, names())));
  }

  private static List<String> names() {
    return ENTRIES.stream().map(ModelEntry::name).toList();
  }
}
