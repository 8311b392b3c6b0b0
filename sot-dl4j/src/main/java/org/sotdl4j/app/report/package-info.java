/**
 * What a training run leaves for people: {@link org.sotdl4j.app.report.MetricsCsv} keeps the
 * numbers of each epoch, {@link org.sotdl4j.app.report.Report} writes the page {@code report.html}.
 */
package org.sotdl4j.app.report;
