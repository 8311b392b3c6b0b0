package org.sotdl4j.zoo;

import java.util.List;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.EPn;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.GlobalCovariancePooling;
import org.sotdl4j.layers.MatrixNorm;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.NoNorm;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenMixing;
import org.sotdl4j.layers.TokenPooling;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.WordTokensHead;

/**
 * What docs/replication.md compares: a small SoT for CIFAR-10's pictures, the same with one choice
 * made otherwise, and small models of the other papers that take as many multiply-adds.
 */
final class Replication {

  private static final int DIM = 64;
  private static final Setup CIFAR = Setup.of(32, 3, 10);
  private static final InputSpec INPUT = InputSpec.small(32);
  private static final TokenStyle DENSE = new DenseNetTokens(32, true, 2, 16, 64, true);
  private static final TokenPooling MGCRP = mgcrp(SvPn.standard(12));

  static final Family FAMILY =
      new Family(
          "Replication",
          "Small models that show the papers' comparisons on CIFAR-10",
          "docs/replication.md",
          List.of(
              new Variant("cifar_sot", soT(DENSE, new Classifier(DIM, MGCRP))),
              new Variant("cifar_sot_class", soT(DENSE, new ClassTokenHead(DIM, 0))),
              new Variant("cifar_sot_word", soT(DENSE, new WordTokensHead(MGCRP))),
              new Variant(
                  "cifar_sot_gap", soT(DENSE, new Classifier(DIM, new GlobalAveragePooling(DIM)))),
              new Variant(
                  "cifar_sot_gcp",
                  soT(DENSE, new Classifier(DIM, GlobalCovariancePooling.comparable(DIM, 4, 12)))),
              new Variant("cifar_sot_epn", soT(DENSE, new Classifier(DIM, mgcrp(new EPn())))),
              new Variant("cifar_sot_nonorm", soT(DENSE, new Classifier(DIM, mgcrp(new NoNorm())))),
              new Variant("cifar_sot_linear", soT(new PatchTokens(4), new Classifier(DIM, MGCRP))),
              new Variant(
                  "cifar_vit",
                  new VisionTransformer(CIFAR, 4, 72, 4, 4, 2, true, 1e-6, false, INPUT)),
              new Variant(
                  "cifar_pit",
                  new PiT(
                      CIFAR,
                      6,
                      3,
                      List.of(
                          new PiT.Stage(28, 1, 2),
                          new PiT.Stage(28, 2, 4),
                          new PiT.Stage(28, 1, 8)),
                      2,
                      false,
                      INPUT)),
              new Variant(
                  "cifar_t2t",
                  T2TViT.small(32, new TokenMixing.Performer(0.1), T2TViT.plain(4, 4, 64))),
              new Variant(
                  "cifar_stvit",
                  new STViT(
                      CIFAR,
                      List.of(
                          new STViT.Stage(56, 1, 2, 4, 0),
                          new STViT.Stage(112, 1, 4, 2, 0),
                          new STViT.Stage(224, 1, 8, 1, 1e-2)),
                      4,
                      true,
                      128,
                      INPUT))));

  private Replication() {}

  private static SoT soT(TokenStyle tokens, ClassificationHead head) {
    return new SoT(CIFAR, DIM, 2, 4, 2, false, tokens, head, INPUT);
  }

  private static TokenPooling mgcrp(MatrixNorm norm) {
    return new MultiHeadPooling(DIM, 4, 12, false, norm, 0);
  }
}
