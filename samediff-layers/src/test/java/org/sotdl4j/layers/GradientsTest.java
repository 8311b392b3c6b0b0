package org.sotdl4j.layers;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Every layer against finite differences, at sizes (primes, batch 1) that show mixed-up axes. */
class GradientsTest {

  static Stream<Arguments> layers() {
    return Stream.of(
        layer(new Linear(5, 3), 2, 5),
        layer(new Linear(5, 3), 2, 7, 5),
        layer(new Linear(5, 3, false), 1, 7, 5),
        layer(new Conv2d(3, 5, 3, 2, 1, true), 2, 3, 7, 5),
        layer(new Conv2d(3, 5, 1, 1, 0, false), 1, 3, 3, 5),
        layer(new DepthwiseConv2d(3, 1, 3, 1, 1), 2, 3, 7, 5),
        layer(new DepthwiseConv2d(3, 2, 4, 3, 1), 1, 3, 7, 11),
        layer(new BlockedConv2d(new Conv2d(6, 5, 3, 2, 1, true), 3), 2, 6, 7, 5),
        layer(new BatchNorm2d(3), 2, 3, 5, 2),
        layer(new BatchNorm2d(3), 1, 3, 5, 2),
        layer(new LayerNorm(5, 1e-5), 2, 3, 5),
        layer(new LayerNorm(5, 1e-5), 3, 5),
        layer(new Gelu(), 2, 3, 5),
        layer(new Relu(), 2, 3, 5),
        layer(new Dropout(0.3), 2, 3, 5),
        layer(new DropPath(0.4), 5, 3, 2),
        layer(new MaxPool2d(3, 2, 1), 2, 3, 7, 5),
        layer(new AvgPool2d(2, 2), 2, 3, 7, 5),
        layer(new MultiHeadAttention(6, 3, true), 2, 5, 6),
        layer(new MultiHeadAttention(6, 2, false), 1, 7, 6),
        layer(new Mlp(5, 7, 0.2), 2, 3, 5),
        layer(new Block(new MultiHeadAttention(6, 2, true), 11, 1e-6, 0, 0.3), 3, 5, 6),
        layer(new PatchEmbed(3, 5, 2), 2, 3, 4, 6),
        layer(new PatchEmbed(3, 5, 2, true), 1, 3, 4, 6),
        layer(new WindowAttention(new MultiHeadAttention(6, 3, true), 2, 3), 5, 6, 6),
        layer(swinBlock(3, 9, 6, 2), 2, 54, 4),
        layer(swinBlock(3, 6, 9, 0), 1, 54, 4),
        layer(swinBlock(5, 3, 3, 2), 3, 9, 4),
        layer(new PatchMerging(2, 6, 3), 2, 12, 3),
        layer(
            new SwinStage(
                4, 6, new MultiHeadAttention(2, 1, false), 2, 3, 0.2, List.of(0.0, 0.3), true),
            3,
            24,
            2),
        layer(new DenseBlock(3, 2, 2, 2), 2, 3, 3, 5),
        layer(new SoftSplit(3, 2, 1), 2, 3, 7, 5),
        layer(new SoftSplit(7, 4, 2), 1, 3, 11, 13),
        layer(new TokenTransformer(new TokenAttention(7, 3), 5), 2, 5, 7),
        layer(new TokenTransformer(new TokenAttention(5, 3, true, 0.3), 3), 1, 7, 5),
        layer(new TokenPerformer(7, 5, 3, 0.3), 2, 3, 7),
        layer(new TokenPerformer(5, 3, 7, 0), 1, 7, 5),
        layer(tokens(new TokensToToken(new TokenMixing.Performer(0.1), 2), 11, 3), 2, 2, 11, 11),
        layer(tokens(new TokensToToken(new TokenMixing.Transformer(), 2), 13, 3), 1, 1, 13, 13),
        layer(tokens(new ConvolutionTokens(2), 13, 3), 2, 2, 13, 13),
        layer(new SqueezeExcite(7, 3), 2, 5, 7),
        layer(new SqueezeExciteAttention(new MultiHeadAttention(34, 2, false), 0.3), 2, 3, 34),
        layer(new ChannelScale(5), 2, 3, 5),
        layer(new GhostAttention(6, 3, false, 0.4, 0.2, 0.3), 2, 5, 6),
        layer(new GhostMlp(5, 15, 0.3), 2, 3, 5),
        layer(
            new DenselyConnectedBlock(
                new Block(new MultiHeadAttention(6, 2, false), 5, 1e-5, 0.2, 0.3), 3),
            3,
            5,
            6),
        layer(new TokenTransition(5, 3), 2, 7, 5),
        layer(new DenseTransition(3, 5, true), 2, 3, 5, 4),
        layer(new Bottleneck(3, 2, 2, true), 2, 3, 5, 4),
        layer(new EPn(), 2, 3, 5),
        layer(new ScaleNorm(0.5, true), 2, 3, 5),
        layer(new RowNorm(5), 2, 3, 5),
        layer(SvPn.standard(5), 2, 3, 5),
        layer(new SvPn(0.3, 2, 2, 5, true), 2, 3, 5),
        layer(new MultiHeadPooling(5, 2, 3, true, SvPn.standard(3), 0.5), 2, 7, 5),
        layer(new GlobalAveragePooling(5), 2, 7, 5),
        layer(new UpperTriangle(), 2, 5, 5),
        layer(squareRoot(1), 2, 5, 5),
        layer(squareRoot(2), 1, 5, 5),
        layer(squareRoot(5), 2, 3, 3),
        layer(new Transposed(SvPn.standard(3)), 2, 3, 5),
        layer(new SvPn(0.3, 3, 0, 3, true), 2, 2, 3),
        layer(new VectorisedNorm(new NoNorm(), false, 0.3), 2, 3, 5),
        layer(new InceptionBlock(3, 1, 2), 2, 3, 5, 3),
        layer(new NonLocalBlock(3, 2, 5, false, true), 2, 3, 5, 2),
        layer(new NonLocalBlock(3, 2, 3, false, false), 1, 3, 5, 2),
        layer(new NonLocalBlock(3, 2, 3, true, true), 2, 3, 5, 3),
        layer(new ReducedCovariance(5, List.of(3, 2), true), 2, 7, 5),
        layer(new ReducedCovariance(5, List.of(3), false), 2, 7, 5),
        layer(new ReducedCovariance(5, List.of(), true), 1, 7, 5),
        layer(new GlobalCovariancePooling(5, 3), 2, 7, 5),
        layer(NormalizedPooling.standard(5, 7, 3, 0.3), 2, 11, 5),
        layer(NormalizedPooling.firstOrder(5), 2, 7, 5),
        layer(head(new WordTokensHead(new GlobalCovariancePooling(5, 3))), 2, 7, 5),
        layer(head(new ClassTokenHead(5, 7)), 2, 4, 5),
        layer(head(new ClassTokenHead(5, 0)), 1, 4, 5),
        layer(
            (s, x) -> Tokens.prepend(s, x, s.parameter("cls_token", Initializer.ZEROS, 1, 1, 5)),
            2,
            3,
            5),
        layer(
            (s, x) -> Tokens.forEach(s, x, s.parameter("t", Initializer.ZEROS, 1, 2, 5)), 3, 7, 5),
        layer(new ConvEmbedding(3, 5, 3, 2, 0), 2, 3, 7, 5),
        layer(mapAndTokens(new ConvHeadPooling(3, 6, 2)), 2, 3, 7, 5),
        layer(mapAndTokens(new ConvHeadPooling(3, 3, 3)), 1, 3, 5, 7),
        layer(mapAndTokens(stage()), 2, 6, 3, 5),
        layer(new MapAndTokens.Joined(new ConvHeadPooling(3, 6, 2), 2), 2, 2 + 25, 3),
        layer(new Logits(new ClassTokenHead(3, 5), 7), 2, 5, 3),
        layer(new LayerNorm2d(5, 1e-6), 2, 5, 3, 7),
        layer(new Swish(), 2, 3, 5),
        layer(new ResidualDepthwiseConv2d(3, 5), 2, 3, 7, 5),
        layer(new ConvMlp(3, 7, 5, 0.2), 2, 3, 5, 2),
        layer(new MapAttention(6, 2, true, 0, 0), 2, 6, 3, 5),
        layer(new MapAttention(6, 3, false, 0.3, 0.2, 0.1), 1, 6, 2, 7),
        layer(new SuperTokenRefinement.Convolutions(3), 2, 3, 5, 7),
        layer(neighbours(), 2, 3, 3, 5),
        layer(fixedAssociation(3, 2, 1, new SuperTokenRefinement.None()), 2, 6, 6, 10),
        layer(fixedAssociation(3, 2, 2, new MapAttention(6, 2, true, 0, 0)), 1, 6, 7, 5),
        layer(fixedAssociation(1, 5, 3, new MapAttention(6, 2, true, 0, 0)), 2, 6, 2, 13),
        layer(superTokens(1, 1, 1, new MapAttention(6, 2, true, 0, 0)), 2, 6, 3, 5),
        layer(
            new SuperTokenBlock(
                superTokens(1, 1, 1, new MapAttention(6, 2, true, 0, 0)), 7, 0.1, 0.3, 0.5),
            3,
            6,
            2,
            3),
        layer(new ConvStem(3, 4), 2, 3, 7, 5),
        layer(new ConvMerging(3, 5), 2, 3, 7, 5),
        layer(covariance(Covariance.Centering.OVERALL), 2, 7, 3),
        layer(masked(new MultiHeadPooling(5, 2, 3, false, SvPn.standard(3), 0.3)), 2, 7, 5),
        layer(masked(new GlobalAveragePooling(5)), 3, 7, 5),
        layer(masked(new GlobalCovariancePooling(5, 3)), 2, 7, 5),
        layer(masked(Covariance.Centering.NONE), 2, 7, 5),
        layer(masked(Covariance.Centering.PER_CHANNEL), 1, 7, 5),
        layer((s, x) -> masked(s, x).withLastInFront(s, mask(s)).tokens(), 3, 5, 2),
        layer(new TanhGelu(), 3, 5),
        layer(new Conv1d(5, 3), 2, 7, 5),
        layer(looked((s, ids) -> new Embedding(11, 3, -1).apply(s, ids)), 2, 7, 3),
        layer(looked(embeddings(BertEmbeddings.Numbering.ALL)), 2, 7, 3),
        layer(looked(embeddings(BertEmbeddings.Numbering.WORDS)), 1, 5, 3),
        layer(looked((s, ids) -> new GptEmbeddings(11, 7, 3, 0.2).apply(s, ids)), 2, 7, 3),
        layer((s, x) -> bertBlock().apply(s, x, mask(s)), 3, 5, 6),
        layer((s, x) -> gptBlock().apply(s, x, mask(s)), 3, 5, 6),
        layer(head(Classifier.Fusion.SUM_FC), 2, 5, 3),
        layer(head(Classifier.Fusion.CONCAT), 2, 5, 3),
        layer(head(Classifier.Fusion.AGGREGATE_ALL), 1, 5, 3),
        layer(loss(Losses::crossEntropy), 5, 3),
        layer(loss(Losses::binaryCrossEntropy), 5, 3),
        layer(loss(Losses::binaryCrossEntropy), 1, 7),
        layer(loss(Losses::squaredDistance), 5, 1),
        layer(loss((l, z, t) -> Losses.softDistillation(l, z, t, 3)), 5, 3),
        layer(loss((l, z, t) -> Losses.softDistillation(l, z, t, 0.7)), 1, 7),
        layer(head(Classifier.Fusion.SUM_LOSS), 2, 5, 3));
  }

