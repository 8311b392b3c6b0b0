// Fine-tune a trained model on a folder of your own: train/CLASS/*.jpg and val/CLASS/*.jpg (JPEG, PNG or WebP).
//
//   ./sot shell notebooks/fine-tune.jsh -Dpictures=my/pictures -Dcheckpoint=sot_tiny.pth -Dmodel=sot_tiny
//
// Without these properties it makes a folder of bags, sneakers and dresses, and first trains the weights to start from.

String name = System.getProperty("model", "sot_nano");
int epochs = Integer.getInteger("epochs", 3);

// 20 pictures of each of three classes to learn, 10 to validate.
Path examples() throws IOException {
  Path folder = Files.createTempDirectory("clothes");
  List<String> classes = List.of("Bag", "Sneaker", "Dress");
  Map<String, Integer> count = new HashMap<>();
  Dataset clothes = BundledFashionMnist.val();
  for (int i = 0; i < clothes.size(); i++) {
    Sample sample = clothes.get(i);
    String c = clothes.classes().get(sample.label());
    int n = classes.contains(c) ? count.merge(c, 1, Integer::sum) : 31;
    if (n <= 30) {
      save(sample.picture(), folder.resolve(n <= 20 ? "train" : "val").resolve(c).resolve(n + ".png"));
    }
  }
  return folder;
}
String pictures = System.getProperty("pictures");
if (pictures == null) pictures = examples().toString();

// Weights to start from: an official checkpoint, or a short training on other pictures.
String checkpoint = System.getProperty("checkpoint");
if (checkpoint == null) {
  History before = fit(name, System.getProperty("data", "fashion-mnist"), "--epochs", "1", "--warmup-epochs", "0");
  checkpoint = before.run().resolve("best.safetensors").toString();
}

// --finetune fits them: another number of classes starts the classifier anew, another size resizes the positions.
History history = fit(name, pictures, "--checkpoint", checkpoint, "--finetune", "--epochs", "" + epochs,
    "--warmup-epochs", "0", "--batch-size", "16", "--lr", "5e-4");
System.out.printf("best top-1: %.1f %%%n", 100 * history.top1());

// Which validation pictures resemble the first one? Their embeddings point the same way.
double cosine(float[] a, float[] b) {
  double ab = 0, aa = 0, bb = 0;
  for (int i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}
Dataset val = DataSource.open(pictures).val();
try (SotPredictor predictor = history.predictor()) {
  List<float[]> embeddings = predictor.embeddings(IntStream.range(0, val.size()).mapToObj(i -> val.get(i).picture()));
  IntStream.range(1, val.size())
      .boxed()
      .sorted(Comparator.comparingDouble(i -> -cosine(embeddings.get(0), embeddings.get(i))))
      .limit(3)
      .forEach(i -> System.out.println(val.name(i)));
}
