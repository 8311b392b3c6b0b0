/** A trained model for other programs: {@link org.sotdl4j.app.predict.SotPredictor}. */
package org.sotdl4j.app.predict;
