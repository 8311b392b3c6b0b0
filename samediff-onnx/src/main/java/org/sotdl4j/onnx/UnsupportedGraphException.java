package org.sotdl4j.onnx;

/** Thrown where a graph has no counterpart in ONNX; the message is one sentence. */
public final class UnsupportedGraphException extends RuntimeException {

  UnsupportedGraphException(String message) {
    super(message);
  }
}
