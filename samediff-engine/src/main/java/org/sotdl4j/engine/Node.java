package org.sotdl4j.engine;

import java.util.List;

/**
 * An operation at its place in a graph.
 *
 * @param operation what is computed
 * @param in names of the variables that it reads
 * @param out names of the variables that it makes
 */
record Node(Operation operation, List<String> in, List<String> out) {

  /** A name for a further variable that goes with one; no graph's own variable has such a name. */
  static String beside(String variable, String what) {
    return variable + "\u001f" + what;
  }

  String onlyOut() {
    return out.getFirst();
  }

  /** A variable is made in one place. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Node node && out.equals(node.out);
  }

  @Override
  public int hashCode() {
    return out.hashCode();
  }
}
