package org.sotdl4j.app;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.sotdl4j.app.train.TrainingFailedException;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.engine.OperationException;
import org.sotdl4j.onnx.UnsupportedGraphException;
import org.sotdl4j.zoo.UnknownModelException;
import org.sotdl4j.zoo.checkpoint.CheckpointException;

/** What the user reads about a failure: one sentence. */
final class ErrorMessage {

  private ErrorMessage() {}

  static String of(Throwable failure) {
    return switch (failure) {
      case UserException e -> e.getMessage();
      case DatasetException e -> e.getMessage();
      case CheckpointException e -> e.getMessage();
      case UnknownModelException e -> e.getMessage();
      case TrainingFailedException e -> e.getMessage();
      case UnsupportedGraphException e -> e.getMessage();
      case UncheckedIOException e -> of(e.getCause());
      case NoSuchFileException e -> "no such file or folder: " + e.getFile();
      case AccessDeniedException e -> "no permission to read or write " + e.getFile();
      case FileAlreadyExistsException e -> "there is already a file or folder " + e.getFile();
      case NotDirectoryException e -> "not a folder: " + e.getFile();
      case FileSystemException e -> "cannot read or write " + e.getMessage();
      case FileNotFoundException e -> "cannot open " + e.getMessage();
      case IOException e -> e.getMessage();
      case NotEnoughMemoryException e -> notEnoughMemory(e);
      case OutOfMemoryError e -> notEnoughMemory(e);
      case OperationException e -> e.getMessage();
      case LinkageError e ->
          "a class or a native library does not load (%s); './sot doctor' examines the machine"
              .formatted(e);
      default -> "unexpected %s; run again with --debug for the stack trace".formatted(failure);
    };
  }

  private static String notEnoughMemory(Throwable failure) {
    return "not enough memory (%s): lower --batch-size, or allow more with SOT_JAVA_OPTS=-Xmx..., of which off-heap memory is the double"
        .formatted(failure.getMessage());
  }
}
