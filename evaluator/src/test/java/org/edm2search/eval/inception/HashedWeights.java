package org.edm2search.eval.inception;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.edm2search.model.checkpoint.Tensor;

/**
 * Made-up weights in the exact layout, by the hash that resources/inception/generate.py explains.
 */
final class HashedWeights {

  private HashedWeights() {}

  static Map<String, Tensor> tensors() {
    SortedMap<String, List<Integer>> shapes = new TreeMap<>(InceptionLayout.shapes());
    Map<String, Tensor> tensors = new TreeMap<>();
    int index = 0;
    for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
      tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), index++));
    }
    return tensors;
  }

  private static Tensor tensor(String name, List<Integer> shape, int index) {
    int count = shape.stream().reduce(1, Math::multiplyExact);
    double bound = Math.sqrt(6.0 / (count / shape.get(0)));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double u = uniform(index, i);
      if (name.endsWith("conv.weight")) {
        values[i] = (float) ((2 * u - 1) * bound);
      } else if (name.endsWith("bn.weight")) {
        values[i] = (float) (0.9 + 0.2 * u);
      } else if (name.endsWith("running_var")) {
        values[i] = (float) (0.5 + u);
      } else {
        values[i] = (float) (0.2 * (u - 0.5));
      }
    }
    return new Tensor(shape, values);
  }

  private static double uniform(int tensor, int element) {
    int h = element * 0x9E3779B1 + 40503 * tensor + 12345; // 2654435761 = 0x9E3779B1
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    h ^= h >>> 16;
    return (h >>> 8) / 0x1p24;
  }
}
