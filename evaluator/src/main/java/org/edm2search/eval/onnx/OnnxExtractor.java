package org.edm2search.eval.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.InvalidFeaturesException;

/**
 * Features that a network in the ONNX format computes. Images are rounded to bytes; grey is
 * repeated to 3 channels.
 *
 * <p>Not thread-safe.
 */
public final class OnnxExtractor implements FeatureExtractor {

  /** Most features of an image: their covariance takes 2 GiB. */
  public static final int MAX_DIMENSIONS = 1 << 14;

  private static final int COLORS = 3;
  private static final int BATCH = 16;
  private static final int BATCH_PIXELS = 1 << 22;
  private static final int SHOWN = 8;

  private final Origin origin;
  private final Optional<OnnxNetwork> preparation;
  private final OnnxNetwork network;
  private final String input;
  private final String output;
  private final int batch;
  private final int dimensions;

  /**
   * What features are computed by.
   *
   * @param id name of the features, as {@link FeatureExtractor#id}
   * @param weightsSha256 of the network, hexadecimal
   * @param description of the weights and of what is done to images
   */
  public record Origin(String id, String weightsSha256, String description) {}

  private OnnxExtractor(
      Origin origin,
      Optional<OnnxNetwork> preparation,
      OnnxNetwork network,
      String input,
      String output,
      int batch,
      int dimensions) {
    this.origin = origin;
    this.preparation = preparation;
    this.network = network;
    this.input = input;
    this.output = output;
    this.batch = batch;
    this.dimensions = dimensions;
  }

  /**
   * Loads a network that takes images as bytes and prepares them itself.
   *
   * @param origin of the features
   * @param model direct buffer; its input is {@link ImageGraphs#IMAGES}
   * @param output of shape [N, dimensions]
   */
  public static OnnxExtractor ofGraph(
      Origin origin, ByteBuffer model, String output, int dimensions) {
    OnnxNetwork network = OnnxNetwork.load(origin.id(), model);
    return new OnnxExtractor(
        origin, Optional.empty(), network, ImageGraphs.IMAGES, output, BATCH, dimensions);
  }

  /**
   * Loads a network from a file: untrusted, and checked to take one batch of images and to give
   * features of shape [N, D].
   *
   * @param input what it wants to see
   * @param output name of the features; empty if there is one output
   * @throws InvalidFeaturesException saying what does not fit
   */
  public static OnnxExtractor ofFile(Path file, ImageInput input, Optional<String> output) {
    OnnxModelFile model = OnnxModelFile.open(file);
    OnnxNetwork network = OnnxNetwork.load(file);
    OnnxNetwork preparation = null;
    try {
      Signature signature = Signature.of(file, network, input, output);
      ImageInput sized = input.withSize(signature.size);
      preparation =
          OnnxNetwork.load("preparation of images", ImageGraphs.preparing(sized).toBytes());
      String id = "onnx %s %s".formatted(model.sha256().substring(0, SHOWN), sized);
      if (network.outputs().size() > 1) {
        id += " " + signature.output;
      }
      OnnxExtractor extractor =
          new OnnxExtractor(
              new Origin(id, model.sha256(), description(model.sha256(), sized, signature.output)),
              Optional.of(preparation),
              network,
              signature.input,
              signature.output,
              signature.batch,
              signature.dimensions);
      return signature.dimensions > 0 ? extractor : extractor.measured();
    } catch (RuntimeException e) {
      network.close();
      if (preparation != null) {
        preparation.close();
      }
      throw e;
    }
  }

  private static String description(String sha256, ImageInput input, String output) {
    return "output %s of the model of SHA-256 %s on images resized to %d×%d (%s), (u/255 − %s)/%s"
        .formatted(
            output, sha256, input.size(), input.size(), input.resize(), input.mean(), input.std());
  }

  /** What a model's declared inputs and outputs say; dimensions are 0 where they do not. */
  private record Signature(String input, String output, int size, int batch, int dimensions) {

    static Signature of(Path file, OnnxNetwork network, ImageInput wanted, Optional<String> named) {
      Map<String, NodeInfo> inputs = network.inputs();
      if (inputs.size() != 1) {
        throw invalid(file, "must have one input, but has %s".formatted(inputs.keySet()));
      }
      Map.Entry<String, NodeInfo> only = inputs.entrySet().iterator().next();
      String input = only.getKey();
      long[] images = shape(file, "input", only.getValue(), 4);
      if (images[1] > 0 && images[1] != COLORS) {
        throw invalid(file, "must take 3 channels, but takes %d".formatted(images[1]));
      }
      if (images[0] > 1) {
        throw invalid(
            file,
            "takes batches of exactly %d; export it with a dynamic first dimension"
                .formatted(images[0]));
      }
      Map<String, NodeInfo> outputs = network.outputs();
      if (named.isEmpty() && outputs.size() != 1) {
        throw invalid(
            file,
            "has the outputs %s; name one as output, in a protocol's evaluation.features"
                .formatted(outputs.keySet()));
      }
      String output = named.orElseGet(() -> outputs.keySet().iterator().next());
      NodeInfo declared = outputs.get(output);
      if (declared == null) {
        throw invalid(file, "has no output '%s'; there are %s".formatted(output, outputs.keySet()));
      }
      long[] features = shape(file, "output", declared, 2);
      if (features[1] > MAX_DIMENSIONS) {
        throw invalid(file, tooMany(features[1]));
      }
      int size = size(file, images, wanted.size());
      int batch = images[0] == 1 ? 1 : BATCH;
      return new Signature(input, output, size, batch, (int) Math.max(0, features[1]));
    }