  private static Layer swinBlock(int window, int height, int width, int shift) {
    return new SwinBlock(
        new MultiHeadAttention(4, 2, true), Windows.of(height, width, window, shift), 5, 0.2, 0.3);
  }

  /** A layer whose two inputs both come of one map, and whose outputs are joined. */
  private static Layer mapAndTokens(MapAndTokens.Layer layer) {
    return (s, x) -> {
      SDVariable tokens = Tokens.of(s, x.mean(true, 3)); // [B, H, C]
      MapAndTokens y = layer.apply(s, new MapAndTokens(x.mul(x), tokens));
      return s.sd().concat(1, y.tokens(), Tokens.of(s, y.map()));
    };
  }

  private static MapAndTokens.Layer stage() {
    var attention = new MultiHeadAttention(6, 2, true);
    return new MapAndTokensTransformer(attention, 7, 1e-6, 0.1, List.of(0.0, 0.3));
  }

  private static Layer neighbours() {
    return (s, x) -> {
      Neighbours neighbours = new Neighbours(s);
      SDVariable around = neighbours.gather(x);
      return neighbours.scatter(around.mul(around), 3, 5);
    };
  }

  private static SuperTokenAttention superTokens(
      int height, int width, int iterations, SuperTokenRefinement refinement) {
    return new SuperTokenAttention(6, height, width, iterations, refinement);
  }

