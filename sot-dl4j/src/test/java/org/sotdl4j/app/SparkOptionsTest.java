package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of Spark where its module is not on the class path. */
class SparkOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train --spark local[2]           | 1 | Spark is not on the class path; ./sot puts it there where --spark is given.
          train --spark-workers 2          | 2 | --spark-workers and the others of its kind need --spark.
          train --spark-compression fp8    | 2 | Invalid value for option '--spark-compression': 'fp8' is none of none, fp16
          train hdfs://host/pictures       | 1 | hdfs://host/pictures is read through Spark: add --spark local[1], or give a folder.
          transform runs/a pictures        | 2 | Missing required options: '--spark=URL', '--out=DIR'
          transform a --spark local --out b| 2 | RUN and PICTURES are needed.
          """)
  void whatIsMissingIsSaidInOneSentence(String command, int exitCode, String error) {
    CommandLineRun run = CommandLineRun.of(command.split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines().findFirst()).hasValue("sot: " + error);
  }
}
