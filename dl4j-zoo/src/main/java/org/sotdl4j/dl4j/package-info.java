/**
 * The models in DL4J: each family as a {@code ZooModel}, each layer as a layer of DL4J's networks.
 *
 * <p>A network is made of {@link org.sotdl4j.dl4j.RecordLayer}s, one a part of the model, so that
 * parts can be frozen, replaced or taken into other networks by name. They are the layers that
 * {@code ModelGraph} writes too; nothing is written twice.
 */
package org.sotdl4j.dl4j;
