package org.sotdl4j.app.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.CheckpointException;

/** A trained model that another one learns from. */
final class Teacher implements AutoCloseable {

  private final Distillation distillation;
  private final SavedModel model;
  private final Program program;
  private final String logits;
  private final InputSpec given;
  private final InputSpec wanted;

  /**
   * Opens the teacher for a student's pictures and classes.
   *
   * @param classes the student's, by their names
   * @throws CheckpointException if the checkpoint cannot be read, does not say its model or does
   *     not suit the student
   */
  Teacher(Distillation distillation, Model student, List<String> classes, Engine engine) {
    this.distillation = distillation;
    this.model = open(distillation, student.setup());
    requireSameNames(classes);
    this.given = student.input();
    this.wanted = model.model().input();
    ModelGraph graph = ModelGraph.of(model.model(), model.parameters(), Phase.EVAL);
    this.logits = graph.logits().name();
    this.program = engine.frozen(graph.graph().sameDiff(), List.of(logits));
  }

  private static SavedModel open(Distillation distillation, Setup student) {
    Path path = Path.of(distillation.teacher());
    String name = distillation.teacherModel();
    if (name != null) {
      Model usual = Zoo.get(name).model();
      Setup setup = usual.setup().withImageSize(student.imageSize()).withClasses(student.classes());
      return SavedModel.open(path, name, usual.with(setup), true);
    }
    SavedModel teacher = SavedModel.open(path);
    Setup setup = teacher.model().setup();
    if (setup.imageSize() != student.imageSize() || setup.classes() != student.classes()) {
      throw new CheckpointException(
          "The teacher %s takes %d pixels and knows %d classes, the student %d pixels and %d classes"
              .formatted(
                  path,
                  setup.imageSize(),
                  setup.classes(),
                  student.imageSize(),
                  student.classes()));
    }
    return teacher;
  }

  /** Two models may know as many classes, and other ones or in another order. */
  private void requireSameNames(List<String> classes) {
    List<String> own = model.classNames().orElse(classes);
    for (int i = 0; i < classes.size(); i++) {
      if (!own.get(i).equals(classes.get(i))) {
        model.close();
        throw new CheckpointException(
            "Class %d of the teacher %s is %s, of the student %s"
                .formatted(i, distillation.teacher(), own.get(i), classes.get(i)));
      }
    }
  }

  /**
   * What {@link Criterion#TEACHER} takes for some pictures.
   *
   * @param images [B, C, H, W] as the student takes them
   */
  INDArray answer(INDArray images) {
    if (given.mean().equals(wanted.mean()) && given.std().equals(wanted.std())) {
      return told(images);
    }
    INDArray normalized = normalizedAnew(images);
    INDArray told = told(normalized);
    normalized.close();
    return told;
  }

  private INDArray told(INDArray images) {
    INDArray answer = program.run(Map.of(ModelGraph.IMAGE, images)).get(logits);
    return distillation.type() == Distillation.Type.HARD ? Targets.hard(answer) : answer.dup();
  }

  /** The same pictures by the teacher's mean and standard deviation. */
  private INDArray normalizedAnew(INDArray images) {
    INDArray seen = images.dup();
    for (int c = 0; c < given.mean().size(); c++) {
      double factor = given.std().get(c) / wanted.std().get(c);
      double shift = (given.mean().get(c) - wanted.mean().get(c)) / wanted.std().get(c);
      seen.get(NDArrayIndex.all(), NDArrayIndex.point(c)).muli(factor).addi(shift);
    }
    return seen;
  }

  @Override
  public void close() {
    program.close();
    model.close();
  }
}
