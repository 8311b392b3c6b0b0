package org.sotdl4j.app.verify;

/**
 * The result of one case.
 *
 * @param name the case
 * @param passed whether all comparisons were within their bounds
 * @param detail the worst comparison, or what failed
 */
record Outcome(String name, boolean passed, String detail) {}
