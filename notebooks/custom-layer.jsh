// A layer of your own, from scratch: an immutable record that writes standard SameDiff ops. Scope names and makes its
// parameters, so that checkpoints, optimizers, export and both engines know it.
//
//   ./sot shell notebooks/custom-layer.jsh

int steps = Integer.getInteger("steps", 200);

// y = x + scale * tanh(W x): a residual with a gate that begins at 0. [B, C] to [B, C].
record GatedResidual(int width) implements Layer {
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable inner = scope.call("inner", new Linear(width, width), x);
    SDVariable gate = scope.parameter("gate", Initializer.ZEROS, width);
    return x.add(scope.sd().math.tanh(inner).mul(gate));
  }
}

// A small network: is a point inside the circle? Layers within layers get paths as names.
Parameters weights = new Parameters(DataType.FLOAT, Parameters.Source.seeded(7));
Graph graph = Graph.create(weights, Phase.TRAIN);
SDVariable x = graph.input("x", 2);
SDVariable y = graph.root().call("embed", new Linear(2, 16), x);
for (int i = 0; i < 3; i++) {
  y = graph.root().call("blocks." + i, new GatedResidual(16), y);
}
SDVariable logits = graph.root().call("head", new Linear(16, 2), y).rename("logits");
SDVariable loss = Losses.crossEntropy(graph.root(), logits, graph.input("targets", 2)).rename("loss");
weights.trainable().map(Parameter::name).forEach(System.out::println);

INDArray points = Nd4j.rand(DataType.FLOAT, 512, 2).muli(2).subi(1);
int[] inside = IntStream.range(0, 512)
    .map(i -> Math.hypot(points.getDouble(i, 0), points.getDouble(i, 1)) < 0.75 ? 1 : 0).toArray();
Map<String, INDArray> inputs = Map.of("x", points, "targets", Targets.of(inside, 2, 0));

// The same graph on SameDiff's own session and on the engine: equal gradients.
Program engine = Engine.COMPILED.training(graph.sameDiff(), "loss", List.of("logits"));
INDArray fast = engine.run(inputs).get(Program.gradient("blocks.2.gate")).dup();
INDArray slow = Engine.STOCK.training(graph.sameDiff(), "loss", List.of("logits"))
    .run(inputs).get(Program.gradient("blocks.2.gate"));
System.out.println("largest difference of a gradient: " + fast.sub(slow).amaxNumber());
if (!fast.equalsWithEps(slow, 1e-5)) throw new IllegalStateException("the engines disagree");

// Train it: AdamW on the gradients, in place.
double first = engine.run(inputs).get("loss").getDouble(0);
AdamW optimizer = new AdamW();
for (int step = 0; step < steps; step++) {
  Map<String, INDArray> values = engine.run(inputs);
  optimizer.step(weights.trainable().map(p ->
      new Change(p.name(), p.array(), values.get(Program.gradient(p.name())), 0.01, 0)).toList());
}
double last = engine.run(inputs).get("loss").getDouble(0);
System.out.printf("loss %.3f, after %d steps %.3f%n", first, steps, last);
if (!(last < first)) throw new IllegalStateException("nothing was learned");
