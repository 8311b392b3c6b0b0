/**
 * The application: the command line and the commands behind it. {@link org.sotdl4j.app.Main} lists
 * the commands; the script {@code sot} starts it with the JVM's flags.
 */
package org.sotdl4j.app;
