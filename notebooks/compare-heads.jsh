// Compare classification heads on the same backbone: the class token alone, and class token with word tokens pooled by
// their cross-covariance, plain or with singular value power normalisation (SoT's head).
//
//   ./sot shell notebooks/compare-heads.jsh -Dsteps=600

int steps = Integer.getInteger("steps", 100);
int batch = 32;
SoT base = (SoT) model("sot_nano");
Dataset clothes = BundledFashionMnist.train();
List<Sample> unseen = IntStream.range(0, Integer.getInteger("unseen", 200)).mapToObj(BundledFashionMnist.val()::get).toList();

// The head is a part of the record: everything else stays.
SoT with(ClassificationHead head) {
  return new SoT(base.setup(), base.dim(), base.depth(), base.heads(), base.mlpRatio(), base.qkvBias(), base.tokens(), head, base.input());
}
Map<String, ClassificationHead> heads = new LinkedHashMap<>();
heads.put("class token", new ClassTokenHead(64, 0));
heads.put("class and word tokens", new Classifier(64, new MultiHeadPooling(64, 4, 12, false, new NoNorm(), 0)));
heads.put("class and word tokens, svPN", new Classifier(64, new MultiHeadPooling(64, 4, 12, false, SvPn.standard(12), 0)));

// A training loop by hand: a pass gives loss and gradients, the optimizer changes the weights in place.
Parameters train(SoT sot) {
  Parameters weights = new Parameters(DataType.FLOAT, Parameters.Source.seeded(1));
  BatchLoader loader = new BatchLoader(
      clothes, Pipeline.evaluation(sot.input()), Pipeline.normalize(sot.input()), batch, 2, 4, BatchLoader.STRICT);
  try (TrainStep step = new TrainStep(sot, weights, Engine.COMPILED)) {
    AdamW optimizer = new AdamW();
    int done = 0;
    for (int epoch = 0; done < steps; epoch++) {
      try (Epoch batches = loader.training(new SplittableRandom(epoch), SplittableRandom::new, IntStream.range(0, loader.trainingBatches()))) {
        for (; batches.hasNext() && done < steps; done++) {
          try (Batch some = batches.next()) {
            TrainStep.Pass pass = step.pass(some.images(), Targets.of(some.labels(), 10, 0.1), site -> null);
            step.updateStatistics(pass);
            step.update(pass, optimizer, 1e-3 * (1 - (double) done / steps), p -> sot.decays(p) ? 0.05 : 0);
          }
        }
      }
    }
  }
  return weights;
}

for (var head : heads.entrySet()) {
  SoT sot = with(head.getValue());
  Parameters weights = train(sot);
  SavedModel trained = new SavedModel(Path.of(head.getKey()), "sot_nano", sot, weights, Optional.empty(), Optional.empty());
  try (SotPredictor predictor = SotPredictor.of(trained)) {
    var answers = predictor.topK(unseen.stream().map(Sample::picture), 1).iterator();
    long right = unseen.stream().filter(sample -> answers.next().getFirst().index() == sample.label()).count();
    System.out.printf("%-28s %,7d parameters, top-1 after %d steps: %.1f %%%n",
        head.getKey(), weights.trainableCount(), steps, 100.0 * right / unseen.size());
  }
}
