package org.sotdl4j.engine;

import java.util.List;

/**
 * A step of a {@link Schedule}.
 *
 * @param computation what is computed
 * @param in the places of what it reads
 * @param out the places that it fills; the first may be that of an input, where each value depends
 *     on the input's value at the same index only
 * @param variable the name of the first variable that it makes, for messages
 */
public record Task(Computation computation, List<Place> in, List<Place> out, String variable) {}
