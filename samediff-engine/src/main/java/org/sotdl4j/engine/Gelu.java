package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.List;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The exact GELU, x Phi(x), in one pass, and its gradient in another. There Phi comes from the
 * rational approximation of erf by Abramowitz and Stegun (7.1.26; error at most 1.5e-7), whose
 * exponential the gradient needs anyway.
 */
public record Gelu() implements Operation {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;

  /** The approximation's constant for the argument x / sqrt 2. */
  private static final float P = (float) (0.3275911 / Math.sqrt(2));

  // Half the approximation's coefficients: 1 - Phi is half of 1 - erf.
  private static final float A1 = (float) (0.254829592 / 2);
  private static final float A2 = (float) (-0.284496736 / 2);
  private static final float A3 = (float) (1.421413741 / 2);
  private static final float A4 = (float) (-1.453152027 / 2);
  private static final float A5 = (float) (1.061405429 / 2);

  /** The power of 2 that is exp(-x^2 / 2), through x^2. */
  private static final float POWER = (float) (-0.5 / Math.log(2));

  /** The least power of 2 that is not rounded up. */
  private static final float SMALLEST = -126;

  /** 1 / sqrt(2 pi), the normal density at 0. */
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  /** From where on GELU is x or 0, but for 1e-7. */
  private static final float FAR = 5.5f;

  // (Phi(x) - 1/2) / x as a quotient of polynomials of x^2 up to FAR: a minimax fit made for this
  // class, exact to 2e-8, so that GELU alone needs no exponential.
  private static final float P0 = 0.398942f;
  private static final float P1 = 0.035141893f;
  private static final float P2 = 0.004761588f;
  private static final float P3 = 0.00018285344f;
  private static final float P4 = 6.530682e-06f;
  private static final float P5 = 2.2216124e-08f;
  private static final float Q1 = 0.25475127f;
  private static final float Q2 = 0.029398441f;
  private static final float Q3 = 0.001962408f;
  private static final float Q4 = 7.860862e-05f;
  private static final float Q5 = 1.1953994e-06f;

  /** Finds {@code x * ((erf(x * sqrt 1/2) + 1) * 1/2)}. */
  static void fuse(Rewriter graph) {
    for (Node erf : graph.nodes("erf")) {
      Node scaled = graph.producer(erf.in().getFirst(), "mul_scalar");
      Node plusOne = graph.consumer(erf.onlyOut(), "add_scalar");
      Node half = plusOne == null ? null : graph.consumer(plusOne.onlyOut(), "mul_scalar");
      Node product = half == null ? null : graph.consumer(half.onlyOut(), "multiply");
      if (scaled == null || product == null) {
        continue;
      }
      String x = scaled.in().getFirst();
      boolean matches =
          Math.abs(Rewriter.scalar(scaled) - Math.sqrt(0.5)) < 1e-6
              && Rewriter.scalar(plusOne) == 1
              && Rewriter.scalar(half) == 0.5
              && Set.copyOf(product.in()).equals(Set.of(x, half.onlyOut()))
              && graph.isFloatActivation(x);
      if (matches) {
        graph.replace(
            List.of(scaled, erf, plusOne, half, product), product, new Gelu(), List.of(x));
      }
    }
  }

