package org.sotdl4j.app.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.zoo.Model;

/**
 * The attention of a block for one picture: among class tokens and the places of a map, or among
 * the places of each window of a map.
 *
 * <p>Attention flows back: what the result drew from each token of a block's output becomes what it
 * drew from each token of the block's input.
 *
 * @param weights [n, h, N, N], n windows, h heads, N tokens of a window; each row adds to 1
 * @param tokens class tokens before the places; none with several windows
 * @param side of the map
 * @param shift by how much the windows are shifted to the lower right
 */
record BlockAttention(INDArray weights, int tokens, int side, int shift) {

  private static final String WEIGHTS = ".attn.attn_drop";

  /** Whether a layer's output is the attention of a block. */
  static boolean isAttention(Model model, String path) {
    return path.endsWith(WEIGHTS)
        && model.intermediates().contains(path.substring(0, path.length() - WEIGHTS.length()));
  }

  /**
   * The blocks' attention, from the input to the output; none where a model has none of this kind.
   */
  static List<BlockAttention> of(Model model, Map<String, INDArray> outputs) {
    List<BlockAttention> blocks = new ArrayList<>();
    for (String path : model.intermediates()) {
      INDArray weights = outputs.get(path + WEIGHTS);
      if (weights != null) {
        int block = Integer.parseInt(path.substring(path.lastIndexOf('.') + 1));
        blocks.add(of(weights, model.classTokens(), block));
      }
    }
    return blocks;
  }

  private static BlockAttention of(INDArray weights, int tokens, int block) {
    int windows = (int) weights.size(0);
    int n = (int) weights.size(2);
    boolean shifted = windows > 1 && block % 2 == 1; // as Swin's second blocks
    return new BlockAttention(
        weights,
        tokens,
        (int) Math.sqrt(windows * n - tokens),
        shifted ? (int) Math.sqrt(n) / 2 : 0);
  }

  int heads() {
    return (int) weights.size(1);
  }

  /** Where the class tokens stand, or where all places do where there are none. */
  double[] end() {
    double[] at = new double[tokens + side * side];
    Arrays.fill(at, 0, tokens == 0 ? at.length : tokens, 1.0 / (tokens == 0 ? at.length : tokens));
    return at;
  }

  /** Through the mean of the heads, half of it around the attention by the residual connection. */
  double[] back(double[] at) {
    double[] through = back(at, weights.mean(1));
    return IntStream.range(0, at.length).mapToDouble(i -> (at[i] + through[i]) / 2).toArray();
  }

  /** Through one head. */
  double[] back(double[] at, int head) {
    return back(at, weights.tensorAlongDimension(head, 0, 2, 3));
  }

  /** Through weights [n, N, N]. */
  private double[] back(double[] at, INDArray ofHead) {
    int windows = (int) ofHead.size(0);
    int n = (int) ofHead.size(1);
    double[] before = new double[at.length];
    for (int window = 0; window < windows; window++) {
      float[][] rows = ofHead.slice(window).toFloatMatrix();
      for (int query = 0; query < n; query++) {
        double share = at[token(windows, n, window, query)];
        for (int key = 0; key < n; key++) {
          before[token(windows, n, window, key)] += share * rows[query][key];
        }
      }
    }
    return before;
  }

  /** The number of a window's token among all. */
  private int token(int windows, int n, int window, int index) {
    if (windows == 1) {
      return index;
    }
    int width = (int) Math.sqrt(n);
    int perRow = side / width;
    int y = (window / perRow * width + index / width + shift) % side;
    int x = (window % perRow * width + index % width + shift) % side;
    return y * side + x;
  }

  /**
   * Attention rollout (Abnar and Zuidema, 2020): what the end drew from the places of the first
   * block's map. Where a map is smaller than that of the block before, each place stands for those
   * that became it.
   */
  static HeatMap rollout(List<BlockAttention> blocks) {
    double[] at = blocks.getLast().end();
    BlockAttention after = blocks.getLast();
    for (BlockAttention block : blocks.reversed()) {
      at = block.back(spread(at, after.side, block.side, block.tokens));
      after = block;
    }
    return after.places(at);
  }

  private static double[] spread(double[] at, int from, int to, int tokens) {
    if (from == to) {
      return at;
    }
    int[] origin =
        IntStream.range(0, to * to)
            .map(i -> tokens + i / to * from / to * from + i % to * from / to)
            .toArray();
    int[] parts = new int[at.length];
    Arrays.stream(origin).forEach(o -> parts[o]++);
    double[] spread = Arrays.copyOf(at, tokens + to * to);
    for (int i = 0; i < origin.length; i++) {
      spread[tokens + i] = at[origin[i]] / parts[origin[i]];
    }
    return spread;
  }

  /** What each head of the block draws from its map for the end of the model. */
  List<HeatMap> ofHeads() {
    return IntStream.range(0, heads()).mapToObj(head -> places(back(end(), head))).toList();
  }

  private HeatMap places(double[] at) {
    return HeatMap.square(Arrays.copyOfRange(at, tokens, at.length));
  }
}
