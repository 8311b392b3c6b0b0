package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * Products of matrices by cuBLASLt, in float32 throughout (no TF32). It takes matrices column by
 * column, and what lies row by row is its own transposed: so it computes c' = b' a'.
 */
final class CublasLt implements AutoCloseable {

  // Values of cublasLt.h and library_types.h.
  private static final int COMPUTE_32F = 68;
  private static final int R_32F = 0;
  private static final int OP_N = 0;
  private static final int OP_T = 1;
  private static final int DESC_TRANSA = 3;
  private static final int DESC_TRANSB = 4;
  private static final int DESC_EPILOGUE = 7;
  private static final int DESC_BIAS_POINTER = 8;
  private static final int EPILOGUE_BIAS = 4;
  private static final int LAYOUT_BATCH_COUNT = 5;
  private static final int LAYOUT_STRIDED_BATCH_OFFSET = 6;
  private static final int PREFERENCE_MAX_WORKSPACE_BYTES = 1;

  /** Of cublasLtMatmulHeuristicResult_t, which begins with the algorithm. */
  private static final long HEURISTIC_BYTES = 96;

  /** What NVIDIA recommends for Hopper. */
  static final long WORKSPACE_BYTES = 32L << 20;

  private final Functions lt;
  private final long handle;
  private final MethodHandle matmul;

  private CublasLt(NativeLibrary library) {
    this.lt = Functions.of(library, "cuBLASLt", "cublasLtGetStatusString");
    this.handle = make("start", "cublasLtCreate");
    this.matmul =
        lt.get(
            "cublasLtMatmul",
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
  }

  /** The library, which needs no GPU to be found. */
  static Optional<NativeLibrary> library() {
    return NativeLibrary.find(
        List.of("libcublasLt.so.13", "libcublasLt.so.12"),
        List.of("cublasLt64_13.dll", "cublasLt64_12.dll"));
  }

  /** Opens the library; a context must be current. */
  static CublasLt open(NativeLibrary library) {
    return new CublasLt(library);
  }

  /** Makes something by a function that takes the place for its handle alone. */
  private long make(String work, String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment made = arena.allocate(JAVA_LONG);
      lt.check(work, () -> (int) lt.get(function, ADDRESS).invokeExact(made));
      return made.get(JAVA_LONG, 0);
    }
  }

