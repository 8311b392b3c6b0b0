package org.sotdl4j.app.train;

/** A curve from a highest rate to a lowest, which may begin anew. */
public sealed interface CyclicSchedule extends TimeSchedule permits Cosine, Poly, TanhDecay {

  /** The highest learning rate. */
  double rate();

  /** The lowest learning rate. */
  double minRate();

  /** The restarts. */
  Cycles cycles();

  /** The share of the way from the lowest rate to the cycle's highest that is left at a place. */
  double left(Cycles.Place place);

  @Override
  default double decayed(long t) {
    Cycles.Place place = cycles().at(t);
    return cycles().isOver(place)
        ? minRate()
        : minRate() + (cycles().highest(rate(), place) - minRate()) * left(place);
  }

  @Override
  default double warm() {
    return rate();
  }

  @Override
  default long length() {
    return cycles().total() + warmUp().before();
  }
}
