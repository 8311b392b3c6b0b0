package org.sotdl4j.engine;

/**
 * What a {@link Loop} reads: in each row either a run of floats or one value for the whole row.
 *
 * @param address of the first float; 0 for a constant
 * @param constant the value where there is no array
 * @param rowStep floats from the run of one row to the run of the next
 * @param middleStep floats from the value of one middle index to the value of the next
 * @param scalar whether a row has one value
 */
record Operand(long address, float constant, long rowStep, long middleStep, boolean scalar) {

  static final Operand NONE = constant(0);

  static Operand constant(float value) {
    return new Operand(0, value, 0, 0, true);
  }

  long address(long row, long middle) {
    return address + (row * rowStep + middle * middleStep) * Floats.BYTES;
  }

  /** The row's value, of an operand that has one. */
  float value(long row, long middle) {
    return address == 0 ? constant : Floats.get(address(row, middle));
  }
}
