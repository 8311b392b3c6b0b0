package org.sotdl4j.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;

/**
 * An ONNX model in memory. It is written as one file or, as one of this format holds less than 2^31
 * bytes, with the values of its tensors in a second one.
 */
public final class OnnxModel {

  /** How many bytes of tensors are safe in one file. */
  public static final long LIMIT = 2_000_000_000;

  private static final int OPSET = 20; // the first with GELU
  private static final int IR_VERSION = 9; // of the same release of ONNX
  private static final int ALIGNMENT = 4096; // lets runtimes map the tensors
  private static final int SMALL = 1024; // bytes; such tensors stay in the model's file

  private final GraphProto graph;
  private final List<Tensor> tensors;
  private final Map<String, String> metadata;

  OnnxModel(GraphProto graph, List<Tensor> tensors, Map<String, String> metadata) {
    this.graph = graph;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /** How many bytes its tensors have. */
  public long size() {
    return tensors.stream().mapToLong(Tensor::size).sum();
  }

  /** How many nodes its graph has. */
  public int nodes() {
    return graph.getNodeCount();
  }

  /** Writes the model in one piece. */
  public void write(OutputStream out) throws IOException {
    GraphProto.Builder full = graph.toBuilder();
    tensors.forEach(tensor -> full.addInitializer(tensor.inline()));
    write(out, full);
  }

  /**
   * Writes the model without what {@link #writeData} writes.
   *
   * @param dataFile the name of the file with the rest, which lies in the same folder
   */
  public void write(OutputStream out, String dataFile) throws IOException {
    Map<String, Long> offsets = offsets();
    GraphProto.Builder full = graph.toBuilder();
    tensors.forEach(tensor ->
        full.addInitializer(
            offsets.containsKey(tensor.name())
                ? tensor.external(dataFile, offsets.get(tensor.name()))
                : tensor.inline()));
    write(out, full);
  }

  /** Writes the values that a model written with a data file refers to. */
  public void writeData(WritableByteChannel channel) throws IOException {
    try {
      Map<String, Long> offsets = offsets();
      long at = 0;
      for (Tensor tensor : tensors) {
        if (offsets.containsKey(tensor.name())) {
          long begin = offsets.get(tensor.name());
          writeAll(channel, ByteBuffer.allocate(Math.toIntExact(begin - at)));
          writeAll(channel, tensor.bytes());
          at = begin + tensor.size();
        }
      }
    } finally {
      Reference.reachabilityFence(tensors);
    }
  }

  /** Where the tensors that are not small lie in the data file, by name. */
  private Map<String, Long> offsets() {
    Map<String, Long> offsets = new HashMap<>();
    long end = 0;
    for (Tensor tensor : tensors) {
      if (tensor.size() > SMALL) {
        long begin = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
        offsets.put(tensor.name(), begin);
        end = begin + tensor.size();
      }
    }
    return offsets;
  }

  private void write(OutputStream out, GraphProto.Builder full) throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setProducerName("sot-dl4j")
            .setGraph(full);
    metadata.forEach((key, value) -> model.addMetadataProps(Tensor.entry(key, value)));
    try {
      model.build().writeTo(out);
    } finally {
      Reference.reachabilityFence(tensors); // the garbage collector frees their memory
    }
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
