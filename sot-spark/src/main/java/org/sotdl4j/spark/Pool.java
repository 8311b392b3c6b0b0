package org.sotdl4j.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The idle workers of this process, by run. A share goes to the one that prepares its batches;
 * several tasks of a process have a worker each.
 */
final class Pool {

  private static final Map<String, List<Worker>> IDLE = new HashMap<>();

  private Pool() {}

  static Worker take(Job job, Work work, int number) {
    synchronized (IDLE) {
      List<Worker> idle = IDLE.computeIfAbsent(job.run(), run -> new ArrayList<>());
      for (Worker worker : idle) {
        if (worker.expects(work, number)) {
          idle.remove(worker);
          return worker;
        }
      }
      if (!idle.isEmpty()) {
        return idle.removeFirst();
      }
    }
    return new Worker(job);
  }

  static void giveBack(Job job, Worker worker) {
    synchronized (IDLE) {
      List<Worker> idle = IDLE.get(job.run());
      if (idle != null) {
        idle.add(worker);
        return;
      }
    }
    worker.close(); // the run has ended meanwhile
  }

  /** Ends a run in this process. */
  static void end(Job job) {
    synchronized (IDLE) {
      List<Worker> idle = IDLE.remove(job.run());
      if (idle != null) {
        idle.forEach(Worker::close);
      }
    }
  }
}
