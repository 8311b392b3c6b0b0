package org.sotdl4j.ui;

import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.Activation;

/** Stands for a group of a model's layers on the UI's page of the model; it computes nothing. */
public final class Block extends ActivationLayer {

  public Block() {
    super(Activation.IDENTITY);
  }
}
