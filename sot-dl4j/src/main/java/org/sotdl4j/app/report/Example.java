package org.sotdl4j.app.report;

import java.awt.image.BufferedImage;
import org.sotdl4j.datasets.Picture;

/**
 * One validation picture with the model's answer.
 *
 * @param picture as the data set has it, before any transform
 * @param map the picture as the model sees it, with what it looks at
 * @param truth its class
 * @param predicted the class that the model finds most probable
 * @param probability of the predicted class, from 0 to 1
 */
public record Example(
    Picture picture, BufferedImage map, String truth, String predicted, double probability) {}
