package org.sotdl4j.zoo.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The header of a safetensors file, a JSON object.
 *
 * @param metadata free texts
 * @param tensors where each tensor lies, in the header's order
 */
record SafetensorsHeader(Map<String, String> metadata, SequencedMap<String, Tensor> tensors) {

  private static final String METADATA = "__metadata__";
  private static final int MAX_RANK = 32; // ND4J's
  private static final int MAX_TENSORS = 200_000; // bounds the memory that a hostile header takes

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /**
   * One tensor.
   *
   * @param dtype name of a {@link TensorType}
   * @param shape its dimensions, none for a scalar
   * @param offsets its first byte and the one after its last, counted from the end of the header
   */
  @JsonPropertyOrder({"dtype", "shape", "data_offsets"})
  record Tensor(String dtype, List<Long> shape, @JsonProperty("data_offsets") List<Long> offsets) {

    TensorType type() {
      return TensorType.of(dtype).orElseThrow();
    }

    long begin() {
      return offsets.getFirst();
    }

    long end() {
      return offsets.getLast();
    }
  }

  /**
   * A header for arrays; the widest elements come first in the data, so that every tensor is
   * aligned.
   */
  static SafetensorsHeader of(SequencedMap<String, INDArray> arrays, Map<String, String> metadata) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.keySet().forEach(name -> tensors.put(name, null)); // keeps the order
    List<String> byWidth = new ArrayList<>(arrays.keySet());
    byWidth.sort(Comparator.comparingInt(name -> -arrays.get(name).dataType().width()));
    long offset = 0;
    for (String name : byWidth) {
      INDArray array = arrays.get(name);
      TensorType type =
          TensorType.of(array.dataType())
              .filter(_ -> !name.equals(METADATA))
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "safetensors cannot hold the tensor %s of type %s"
                          .formatted(name, array.dataType())));
      long end = offset + array.length() * type.dataType().width();
      List<Long> shape = LongStream.of(array.shape()).boxed().toList();
      tensors.put(name, new Tensor(type.name(), shape, List.of(offset, end)));
      offset = end;
    }
    return new SafetensorsHeader(metadata, tensors);
  }

  byte[] toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      json.put(METADATA, new TreeMap<>(metadata)); // the same content gives the same file
    }
    json.putAll(tensors);
    return JSON.writeValueAsBytes(json);
  }

  /** The names in the order of their values in the file. */
  List<String> inDataOrder() {
    return tensors.keySet().stream()
        .sorted(
            Comparator.comparingLong((String name) -> tensors.get(name).begin())
                .thenComparingLong(name -> tensors.get(name).end()))
        .toList();
  }

  /**
   * Reads and checks a header.
   *
   * @param file the file, for messages
   * @param dataSize how many bytes follow the header
   * @throws CheckpointException if anything is wrong with it
   */
  static SafetensorsHeader parse(MappedFile file, byte[] json, long dataSize) {
    Map<String, String> metadata = new LinkedHashMap<>();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw file.damaged("its header is no JSON object");
      }
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        if (name.equals(METADATA)) {
          metadata = parser.readValueAs(new TypeReference<LinkedHashMap<String, String>>() {});
        } else {
          tensors.put(name, parser.readValueAs(Tensor.class));
          if (tensors.size() > MAX_TENSORS) {
            throw file.damaged("its header has more than %d tensors".formatted(MAX_TENSORS));
          }
        }
      }
      if (parser.nextToken() != null) {
        throw file.damaged("something follows the JSON object in its header");
      }
    } catch (JacksonException e) {
      throw file.damaged("its header is not valid (%s)".formatted(MappedFile.reason(e)), e);
    }
    if (metadata == null || metadata.containsValue(null)) {
      throw file.damaged("its metadata are not texts");
    }
    tensors.forEach((name, tensor) -> check(file, name, tensor));
    SafetensorsHeader header = new SafetensorsHeader(metadata, tensors);
    header.checkLayout(file, dataSize);
    return header;
  }

  private static void check(MappedFile file, String name, Tensor tensor) {
    if (tensor == null || !areCounts(tensor.shape) || !areCounts(tensor.offsets)) {
      throw file.damaged(
          "tensor %s lacks a shape or offsets of whole numbers from 0".formatted(name));
    }
    if (tensor.offsets.size() != 2 || tensor.shape.size() > MAX_RANK) {
      throw file.damaged(
          "tensor %s has %d offsets and %d dimensions instead of 2 and at most %d"
              .formatted(name, tensor.offsets.size(), tensor.shape.size(), MAX_RANK));
    }
    TensorType type =
        TensorType.of(tensor.dtype)
            .orElseThrow(() ->
                new CheckpointException(
                    "%s cannot be read: tensor %s has the element type %s, which ND4J lacks; convert it to one of %s"
                        .formatted(
                            file.path(),
                            name,
                            tensor.dtype,
                            Arrays.toString(TensorType.values()))));
    long size = type.dataType().width();
    try {
      for (long n : tensor.shape) {
        size = Math.multiplyExact(size, n);
      }
    } catch (ArithmeticException e) {
      throw file.damaged("tensor %s has the impossible shape %s".formatted(name, tensor.shape));
    }
    if (tensor.end() - tensor.begin() != size) {
      throw file.damaged(
          "tensor %s of type %s and shape %s needs %d bytes, its offsets are %s"
              .formatted(name, tensor.dtype, tensor.shape, size, tensor.offsets));
    }
  }

  private static boolean areCounts(List<Long> numbers) {
    return numbers != null && numbers.stream().allMatch(n -> n != null && n >= 0);
  }

  /** The tensors must fill the data without holes and without overlaps. */
  private void checkLayout(MappedFile file, long dataSize) {
    long end = 0;
    for (String name : inDataOrder()) {
      Tensor tensor = tensors.get(name);
      if (tensor.begin() != end) {
        throw file.damaged(
            "tensor %s begins at byte %d of the data, where the tensors before it end at byte %d"
                .formatted(name, tensor.begin(), end));
      }
      end = tensor.end();
    }
    if (end > dataSize) {
      throw file.damaged(
          "it should hold %d bytes of data and ends after %d".formatted(end, dataSize));
    }
    if (end < dataSize) {
      throw file.damaged("%d bytes follow the last tensor".formatted(dataSize - end));
    }
  }
}