  /**
   * The association is a constant for the gradient but not for finite differences: so it is
   * computed from a constant here, and {@link SuperTokenAttentionTest} compares with the layer
   * itself.
   */
  private static Layer fixedAssociation(
      int height, int width, int iterations, SuperTokenRefinement refinement) {
    var attention = superTokens(height, width, iterations, refinement);
    return (s, x) -> SuperTokenAttentionTest.withFixedAssociation(attention, s, x);
  }

  private static Layer head(Classifier.Fusion fusion) {
    return head(new Classifier(3, new GlobalAveragePooling(3), fusion));
  }

  private static Layer head(ClassificationHead head) {
    return (s, x) -> head.logits(s, x, 7).getLast();
  }

  /** Of a positive definite matrix made of the input. */
  private static Layer squareRoot(int iterations) {
    return (s, x) ->
        new MatrixSquareRoot(iterations).apply(s, s.sd().mmul(x, x, true, false, false));
  }

  private static Layer covariance(Covariance.Centering centering) {
    return (s, x) -> new Covariance(centering).auto(s, TokenSequence.of(x));
  }

  private static Layer masked(Covariance.Centering centering) {
    return (s, x) -> new Covariance(centering).cross(s, masked(s, x), x.mul(x));
  }

  private static Layer masked(TokenPooling pooling) {
    return (s, x) -> pooling.apply(s, masked(s, x));
  }

