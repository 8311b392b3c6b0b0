/**
 * ONNX models of SameDiff graphs. {@link org.sotdl4j.onnx.OnnxExport} walks the ops that the
 * outputs need; each is written by one row of the table of writers, and where ops together are a
 * layer norm, a batch norm, a GELU or a product with a bias, they become one node. It knows no
 * model: placeholders are the inputs, variables keep their names as initialisers, and open
 * dimensions are the batch.
 */
package org.sotdl4j.onnx;
