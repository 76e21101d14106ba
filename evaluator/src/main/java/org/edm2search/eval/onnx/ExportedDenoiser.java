package org.edm2search.eval.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.model.Denoiser;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An exported network, {@link OnnxDenoiser}, that ONNX Runtime runs.
 *
 * <p>Not thread-safe. Owns native memory; close it.
 */
public final class ExportedDenoiser implements Denoiser, AutoCloseable {

  private static final long FREE = -1;

  private final OnnxNetwork network;
  private final ArchitectureSpec spec;

  private ExportedDenoiser(OnnxNetwork network, ArchitectureSpec spec) {
    this.network = network;
    this.spec = spec;
  }

  /**
   * Loads a file.
   *
   * @param spec the architecture that it is to be of
   * @throws Edm2SearchException if it cannot be loaded, or takes or gives something else
   */
  public static ExportedDenoiser load(Path file, ArchitectureSpec spec) {
    OnnxNetwork network = OnnxNetwork.load(file);
    long size = spec.imgResolution();
    Map<String, String> inputs = new TreeMap<>();
    inputs.put(OnnxDenoiser.IMAGES, Arrays.toString(shape(FREE, spec.imgChannels(), size, size)));
    String images = inputs.get(OnnxDenoiser.IMAGES);
    inputs.put(OnnxDenoiser.SIGMA, Arrays.toString(shape(FREE)));
    if (spec.labelDim() > 0) {
      inputs.put(OnnxDenoiser.LABELS, Arrays.toString(shape(FREE, spec.labelDim())));
    }
    try {
      require(file, "inputs", inputs, described(network.inputs()));
      require(file, "outputs", Map.of(OnnxDenoiser.DENOISED, images), described(network.outputs()));
    } catch (Edm2SearchException e) {
      network.close();
      throw e;
    }
    return new ExportedDenoiser(network, spec);
  }

  private static long[] shape(long... shape) {
    return shape;
  }

  private static void require(
      Path file, String which, Map<String, String> wanted, Map<String, String> actual) {
    if (!wanted.equals(actual)) {
      throw new Edm2SearchException(
          "%s: is not the bundle's network: its %s must be %s, but are %s"
              .formatted(file, which, wanted, actual));
    }
  }

  private static Map<String, String> described(Map<String, NodeInfo> values) {
    Map<String, String> shapes = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          boolean floats =
              value.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT;
          shapes.put(
              name,
              floats
                  ? Arrays.toString(((TensorInfo) value.getInfo()).getShape())
                  : "no float32 tensor");
        });
    return shapes;
  }

  @Override
  public INDArray denoise(INDArray images, INDArray sigma, @Nullable INDArray labels) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(OnnxDenoiser.IMAGES, tensor(images));
      inputs.put(OnnxDenoiser.SIGMA, tensor(sigma));
      if (spec.labelDim() > 0) {
        inputs.put(
            OnnxDenoiser.LABELS,
            labels != null ? tensor(labels) : zeros(images.size(0), spec.labelDim()));
      }
      try (OrtSession.Result result = network.run(inputs, OnnxDenoiser.DENOISED)) {
        float[] values = new float[Math.toIntExact(images.length())];
        ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
        return Nd4j.createFromArray(values).reshape('c', images.shape());
      }
    } catch (OrtException e) {
      throw new Edm2SearchException("ONNX Runtime fails: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(INDArray array) throws OrtException {
    float[] values = array.dup('c').reshape(array.length()).toFloatVector();
    return OnnxTensor.createTensor(OnnxEnvironment.get(), FloatBuffer.wrap(values), array.shape());
  }

  private static OnnxTensor zeros(long rows, long columns) throws OrtException {
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(rows * columns));
    return OnnxTensor.createTensor(OnnxEnvironment.get(), values, new long[] {rows, columns});
  }

  @Override
  public void close() {
    network.close();
  }
}
