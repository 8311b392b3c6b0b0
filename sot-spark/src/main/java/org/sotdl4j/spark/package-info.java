/**
 * Training and inference on Apache Spark. Letters: W workers that share a step, P values of the
 * parameters.
 */
package org.sotdl4j.spark;
