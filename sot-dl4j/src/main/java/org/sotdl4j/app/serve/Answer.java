package org.sotdl4j.app.serve;

import java.util.List;
import org.sotdl4j.app.predict.Prediction;

/**
 * The answer to a picture, as JSON.
 *
 * @param model its name
 * @param predictions the most probable first
 * @param milliseconds from the whole body to the answer
 * @param map the picture as the model sees it with what it looks at, a {@code data:} address; null
 *     where it was not asked for
 */
record Answer(String model, List<Prediction> predictions, double milliseconds, String map) {}
