/**
 * {@code sot verify}: compares layers, models and recipes with reference values of the official
 * implementations. The format of such a folder, the weight formula and the tolerances are those of
 * the fixtures' own README.
 */
package org.sotdl4j.app.verify;
