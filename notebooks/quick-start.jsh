// Quick start: train the smallest SoT on pictures of clothes, look at the curves, ask about a picture.
//
//   ./sot shell notebooks/quick-start.jsh
//   ./sot shell notebooks/quick-start.jsh -Ddata=path/to/pictures -Depochs=30
//
// In JShell itself (./sot shell) paste the lines one by one.

String data = System.getProperty("data", "fashion-mnist");
int epochs = Integer.getInteger("epochs", 3);

// A model of the zoo is an immutable description; ./sot list shows all names.
Model tiny = model("sot_nano");
System.out.println(tiny.input());

// Options are those of ./sot train. The run's folder holds weights, metrics and a report.
History history = fit("sot_nano", data, "--epochs", "" + epochs, "--warmup-epochs", "0");
System.out.printf("best top-1 after %d epochs: %.1f %%%n", epochs, 100 * history.top1());
plot(history);

// The trained model says what it sees.
Sample picture = DataSource.open(data).val().get(0);
show(picture.picture());
try (SotPredictor predictor = history.predictor()) {
  System.out.println("It is of class " + DataSource.open(data).val().classes().get(picture.label()));
  predictor.topK(picture.picture(), 3).forEach(System.out::println);
}
