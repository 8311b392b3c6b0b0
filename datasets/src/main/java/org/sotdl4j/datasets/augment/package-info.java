/**
 * Learned and random augmentation: the operations on pictures as Pillow computes them, and the
 * policies that choose among them as timm's {@code auto_augment.py} does.
 */
package org.sotdl4j.datasets.augment;
