package org.sotdl4j.engine;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/** The ways to run a graph. */
public enum Engine {
  /** SameDiff's own session: slow, and the oracle that the other is tested against. */
  STOCK {
    @Override
    public Program inference(SameDiff sd, List<String> outputs) {
      return new StockProgram(sd, existing(sd, outputs));
    }

    @Override
    public Program frozen(SameDiff sd, List<String> outputs) {
      return inference(sd, outputs);
    }

    @Override
    public Program training(
        SameDiff sd, String loss, List<String> outputs, List<String> placeholders) {
      Map<String, String> names = existing(sd, outputs);
      names.putAll(existing(sd, List.of(loss)));
      sd.setLossVariables(loss);
      createGradients(sd, placeholders);
      for (String variable : differentiable(sd, placeholders)) {
        SDVariable gradient = sd.getVariable(variable).getGradient();
        if (gradient != null) {
          names.put(Program.gradient(variable), gradient.name());
        }
      }
      return new StockProgram(sd.getFunction(GRADIENT_FUNCTION), names);
    }
  },
  /**
   * A flat list of steps with everything prepared, on the device of {@link Backends}. Leaves the
   * graph as it is.
   */
  COMPILED {
    @Override
    public Program inference(SameDiff sd, List<String> outputs) {
      return CompiledProgram.inference(Backends.home(), sd, existing(sd, outputs));
    }

    @Override
    public Program frozen(SameDiff sd, List<String> outputs) {
      return CompiledProgram.frozen(Backends.home(), sd, existing(sd, outputs));
    }

    @Override
    public Program training(
        SameDiff sd, String loss, List<String> outputs, List<String> placeholders) {
      Map<String, String> names = existing(sd, outputs);
      names.putAll(existing(sd, List.of(loss)));
      return CompiledProgram.training(
          Backends.home(), sd, names, loss, differentiable(sd, placeholders));
    }
  };

  /** Where SameDiff keeps a graph's gradients. */
  private static final String GRADIENT_FUNCTION = "grad";

  /**
   * A program that computes some variables of a graph.
   *
   * @throws IllegalArgumentException if the graph has no variable of that name, or control flow,
   *     which only {@link #STOCK} runs
   */
  public abstract Program inference(SameDiff sd, List<String> outputs);

  /**
   * The same for parameters that do not change from now on: they may be kept a second time in a
   * form that is faster to use, and it is open whether a run sees a change.
   *
   * @throws IllegalArgumentException if the graph has no variable of that name
   */
  public abstract Program frozen(SameDiff sd, List<String> outputs);

  /**
   * A program that computes a loss, its gradients by all trainable variables on which it depends,
   * and other variables.
   *
   * @param loss a scalar
   * @param outputs further variables to return
   * @throws IllegalArgumentException if the graph has no variable of that name, or control flow
   */
  public Program training(SameDiff sd, String loss, List<String> outputs) {
    return training(sd, loss, outputs, List.of());
  }

  /**
   * The same with the gradients by some placeholders.
   *
   * @param placeholders by which the loss is differentiated too
   * @throws IllegalArgumentException if the graph has no variable of that name
   */
  public abstract Program training(
      SameDiff sd, String loss, List<String> outputs, List<String> placeholders);

  private static Set<String> differentiable(SameDiff sd, List<String> placeholders) {
    Set<String> names =
        sd.variables().stream()
            .filter(v -> v.getVariableType() == VariableType.VARIABLE && v.dataType().isFPType())
            .map(SDVariable::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    names.addAll(existing(sd, placeholders).keySet());
    return names;
  }

  /** SameDiff prints a line for each op that it differentiates; standard output is the caller's. */
  private static synchronized void createGradients(SameDiff sd, List<String> placeholders) {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      sd.createGradFunction(placeholders.toArray(String[]::new));
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
