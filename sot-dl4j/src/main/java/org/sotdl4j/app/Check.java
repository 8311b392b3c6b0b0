package org.sotdl4j.app;

/**
 * One line of {@link DoctorCommand}'s report.
 *
 * @param name what was looked at
 * @param value what was found
 * @param level how bad it is
 * @param advice what is wrong and how to mend it; empty where the level is {@link Level#OK}
 */
record Check(String name, String value, Level level, String advice) {

  enum Level {
    OK,
    /** Works, but slower or less than it could. */
    WARNING,
    /** The application cannot work here. */
    FAILURE
  }

  static Check ok(String name, Object value) {
    return new Check(name, value.toString(), Level.OK, "");
  }

  static Check warning(String name, String value, String advice) {
    return new Check(name, value, Level.WARNING, advice);
  }

  static Check failure(String name, String value, String advice) {
    return new Check(name, value, Level.FAILURE, advice);
  }
}
