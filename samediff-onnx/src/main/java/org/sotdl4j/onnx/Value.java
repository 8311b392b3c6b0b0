package org.sotdl4j.onnx;

import org.nd4j.linalg.api.buffer.DataType;

/** What flows between nodes of the ONNX graph. */
record Value(String name, DataType type, BatchShape shape) {}
