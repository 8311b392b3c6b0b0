package org.sotdl4j.engine;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/** The ways to run a graph. */
public enum Engine {
  /** SameDiff's own session: slow, and the oracle that the other is tested against. */
  STOCK {
    @Override
    Program program(SameDiff sd, Map<String, String> outputs) {
      return new StockProgram(sd, outputs);
    }
  },
  /** A flat list of steps with everything prepared. */
  COMPILED {
    @Override
    Program program(SameDiff sd, Map<String, String> outputs) {
      return new CompiledProgram(sd, outputs);
    }
  };

  /** Where SameDiff keeps a graph's gradients. */
  private static final String GRADIENT_FUNCTION = "grad";

  /**
   * @param outputs the graph's variables to compute, by the names under which the program returns
   *     them
   */
  abstract Program program(SameDiff sd, Map<String, String> outputs);

  /**
   * A program that computes some variables of a graph.
   *
   * @throws IllegalArgumentException if the graph has no variable of that name
   */
  public Program inference(SameDiff sd, List<String> outputs) {
    return program(sd, existing(sd, outputs));
  }

  /**
   * A program that computes a loss, its gradients by all trainable variables on which it depends,
   * and other variables.
   *
   * @param loss a scalar
   * @param outputs further variables to return
   * @throws IllegalArgumentException if the graph has no variable of that name
   */
  public Program training(SameDiff sd, String loss, List<String> outputs) {
    Map<String, String> names = existing(sd, outputs);
    names.putAll(existing(sd, List.of(loss)));
    sd.setLossVariables(loss);
    createGradients(sd);
    for (SDVariable variable : sd.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE && variable.getGradient() != null) {
        names.put(Program.gradient(variable.name()), variable.getGradient().name());
      }
    }
    return program(sd.getFunction(GRADIENT_FUNCTION), names);
  }

  /** SameDiff prints a line for each op that it differentiates; standard output is the caller's. */
  private static synchronized void createGradients(SameDiff sd) {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      sd.createGradFunction();
    } finally {
      System.setOut(out);
    }
  }

  private static Map<String, String> existing(SameDiff sd, List<String> outputs) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String name : outputs) {
      if (!sd.hasVariable(name)) {
        throw new IllegalArgumentException("The graph has no variable named " + name);
      }
      names.put(name, name);
    }
    return names;
  }
}