  private long description(Gemm gemm, Arena arena, Arena keeps) {
    MemorySegment made = arena.allocate(JAVA_LONG);
    lt.check(
        "describe a product",
        () ->
            (int)
                lt.get("cublasLtMatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT)
                    .invokeExact(made, COMPUTE_32F, R_32F));
    long description = made.get(JAVA_LONG, 0);
    destroyWith(keeps, description, "cublasLtMatmulDescDestroy");
    // Our b is its A, and our a its B.
    set(description, DESC_TRANSA, number(gemm.b().transposed() ? OP_T : OP_N, arena));
    set(description, DESC_TRANSB, number(gemm.a().transposed() ? OP_T : OP_N, arena));
    if (gemm.bias() != 0) {
      set(description, DESC_EPILOGUE, number(EPILOGUE_BIAS, arena));
      set(description, DESC_BIAS_POINTER, arena.allocateFrom(JAVA_LONG, gemm.bias()));
    }
    return description;
  }

  private static MemorySegment number(int value, Arena arena) {
    return arena.allocateFrom(JAVA_INT, value);
  }

  private void set(long description, int attribute, MemorySegment value) {
    set("cublasLtMatmulDescSetAttribute", description, attribute, value);
  }

  private void set(String function, long of, int attribute, MemorySegment value) {
    lt.check(
        "take a setting",
        () ->
            (int)
                lt.get(function, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG)
                    .invokeExact(of, attribute, value, value.byteSize()));
  }

  /**
   * The layout of matrices that lie row by row, seen column by column.
   *
   * @param rows of ours, which are its columns
   */
  private long layout(int rows, int columns, int batch, long stride, Arena arena, Arena keeps) {
    MemorySegment made = arena.allocate(JAVA_LONG);
    lt.check(
        "describe a matrix",
        () ->
            (int)
                lt.get(
                        "cublasLtMatrixLayoutCreate",
                        ADDRESS,
                        JAVA_INT,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG)
                    .invokeExact(made, R_32F, (long) columns, (long) rows, (long) columns));
    long layout = made.get(JAVA_LONG, 0);
    destroyWith(keeps, layout, "cublasLtMatrixLayoutDestroy");
    if (batch > 1) {
      String function = "cublasLtMatrixLayoutSetAttribute";
      set(function, layout, LAYOUT_BATCH_COUNT, number(batch, arena));
      set(function, layout, LAYOUT_STRIDED_BATCH_OFFSET, arena.allocateFrom(JAVA_LONG, stride));
    }
    return layout;
  }

  private long sideLayout(
      Gemm.Side side, int rows, int columns, int batch, Arena arena, Arena keeps) {
    return side.transposed()
        ? layout(columns, rows, batch, side.stride(), arena, keeps)
        : layout(rows, columns, batch, side.stride(), arena, keeps);
  }

  /** Destroys something when a program ends. */
  @SuppressWarnings("restricted")
  private void destroyWith(Arena keeps, long made, String function) {
    var _ =
        MemorySegment.ofAddress(made)
            .reinterpret(
                keeps,
                segment ->
                    lt.check(
                        "end a product",
                        () -> (int) lt.get(function, JAVA_LONG).invokeExact(segment.address())));
  }

  /**
   * A product made ready to run many times.
   *
   * @param workspace of {@link #WORKSPACE_BYTES}
   * @param keeps lives as long as the product
   */
  Runnable prepare(Gemm gemm, long workspace, long stream, Arena keeps) {
    Gemm.Size size = gemm.size();
    try (Arena arena = Arena.ofConfined()) {
      long description = description(gemm, arena, keeps);
      long a = sideLayout(gemm.b(), size.k(), size.n(), size.batch(), arena, keeps);
      long b = sideLayout(gemm.a(), size.m(), size.k(), size.batch(), arena, keeps);
      long c = layout(size.m(), size.n(), size.batch(), gemm.stride(), arena, keeps);
      MemorySegment algorithm = keeps.allocate(HEURISTIC_BYTES, Long.BYTES);
      choose(gemm, description, a, b, c, algorithm, arena);
      MemorySegment alpha = keeps.allocateFrom(JAVA_FLOAT, 1f);
      MemorySegment beta = keeps.allocateFrom(JAVA_FLOAT, 0f);
      return () ->
          lt.check(
              "multiply",
              () ->
                  (int)
                      matmul.invokeExact(
                          handle,
                          description,
                          alpha,
                          gemm.b().address(),
                          a,
                          gemm.a().address(),
                          b,
                          beta,
                          gemm.c(),
                          c,
                          gemm.c(),
                          c,
                          algorithm,
                          workspace,
                          WORKSPACE_BYTES,
                          stream));
    }
  }

  @Override
  public void close() {
    lt.check("end", () -> (int) lt.get("cublasLtDestroy", JAVA_LONG).invokeExact(handle));
  }

  /** Fills in the algorithm that cuBLASLt thinks the fastest. */
  private void choose(
      Gemm gemm, long description, long a, long b, long c, MemorySegment algorithm, Arena arena) {
    long preference = make("take a preference", "cublasLtMatmulPreferenceCreate");
    set(
        "cublasLtMatmulPreferenceSetAttribute",
        preference,
        PREFERENCE_MAX_WORKSPACE_BYTES,
        arena.allocateFrom(JAVA_LONG, WORKSPACE_BYTES));
    MemorySegment found = arena.allocate(JAVA_INT);
    lt.check(
        "find a way to multiply " + gemm.size(),
        () ->
            (int)
                lt.get(
                        "cublasLtMatmulAlgoGetHeuristic",
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_INT,
                        ADDRESS,
                        ADDRESS)
                    .invokeExact(handle, description, a, b, c, c, preference, 1, algorithm, found));
    lt.check(
        "forget a preference",
        () -> (int) lt.get("cublasLtMatmulPreferenceDestroy", JAVA_LONG).invokeExact(preference));
    if (found.get(JAVA_INT, 0) == 0) {
      throw new CudaException("cuBLASLt knows no way to multiply " + gemm.size());
    }
  }
}