  @Override
  public String name() {
    return "gelu";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public Binding bind(List<INDArray> in) {
    return new Elementwise1(in, Gelu::forward);
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(new Gradient(), List.of(upstream.getFirst(), node.in().getFirst()), 1);
  }

  /** From the upstream gradient and x. */
  public record Gradient() implements Operation {

    @Override
    public String name() {
      return "gelu_bp";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      return new Elementwise1(in, Gelu::backward);
    }
  }

  /** Computes some floats of the output from those at the same place of the inputs. */
  @FunctionalInterface
  private interface Kernel {
    void run(long first, long second, long out, int floats);
  }

  /** One output of the first input's shape. */
  private record Elementwise1(List<INDArray> in, Kernel kernel) implements Operation.Binding {

    @Override
    public List<LongShapeDescriptor> outputs() {
      return List.of(
          LongShapeDescriptor.fromShape(in.getFirst().shape(), in.getFirst().dataType()));
    }

    @Override
    public Step step(List<INDArray> out) {
      long length = in.getFirst().length();
      long first = Floats.address(in.getFirst());
      long second = Floats.address(in.getLast());
      long target = Floats.address(out.getFirst());
      return () ->
          Parallel.run(
              length,
              4,
              (from, to) -> {
                long at = from * BYTES;
                kernel.run(first + at, second + at, target + at, (int) (to - from));
              });
    }

    @Override
    public boolean isInPlace(int input) {
      return true;
    }
  }

  private static void forward(long x, long unused, long out, int n) {
    int whole = Rows.whole(n);
    for (int i = 0; i < whole; i += LANES) {
      gelu(Rows.load(x + i * BYTES)).intoMemorySegment(MEMORY, out + i * BYTES, Rows.ORDER);
    }
    for (long i = whole; i < n; i++) {
      Floats.set(out + i * BYTES, gelu(Floats.get(x + i * BYTES)));
    }
  }

  /** In place, for whole vectors of an array. */
  static void apply(float[] x, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      gelu(Rows.load(x, i)).intoArray(x, i);
    }
  }

  private static void backward(long upstream, long x, long out, int n) {
    int whole = Rows.whole(n);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = Rows.load(x + i * BYTES);
      FloatVector g = Rows.load(upstream + i * BYTES);
      FloatVector power = v.mul(v).mul(POWER);
      FloatVector e =
          Functions.powerOfTwo(power).blend(0, power.compare(VectorOperators.LT, SMALLEST));
      v.mul(e)
          .fma(FloatVector.broadcast(SPECIES, DENSITY), cdf(v, e))
          .mul(g)
          .intoMemorySegment(MEMORY, out + i * BYTES, Rows.ORDER);
    }
    for (long i = whole; i < n; i++) {
      float gradient = gradient(Floats.get(x + i * BYTES));
      Floats.set(out + i * BYTES, Floats.get(upstream + i * BYTES) * gradient);
    }
  }

  /** {@code x (1/2 + x r(x^2))} with r a quotient of polynomials; beyond FAR x or 0. */
  private static FloatVector gelu(FloatVector x) {
    FloatVector s = x.mul(x);
    FloatVector p = s.fma(all(P5), all(P4)).fma(s, all(P3)).fma(s, all(P2));
    FloatVector q = s.fma(all(Q5), all(Q4)).fma(s, all(Q3)).fma(s, all(Q2));
    p = p.fma(s, all(P1)).fma(s, all(P0));
    q = q.fma(s, all(Q1)).fma(s, all(1));
    FloatVector y = p.div(q).fma(x, all(0.5f)).mul(x);
    // Times 0, so that minus infinity gives NaN, as elsewhere.
    FloatVector far = x.mul(FloatVector.zero(SPECIES).blend(1, x.compare(VectorOperators.GT, 0)));
    return y.blend(far, s.compare(VectorOperators.GT, FAR * FAR));
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** Phi(x), given exp(-x^2 / 2). */
  private static FloatVector cdf(FloatVector x, FloatVector e) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector t = one.div(x.abs().fma(FloatVector.broadcast(SPECIES, P), one));
    FloatVector p = t.fma(FloatVector.broadcast(SPECIES, A5), FloatVector.broadcast(SPECIES, A4));
    p = p.fma(t, FloatVector.broadcast(SPECIES, A3));
    p = p.fma(t, FloatVector.broadcast(SPECIES, A2));
    p = p.fma(t, FloatVector.broadcast(SPECIES, A1));
    FloatVector tail = p.mul(t).mul(e);
    return one.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0));
  }

  /** The scalar twin of {@link #forward}. */
  static float gelu(float x) {
    return (float) (x * cdf(x));
  }

  /** The scalar twin of {@link #backward}, for an upstream gradient of 1. */
  static float gradient(float x) {
    return (float) (cdf(x) + x * DENSITY * Math.exp(-0.5 * x * x));
  }

  private static double cdf(double x) {
    double t = 1 / (1 + P * Math.abs(x));
    double p = t * (A1 + t * (A2 + t * (A3 + t * (A4 + t * A5))));
    double tail = p * Math.exp(-0.5 * x * x);
    return x < 0 ? tail : 1 - tail;
  }
}
