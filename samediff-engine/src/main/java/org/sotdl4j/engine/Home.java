package org.sotdl4j.engine;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a program's plans run: what {@link CompiledProgram} must know of it. */
interface Home {

  /** The passes of a kind of program beside those that all have. */
  List<Pass> passes(Use use);

  /** What a program is for. */
  enum Use {
    TRAINING,
    INFERENCE,
    /** Inference with parameters that do not change any more. */
    FROZEN
  }

  /** The bytes that are free. */
  long free();

  /** Whether so many bytes are free or can be made so. */
  boolean has(long bytes);

  /** The bytes that a graph with these shapes takes. */
  long bytes(StaticShapes shapes);

  /** Says that something does not fit. */
  String shortage(long bytes, String what);

  /** Makes a graph ready for inputs and runs it on them. */
  Executable run(Use use, Graph graph, StaticShapes shapes, Map<String, INDArray> inputs);

  /** The CPU. */
  Home CPU =
      new Home() {
        @Override
        public List<Pass> passes(Use use) {
          return switch (use) {
            case TRAINING -> Passes.ofTraining();
            case INFERENCE -> Passes.ofInference();
            case FROZEN -> Passes.frozen();
          };
        }

        @Override
        public long free() {
          return OffHeap.free();
        }

        @Override
        public boolean has(long bytes) {
          return OffHeap.has(bytes);
        }

        @Override
        public long bytes(StaticShapes shapes) {
          return shapes.bytes();
        }

        @Override
        public String shortage(long bytes, String what) {
          return OffHeap.shortage(bytes, what);
        }

        @Override
        public Executable run(
            Use use, Graph graph, StaticShapes shapes, Map<String, INDArray> inputs) {
          return new Plan(graph, inputs);
        }
      };
}