    private static int size(Path file, long[] images, int wanted) {
      int size = wanted > 0 ? wanted : (int) Math.min(ImageInput.MAX_SIZE + 1L, images[2]);
      if (size <= 0) {
        throw invalid(
            file,
            "takes images of any size; give one as size, in a protocol's evaluation.features");
      }
      if (size > ImageInput.MAX_SIZE
          || images[2] > 0 && images[2] != size
          || images[3] > 0 && images[3] != size) {
        throw invalid(
            file,
            "takes images of %d×%d, but %s"
                .formatted(
                    images[2],
                    images[3],
                    wanted > 0
                        ? "size is " + wanted
                        : "they must be square and at most " + ImageInput.MAX_SIZE));
      }
      return size;
    }

    private static long[] shape(Path file, String what, NodeInfo node, int rank) {
      if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
        throw invalid(
            file, "%s %s must be float32, but is %s".formatted(what, node.getName(), node));
      }
      long[] shape = tensor.getShape();
      if (shape.length != rank) {
        throw invalid(
            file,
            "%s %s must have %s, but has shape %s"
                .formatted(
                    what,
                    node.getName(),
                    rank == 2 ? "shape [N, D]" : "shape [N, 3, height, width]",
                    Arrays.toString(shape)));
      }
      return shape;
    }
  }

  private static InvalidFeaturesException invalid(Path file, String rule) {
    return new InvalidFeaturesException("%s: %s".formatted(file, rule));
  }

  private static String tooMany(long dimensions) {
    return "gives %d features an image, over %d".formatted(dimensions, MAX_DIMENSIONS);
  }

  /** Returns this extractor with the number of features that a black image has. */
  private OnnxExtractor measured() {
    double[][] features = features(new ImageBatch(new float[COLORS], new int[1], COLORS, 1, 1));
    return new OnnxExtractor(
        origin, preparation, network, input, output, batch, features[0].length);
  }

  @Override
  public String id() {
    return origin.id;
  }

  @Override
  public String weightsSha256() {
    return origin.weightsSha256;
  }

  @Override
  public String description() {
    return origin.description;
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidFeaturesException if the network fails, or its features are not finite
   */
  @Override
  public double[][] features(ImageBatch images) {
    if (images.channels() != 1 && images.channels() != COLORS) {
      throw new InvalidFeaturesException(
          "%s: takes images of 1 or 3 channels, but these have %d"
              .formatted(origin.id, images.channels()));
    }
    int plane = images.height() * images.width();
    int most = Math.max(1, Math.min(batch, BATCH_PIXELS / plane));
    double[][] features = new double[images.count()][];
    for (int first = 0; first < images.count(); first += most) {
      int count = Math.min(most, images.count() - first);
      long[] shape = {count, COLORS, images.height(), images.width()};
      try (OnnxTensor bytes =
          OnnxTensor.createTensor(
              OnnxEnvironment.get(), bytes(images, first, count), shape, OnnxJavaType.UINT8)) {
        if (preparation.isEmpty()) {
          read(bytes, features, first, count);
        } else {
          try (OrtSession.Result prepared =
              preparation.get().run(ImageGraphs.IMAGES, bytes, "prepared")) {
            read((OnnxTensor) prepared.get(0), features, first, count);
          }
        }
      } catch (OrtException e) {
        throw new InvalidFeaturesException("%s: %s".formatted(origin.id, e.getMessage()), e);
      }
    }
    return features;
  }

  /** Returns images as bytes of 3 channels. */
  private static ByteBuffer bytes(ImageBatch images, int first, int count) {
    int plane = images.height() * images.width();
    ByteBuffer bytes = ByteBuffer.allocateDirect(count * COLORS * plane);
    for (int image = first; image < first + count; image++) {
      for (int color = 0; color < COLORS; color++) {
        int start = image * images.imageSize() + Math.min(color, images.channels() - 1) * plane;
        for (int i = start; i < start + plane; i++) {
          bytes.put((byte) FeatureExtractor.toByte(images.pixels()[i]));
        }
      }
    }
    return bytes.flip();
  }

  private void read(OnnxTensor images, double[][] features, int first, int count) {
    try (OrtSession.Result result = network.run(input, images, output)) {
      if (!(result.get(0) instanceof OnnxTensor tensor)) {
        throw new InvalidFeaturesException("%s: gives no tensor".formatted(origin.id));
      }
      long[] shape = tensor.getInfo().getShape();
      if (shape.length != 2
          || shape[0] != count
          || shape[1] < 1
          || dimensions > 0 && shape[1] != dimensions) {
        throw new InvalidFeaturesException(
            "%s: must give features of shape [%d, %s], but gives %s"
                .formatted(
                    origin.id, count, dimensions > 0 ? dimensions : "D", Arrays.toString(shape)));
      }
      if (shape[1] > MAX_DIMENSIONS) {
        throw new InvalidFeaturesException("%s: %s".formatted(origin.id, tooMany(shape[1])));
      }
      FloatBuffer values = tensor.getFloatBuffer();
      for (int image = first; image < first + count; image++) {
        double[] row = new double[(int) shape[1]];
        for (int k = 0; k < row.length; k++) {
          row[k] = values.get();
          if (!Double.isFinite(row[k])) {
            throw new InvalidFeaturesException(
                "%s: gives features that are not finite".formatted(origin.id));
          }
        }
        features[image] = row;
      }
    }
  }

  @Override
  public void close() {
    preparation.ifPresent(OnnxNetwork::close);
    network.close();
  }
}
