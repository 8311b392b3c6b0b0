package org.sotdl4j.cuda;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Executable;
import org.sotdl4j.engine.Place;
import org.sotdl4j.engine.Schedule;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.engine.Task;

/**
 * A schedule on a GPU. A run copies the inputs there, and the parameters that may have changed,
 * runs the steps, and copies the results back.
 */
final class CudaProgram implements Executable {

  /** A task, and the steps that it became. */
  private record Prepared(Task task, List<Runnable> steps) {

    void run() {
      steps.forEach(Runnable::run);
    }

    StepTime time(long nanoseconds) {
      long bytes =
          Stream.concat(task.in().stream(), task.out().stream()).mapToLong(Place::bytes).sum();
      return new StepTime(task.computation().name(), shapes(), nanoseconds, 0, bytes);
    }

    private String shapes() {
      return shapes(task.in()) + " -> " + shapes(task.out());
    }

    private static String shapes(List<Place> places) {
      return String.join(", ", places.stream().map(p -> Arrays.toString(p.shape())).toList());
    }
  }

  private final Gpu gpu;
  private final Schedule schedule;
  private final DeviceMemory memory;
  private final Arena keeps = Arena.ofShared();
  private final List<Prepared> tasks = new ArrayList<>();
  private final Runnable all;
  private final List<Place.Value> changing;
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();

  /**
   * @throws UnsupportedOperationException if a task cannot run on a GPU
   */
  CudaProgram(Gpu gpu, Schedule schedule) {
    this.gpu = gpu;
    this.schedule = schedule;
    long scratch = Lowering.scratchBytes(schedule);
    this.memory = new DeviceMemory(gpu, schedule, scratch);
    this.changing = schedule.values().stream().filter(Place.Value::changes).toList();
    // A program outlives the workspace in which it may be made.
    try (MemoryWorkspace _ = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      schedule.values().stream().filter(value -> !value.changes()).forEach(this::upload);
      schedule.tasks().forEach(this::prepare);
      all = gpu.together(tasks.stream().flatMap(task -> task.steps().stream()).toList(), keeps);
      schedule.outputs().forEach((name, place) -> outputs.put(name, host(place)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void prepare(Task task) {
    Emitter emitter = new Emitter(memory.scratch());
    new Lowering(memory::buffer, emitter).lower(task);
    tasks.add(
        new Prepared(
            task, emitter.steps().stream().map(step -> gpu.prepare(step, keeps)).toList()));
  }

  /** Parameters that are returned are the caller's own. */
  private static INDArray host(Place place) {
    return switch (place) {
      case Place.Block block -> Nd4j.createUninitialized(block.type(), block.shape());
      case Place.Value value -> value.array();
    };
  }

  private void upload(Place.Value value) {
    upload(value.array(), value);
  }

  private void upload(INDArray array, Place to) {
    gpu.upload(HostArray.segment(HostArray.inOrder(array)), memory.buffer(to).address());
  }

  @Override
  public void run(Map<String, INDArray> placeholders) {
    schedule.inputs().forEach((name, place) -> upload(placeholders.get(name), place));
    changing.forEach(this::upload);
    all.run();
    schedule
        .outputs()
        .forEach((name, place) -> {
          if (place instanceof Place.Block) {
            gpu.download(memory.buffer(place).address(), HostArray.segment(outputs.get(name)));
          }
        });
    gpu.synchronize();
  }

  @Override
  public Map<String, INDArray> outputs() {
    return outputs;
  }

  @Override
  public List<StepTime> profile() {
    List<StepTime> times = new ArrayList<>();
    gpu.synchronize();
    for (Prepared prepared : tasks) {
      long start = System.nanoTime();
      prepared.run();
      gpu.synchronize();
      times.add(prepared.time(System.nanoTime() - start));
    }
    return times;
  }

  /** Arrays on the device are looked at after each task, by copying them back. */
  @Override
  public Optional<String> firstNotFinite() {
    for (Prepared prepared : tasks) {
      Task task = prepared.task();
      for (Place place : task.in()) {
        if (place instanceof Place.Value && place.type().isFPType() && !isFinite(place)) {
          return Optional.of(
              "a parameter of the op %s, which makes %s, has a NaN or infinity"
                  .formatted(task.computation().name(), task.variable()));
        }
      }
      prepared.run();
      for (Place place : task.out()) {
        if (place.type().isFPType() && !isFinite(place)) {
          return Optional.of(
              "the op %s makes NaN or infinity of numbers: %s"
                  .formatted(task.computation().name(), task.variable()));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isFinite(Place place) {
    try (INDArray copy = Nd4j.createUninitialized(place.type(), place.shape())) {
      gpu.download(memory.buffer(place).address(), HostArray.segment(copy));
      gpu.synchronize();
      return copy.isNaN().none() && copy.isInfinite().none();
    }
  }

  @Override
  public void close() {
    gpu.synchronize();
    keeps.close();
    memory.close();
  }
}
