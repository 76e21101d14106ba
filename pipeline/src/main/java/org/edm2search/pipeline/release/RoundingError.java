package org.edm2search.pipeline.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;

/**
 * What rounding its weights changes in what a network denoises, measured on the inputs of {@link
 * TestVectors}, without guidance.
 *
 * @param sigma noise levels
 * @param max largest absolute difference of a pixel at each
 * @param rms root of the mean squared difference at each
 */
record RoundingError(List<Double> sigma, List<Double> max, List<Double> rms) {

  RoundingError {
    sigma = List.copyOf(sigma);
    max = List.copyOf(max);
    rms = List.copyOf(rms);
  }

  /** Measures it between a network and the same one with rounded weights. */
  static RoundingError of(WeightedNetwork full, WeightedNetwork rounded) {
    Map<Float, Tensor> expected = TestVectors.denoised(full);
    Map<Float, Tensor> actual = TestVectors.denoised(rounded);
    List<Double> sigma = new ArrayList<>();
    List<Double> max = new ArrayList<>();
    List<Double> rms = new ArrayList<>();
    expected.forEach(
        (level, tensor) -> {
          float[] before = tensor.values();
          float[] after = Objects.requireNonNull(actual.get(level), "the same levels").values();
          double most = 0;
          double squares = 0;
          for (int i = 0; i < before.length; i++) {
            double difference = (double) after[i] - before[i];
            most = Math.max(most, Math.abs(difference));
            squares += difference * difference;
          }
          sigma.add((double) level);
          max.add(most);
          rms.add(Math.sqrt(squares / before.length));
        });
    return new RoundingError(sigma, max, rms);
  }

  /** Returns it as JSON values by key. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sigma", sigma);
    json.put("max_error", max);
    json.put("rms_error", rms);
    return json;
  }
}
