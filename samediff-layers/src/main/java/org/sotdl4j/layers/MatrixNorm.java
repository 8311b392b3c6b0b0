package org.sotdl4j.layers;

/** Normalisation of the matrices [M, p, d] that second-order pooling makes; the shape is kept. */
public sealed interface MatrixNorm extends Layer
    permits SvPn, EPn, ScaleNorm, RowNorm, NoNorm, MatrixSquareRoot, Transposed {}
