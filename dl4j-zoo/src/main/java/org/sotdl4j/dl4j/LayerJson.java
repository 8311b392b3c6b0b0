package org.sotdl4j.dl4j;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.sotdl4j.layers.Layer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.jsontype.impl.DefaultTypeResolverBuilder;

/**
 * Layers as JSON: a record's components by name and, where they may be one of several records,
 * {@code @class}. Only classes of this library are read.
 */
final class LayerJson {

  private static final String OURS = "org.sotdl4j.";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultVisibility(visible ->
              visible
                  .withFieldVisibility(Visibility.ANY)
                  .withGetterVisibility(Visibility.NONE)
                  .withIsGetterVisibility(Visibility.NONE))
          .setDefaultTyping(new OneOfOurs())
          .build();

  private LayerJson() {}

  /**
   * Writes a layer.
   *
   * @throws IllegalArgumentException if it is no record of ours, or holds what is none, as a lambda
   */
  static String write(Layer layer) {
    try {
      String json = MAPPER.writerFor(Layer.class).writeValueAsString(layer);
      if (MAPPER.readValue(json, Layer.class).equals(layer)) {
        return json;
      }
    } catch (JacksonException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s cannot be a layer of DL4J: JSON holds only records of this library".formatted(layer));
  }

  /**
   * Reads a layer.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Layer read(String json) {
    try {
      return MAPPER.readValue(json, Layer.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "This is no layer of this version: %s (%s)".formatted(json, e.getOriginalMessage()), e);
    }
  }

  /** Names the class where a component's type is an interface of ours. */
  private static final class OneOfOurs extends DefaultTypeResolverBuilder {

    private OneOfOurs() {
      super(
          BasicPolymorphicTypeValidator.builder().allowIfSubType(OURS).build(),
          DefaultTyping.NON_CONCRETE_AND_ARRAYS,
          JsonTypeInfo.As.PROPERTY);
    }

    @Override
    public boolean useForType(JavaType type) {
      return type.isInterface() && type.getRawClass().getName().startsWith(OURS);
    }
  }
}
