package org.sotdl4j.app.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Phase;
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

  /**
   * Opens the teacher for a student's pictures and classes.
   *
   * @throws CheckpointException if the checkpoint cannot be read, does not say its model or does
   *     not suit the student
   */
  Teacher(Distillation distillation, Model student, Engine engine) {
    this.distillation = distillation;
    this.model = open(distillation, student.setup());
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

  /** What {@link Criterion#TEACHER} takes for some pictures. */
  INDArray answer(INDArray images) {
    INDArray answer = program.run(Map.of(ModelGraph.IMAGE, images)).get(logits);
    return distillation.type() == Distillation.Type.HARD ? Targets.hard(answer) : answer.dup();
  }

  @Override
  public void close() {
    program.close();
    model.close();
  }
}
