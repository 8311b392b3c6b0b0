package org.sotdl4j.cuda;

/** CUDA has failed: the message is a sentence. What the GPU held may be lost. */
public final class CudaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CudaException(String message) {
    super(message);
  }
}