  private static TokenSequence masked(Scope s, SDVariable x) {
    return new TokenSequence(x, Optional.of(mask(s)));
  }

  /** Two tokens of the first sample, three of the second ... */
  private static SDVariable mask(Scope s) {
    long[] shape = s.sd().getVariable("x").getArr().shape();
    INDArray mask = Nd4j.zeros(shape[0], shape[1]);
    for (int b = 0; b < shape[0]; b++) {
      mask.get(NDArrayIndex.point(b), NDArrayIndex.interval(0, b + 2)).assign(1);
    }
    return s.constant(mask);
  }

  /** The rows of a table, times the input. */
  private static Layer looked(Layer table) {
    return (s, x) -> {
      long[] shape = s.sd().getVariable("x").getArr().shape();
      INDArray ids = Nd4j.create(DataType.INT32, shape[0], shape[1]);
      for (long i = 0; i < ids.length(); i++) {
        ids.putScalar(i, (int) (2 + 3 * i % 7));
      }
      return x.mul(table.apply(s, s.sd().constant(ids)));
    };
  }

  private static Layer embeddings(BertEmbeddings.Numbering numbering) {
    var embeddings = new BertEmbeddings(11, 13, 11, 3, 1, numbering, 1e-6, 0.2);
    return (s, ids) -> embeddings.apply(s, ids, ids);
  }

  private static BertBlock bertBlock() {
    return new BertBlock(6, 3, 7, new Gelu(), 1e-6, 0.2, 0.3);
  }

  private static GptBlock gptBlock() {
    return new GptBlock(6, 2, new TanhGelu(), 1e-6, 0.2, 0.3);
  }

  private static Layer tokens(TokenStyle style, int imageSize, int dim) {
    return (s, x) -> style.embedding(imageSize, (int) s.shape(x)[1], dim).apply(s, x);
  }

  /** A loss of logits and of rows to compare them with. */
  @FunctionalInterface
  private interface Loss {

    SDVariable apply(Scope scope, SDVariable logits, SDVariable targets);
  }

  private static Layer loss(Loss loss) {
    return (s, x) -> {
      SDVariable targets = s.sd().constant(LayerCheck.values("targets", s.shape(x)));
      return s.sd().reshape(loss.apply(s, x, targets), 1);
    };
  }

  private static Arguments layer(Layer layer, long... shape) {
    return Arguments.of(layer, shape);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void agreeWithFiniteDifferencesInTraining(Layer layer, long[] shape) {
    LayerCheck.gradients(layer, Phase.TRAIN, shape);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void agreeWithFiniteDifferencesInEvaluation(Layer layer, long[] shape) {
    LayerCheck.gradients(layer, Phase.EVAL, shape);
  }
}
