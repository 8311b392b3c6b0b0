package org.sotdl4j.app.train;

/**
 * How fast an optimizer's running means forget.
 *
 * @param first of the mean of gradients
 * @param second of the mean of their squares (Lion: of the mean that it keeps)
 */
public record Betas(double first, double second) {

  /** Adam's. */
  public static final Betas ADAM = new Betas(0.9, 0.999);

  /** Lion's. */
  public static final Betas LION = new Betas(0.9, 0.99);
}
