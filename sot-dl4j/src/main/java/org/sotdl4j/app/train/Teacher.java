package org.sotdl4j.app.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Checkpoint;
import org.sotdl4j.zoo.CheckpointException;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

/** A trained model that another one learns from. */
final class Teacher implements AutoCloseable {

  private final Distillation distillation;
  private final Parameters parameters;
  private final Program program;
  private final String logits;

  /**
   * Opens the teacher for a student's pictures and classes.
   *
   * @throws CheckpointException if the checkpoint cannot be read, does not say its model or does
   *     not fit
   */
  static Teacher open(Distillation distillation, Model student, Engine engine) {
    Path given = Path.of(distillation.teacher());
    Path file = Files.isDirectory(given) ? new RunFolder(given).best() : given;
    String name = distillation.teacherModel();
    if (name == null) {
      name = Checkpoint.metadata(file).get(Checkpoint.MODEL);
    }
    if (name == null) {
      throw new CheckpointException(
          "%s does not say which model it is of: name it with --teacher-model".formatted(file));
    }
    Model usual = Zoo.get(name).model();
    Model model =
        usual.with(
            usual
                .setup()
                .withImageSize(student.setup().imageSize())
                .withClasses(student.setup().classes()));
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.uninitialized());
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
    Checkpoint.load(file, parameters);
    return new Teacher(distillation, parameters, graph, engine);
  }

  private Teacher(
      Distillation distillation, Parameters parameters, ModelGraph graph, Engine engine) {
    this.distillation = distillation;
    this.parameters = parameters;
    this.logits = graph.logits().name();
    this.program = engine.inference(graph.graph().sameDiff(), List.of(logits));
  }

  /** What {@link Criterion#TEACHER} takes for some pictures. */
  INDArray answer(INDArray images) {
    INDArray answer = program.run(Map.of(ModelGraph.IMAGE, images)).get(logits);
    return distillation.type() == Distillation.Type.HARD ? Targets.hard(answer) : answer.dup();
  }

  @Override
  public void close() {
    program.close();
    parameters.close();
  }
}
