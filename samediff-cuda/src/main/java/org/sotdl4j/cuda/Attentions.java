package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.cuda.Launch.Blocks;
import org.sotdl4j.engine.Attention;

/**
 * Self-attention of projections [B, N, 3, h, d], tile by tile: no array has a value for each pair
 * of tokens.
 */
final class Attentions {

  /** Threads for a query of a tile. */
  private static final int PER_ROW = 8;

  /** How the kernels were made: the widest head, and the queries or keys of a tile. */
  private record Tile(int width, int rows) {}

  private static final List<Tile> TILES = List.of(new Tile(64, 32), new Tile(128, 16));

  private Attentions() {}

  private static Tile tile(int width) {
    return TILES.stream()
        .filter(tile -> width <= tile.width)
        .findFirst()
        .orElseThrow(() ->
            new UnsupportedOperationException(
                "a head is %d wide, and %d is the most".formatted(width, TILES.getLast().width)));
  }

  /** The sizes that all kernels are given. */
  private static Argument sizes(Attention attention, Buffer qkv) {
    return new Argument.Struct(
        List.of(
            (long) qkv.size(1),
            (long) attention.heads(),
            (long) width(attention, qkv),
            (long) attention.first(),
            (long) attention.queries()));
  }

  private static int width(Attention attention, Buffer qkv) {
    return qkv.size(2) / 3 / attention.heads();
  }

  /** Fills y [B, Q, h d] and the queries' largest scores and sums of weights [B, h, 2, Q]. */
  static void forward(Emitter emitter, Attention attention, Buffer qkv, List<Buffer> out) {
    Tile tile = tile(width(attention, qkv));
    emitter.launch(
        "attention_" + tile.width,
        blocks(attention, qkv, attention.queries(), tile),
        tile.rows * PER_ROW,
        address(qkv),
        address(out.getFirst()),
        address(out.get(1)),
        sizes(attention, qkv),
        value((float) attention.scale()));
  }

  private static Blocks blocks(Attention attention, Buffer qkv, int tokens, Tile tile) {
    return new Blocks(Math.ceilDiv(tokens, tile.rows), attention.heads(), qkv.size(0));
  }

  /** From g [B, Q, h d], the projections, the queries' numbers and y. */
  static void backward(Emitter emitter, Attention attention, List<Buffer> in, Buffer out) {
    Buffer g = in.getFirst();
    Buffer qkv = in.get(1);
    Tile tile = tile(width(attention, qkv));
    Buffer means = emitter.scratch(qkv.size(0), attention.heads(), attention.queries());
    if (attention.queries() < qkv.size(1)) { // the other tokens' queries have no gradient
      emitter.add(new Clear(out.address(), out.length() * Float.BYTES));
    }
    emitter.launch(
        "attention_bp_queries_" + tile.width,
        blocks(attention, qkv, attention.queries(), tile),
        tile.rows * PER_ROW,
        address(g),
        address(qkv),
        address(in.get(2)),
        address(in.get(3)),
        address(means),
        address(out),
        sizes(attention, qkv),
        value((float) attention.scale()));
    emitter.launch(
        "attention_bp_keys_" + tile.width,
        blocks(attention, qkv, qkv.size(1), tile),
        tile.rows * PER_ROW,
        address(g),
        address(qkv),
        address(in.get(2)),
        address(means),
        address(out),
        sizes(attention, qkv),
        value((float) attention.scale()));
  }
}
