package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** The functions of a library that return a status, by name. */
final class Functions {

  private final NativeLibrary library;
  private final String what;
  private final IntFunction<String> explanation;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  /**
   * @param what the library in messages
   * @param explanation what a status means
   */
  Functions(NativeLibrary library, String what, IntFunction<String> explanation) {
    this.library = library;
    this.what = what;
    this.explanation = explanation;
  }

  /**
   * The functions of a library that says itself what a status means.
   *
   * @param texts the name of the function that does
   */
  static Functions of(NativeLibrary library, String what, String texts) {
    MethodHandle text = library.function(texts, FunctionDescriptor.of(ADDRESS, JAVA_INT));
    return new Functions(library, what, status -> explain(text, status));
  }

  @SuppressWarnings("restricted")
  private static String explain(MethodHandle function, int status) {
    try {
      MemorySegment text = (MemorySegment) function.invokeExact(status);
      return text.reinterpret(Integer.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A function that takes such arguments. */
  MethodHandle get(String name, MemoryLayout... arguments) {
    return handles.computeIfAbsent(
        name, n -> library.function(n, FunctionDescriptor.of(JAVA_INT, arguments)));
  }

  /** A call of a function of the library. */
  @FunctionalInterface
  interface Call {

    /** The status that it returns. */
    int run() throws Throwable;
  }

  /** The status of a call. */
  static int status(Call call) {
    try {
      return call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a method handle that throws what is neither
    }
  }

  /**
   * Calls a function that must succeed.
   *
   * @param work what it is to do, for messages
   * @throws CudaException if it does not
   */
  void check(String work, Call call) {
    int status = status(call);
    if (status != 0) {
      throw new CudaException(
          "%s cannot %s: %s (%d)".formatted(what, work, explanation.apply(status), status));
    }
  }
}
