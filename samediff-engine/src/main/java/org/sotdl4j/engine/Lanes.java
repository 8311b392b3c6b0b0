package org.sotdl4j.engine;

import jdk.incubator.vector.FloatVector;

/** A function of up to three floats, many at a time. */
@FunctionalInterface
interface Lanes {
  FloatVector apply(FloatVector x, FloatVector y, FloatVector z);
}
