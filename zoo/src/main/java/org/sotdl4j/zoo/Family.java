package org.sotdl4j.zoo;

import java.util.List;

/**
 * Models of one paper.
 *
 * @param name the paper's name for it
 * @param paper where it is described
 * @param source the official implementation
 * @param variants its sizes
 */
record Family(String name, String paper, String source, List<Variant> variants) {}
