package org.sotdl4j.cuda;

import org.sotdl4j.engine.Backend;
import org.sotdl4j.engine.Executable;
import org.sotdl4j.engine.Schedule;

/** Runs schedules on a GPU. */
record CudaBackend(Gpu gpu) implements Backend {

  @Override
  public String name() {
    return gpu.name();
  }

  @Override
  public long freeBytes() {
    return gpu.freeBytes();
  }

  @Override
  public Executable prepare(Schedule schedule) {
    return new CudaProgram(gpu, schedule);
  }

  @Override
  public void close() {
    gpu.close();
  }
}
