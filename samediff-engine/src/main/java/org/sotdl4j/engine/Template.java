package org.sotdl4j.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;

/**
 * Copies of a class, in each of which something else is a constant. The JIT compiles a method once
 * for all callers; in its own class it knows what the callers differ in.
 */
final class Template {

  private Template() {}

  /**
   * An instance of a copy of its own.
   *
   * @param template in this package, with a constructor without parameters
   * @param data what its static fields get from {@link #data}
   */
  static Object instance(Class<?> template, Object data) {
    try (InputStream in = template.getResourceAsStream(template.getSimpleName() + ".class")) {
      return MethodHandles.lookup()
          .defineHiddenClassWithClassData(in.readAllBytes(), data, true)
          .lookupClass()
          .getDeclaredConstructor()
          .newInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("A copy of " + template.getSimpleName() + " could not be made", e);
    }
  }

  /** What the copy whose lookup this is was made with. */
  static <T> T data(MethodHandles.Lookup copy, Class<T> type) {
    try {
      return MethodHandles.classData(copy, ConstantDescs.DEFAULT_NAME, type);
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
