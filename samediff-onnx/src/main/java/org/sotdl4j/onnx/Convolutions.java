package org.sotdl4j.onnx;

import static org.sotdl4j.onnx.Attributes.integer;
import static org.sotdl4j.onnx.Attributes.integers;

import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writers of the ops with windows. Their first whole-number arguments are kernel, stride, padding
 * and dilation, each for y and x, then whether the padding is chosen by the op, then what differs.
 */
final class Convolutions {

  private static final int COMPUTED_PADDING = 8;
  private static final int FORMAT = 9;

  private Convolutions() {}

  /** The weight comes as [y, x, in, out] and is [out, in, y, x] in ONNX. */
  static void convolution(Site site) {
    requireChannelsFirst(site, FORMAT);
    if (site.op().ints()[10] != 0) {
      throw site.op().unsupported("the layout of the weights");
    }
    write(site, "Conv", site.transposed(site.in(1), 3, 2, 0, 1), 1);
  }

  /** The weight comes as [y, x, in, multiplier] and is [in multiplier, 1, y, x] in ONNX. */
  static void depthwise(Site site) {
    requireChannelsFirst(site, FORMAT);
    BatchShape weight = site.shape(1);
    long channels = weight.size(2);
    BatchShape shape =
        BatchShape.fixed(channels * weight.size(3), 1, weight.size(0), weight.size(1));
    Value perChannel = site.transposed(site.in(1), 2, 3, 0, 1);
    write(site, "Conv", site.reshaped(perChannel, shape), channels);
  }

  /** The weight comes as [y, x, out, in] and is [in, out, y, x] in ONNX. */
  static void transposed(Site site) {
    requireChannelsFirst(site, FORMAT);
    write(site, "ConvTranspose", site.transposed(site.in(1), 3, 2, 0, 1), 1);
  }

  private static void write(Site site, String type, Value weight, long groups) {
    List<Value> in = new ArrayList<>(site.operands());
    in.set(1, weight);
    List<AttributeProto> attributes = windows(site, true);
    attributes.add(integer("group", groups));
    site.node(type, in, attributes.toArray(AttributeProto[]::new));
  }

  static void maxPooling(Site site) {
    requireChannelsFirst(site, 10);
    site.node("MaxPool", windows(site, true).toArray(AttributeProto[]::new));
  }

  static void averagePooling(Site site) {
    requireChannelsFirst(site, 10);
    List<AttributeProto> attributes = windows(site, false);
    attributes.add(integer("count_include_pad", site.op().ints()[9]));
    site.node("AveragePool", attributes.toArray(AttributeProto[]::new));
  }

  /**
   * Patches [B, C, ky, kx, y, x] of a map, for which ONNX has no op: a convolution of each channel
   * whose kernel k is 1 at place k.
   */
  static void patches(Site site) {
    long[] ints = site.op().ints();
    long places = ints[0] * ints[1];
    BatchShape map = site.shape(0);
    BatchShape.Dimension all =
        new BatchShape.Dimension(map.get(0).size() * map.size(1), map.get(0).ofBatch());
    BatchShape single = new BatchShape(List.of(all, of(1), map.get(2), map.get(3)));
    BatchShape out = site.outShape();
    BatchShape convolved = new BatchShape(List.of(all, of(places), out.get(4), out.get(5)));
    Value kernels =
        site.writer()
            .constant(
                "patches/%dx%d".formatted(ints[0], ints[1]),
                Nd4j.eye(places).reshape(places, 1, ints[0], ints[1]),
                site.in(0).type());
    Value x = site.reshaped(site.in(0), single);
    site.reshape(
        site.inner(
            "Conv",
            List.of(x, kernels),
            convolved,
            windows(site, true).toArray(AttributeProto[]::new)));
  }

  private static BatchShape.Dimension of(long size) {
    return new BatchShape.Dimension(size, false);
  }

  private static List<AttributeProto> windows(Site site, boolean dilated) {
    long[] i = site.op().ints();
    if (i[COMPUTED_PADDING] != 0) {
      throw site.op().unsupported("the padding mode");
    }
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(integers("kernel_shape", i[0], i[1]));
    attributes.add(integers("strides", i[2], i[3]));
    attributes.add(integers("pads", i[4], i[5], i[4], i[5]));
    if (dilated) {
      attributes.add(integers("dilations", i[6], i[7]));
    }
    return attributes;
  }

  private static void requireChannelsFirst(Site site, int format) {
    if (site.op().ints()[format] != 0) {
      throw site.op().unsupported("channels in the last axis");
    }
  }
}
