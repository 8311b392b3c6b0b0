// Load weights that PyTorch saved, and predict. With DeiT's file from its authors:
//
//   ./sot shell notebooks/official-checkpoint.jsh -Dcheckpoint=deit_tiny_patch16_224.pth -Dpicture=dog.jpg -Dclasses=imagenet.txt
//
// (one class name a line in imagenet.txt). Without them random weights and a picture of clothes stand in.

String name = System.getProperty("model", "deit_tiny");
String checkpoint = System.getProperty("checkpoint");
if (checkpoint == null) {
  System.out.println("No -Dcheckpoint=FILE: these weights are random.");
  Path file = Files.createTempDirectory("weights").resolve(name + ".safetensors");
  try (SavedModel random = SavedModel.untrained(name, model(name))) {
    Checkpoint.save(file, random.parameters(), new LinkedHashMap<>(), Map.of());
  }
  checkpoint = file.toString();
}

// What the file holds, under the official names; values are mapped from the disk, not read.
try (TensorFile file = TensorFile.open(Path.of(checkpoint))) {
  System.out.println(file.format() + ": " + file.names().stream().limit(5).toList());
}

String given = System.getProperty("picture");
Picture picture = given == null ? BundledFashionMnist.val().get(0).picture() : PictureDecoder.read(Path.of(given));
show(picture);

// Names for the classes, where there are some.
SavedModel saved = SavedModel.open(Path.of(checkpoint), name, model(name), true);
String classes = System.getProperty("classes");
if (classes != null) saved = saved.withClassNames(Files.readAllLines(Path.of(classes)));

// Size, crop, mean and deviation are the model's own.
try (SotPredictor predictor = SotPredictor.of(saved)) {
  predictor.topK(picture, 5).forEach(System.out::println);
  System.out.println("embedding of " + predictor.embedding(picture).length + " numbers, "
      + predictor.tokens(picture).length + " tokens");
}
