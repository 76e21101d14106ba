import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * Draws images from an exported model, with ONNX Runtime alone; Java 17 or later.
 *
 * <pre>
 * java -cp onnxruntime.jar Sample.java --n 64 --seed 1 --out grid.png
 * java -jar sampler.jar --n 16 --class 3 --out threes.png
 * </pre>
 *
 * <p>The model is in the jar, or else in the directory that {@code --model} names. Image i starts
 * from the noise of seed + i; without {@code --class} its class is i modulo the number of classes.
 *
 * <p>Permission to use, copy, modify and distribute this file for any purpose is granted, without
 * warranty.
 */
public final class Sample {

  private static final int BATCH = 16;
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private Sample() {}

  /** Runs the command line; exit code 2 for wrong use. */
  public static void main(String[] arguments) {
    try {
      run(options(arguments));
    } catch (IllegalArgumentException | NoSuchFileException e) {
      System.err.println(
          (e instanceof NoSuchFileException ? "no such file: " : "") + e.getMessage());
      System.exit(2);
    } catch (IOException | OrtException e) {
      System.err.println("failed: " + e.getMessage());
      System.exit(1);
    }
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new HashMap<>();
    List<String> known = List.of("--n", "--seed", "--class", "--out", "--model");
    for (int i = 0; i < arguments.length; i += 2) {
      if (!known.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "usage: --n 64 --seed 0 --class NUMBER --out grid.png --model DIRECTORY, but got "
                + arguments[i]);
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private static long number(Map<String, String> options, String name, long otherwise) {
    try {
      return options.containsKey(name) ? Long.parseLong(options.get(name)) : otherwise;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be an integer, but is " + options.get(name));
    }
  }

  private static void run(Map<String, String> options) throws IOException, OrtException {
    Path directory = Path.of(options.getOrDefault("--model", "."));
    Config config =
        Config.parse(new String(file(directory, "sampler.json"), StandardCharsets.UTF_8));
    boolean autoguided = config.weight != 1 && !config.classifierFree;
    try (Network network = new Network(directory, "model.onnx");
        Network guide = autoguided ? new Network(directory, "guide.onnx") : null) {
      int count = (int) number(options, "--n", 64);
      long label = number(options, "--class", -1);
      if (count < 1 || count > 100_000) {
        throw new IllegalArgumentException("--n must be from 1 to 100000, but is " + count);
      }
      if (options.containsKey("--class") && (label < 0 || label >= network.classes)) {
        throw new IllegalArgumentException(
            "--class must be below the %d classes, but is %d".formatted(network.classes, label));
      }
      Denoiser denoiser = guided(network, guide, config);
      float[][] images = new float[count][];
      for (int first = 0; first < count; first += BATCH) {
        int size = Math.min(BATCH, count - first);
        float[] labels = new float[size * network.classes];
        List<Noise> noise = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          noise.add(new Noise(number(options, "--seed", 0) + first + i));
          if (network.classes > 0) {
            int own = label >= 0 ? (int) label : (first + i) % network.classes;
            labels[i * network.classes + own] = 1;
          }
        }
        double[] drawn = sample(denoiser, config, noise, labels, network.imageSize());
        for (int i = 0; i < size; i++) {
          images[first + i] = new float[network.imageSize()];
          for (int k = 0; k < network.imageSize(); k++) {
            images[first + i][k] = (float) drawn[i * network.imageSize() + k];
          }
        }
      }
      int columns = label < 0 && network.classes > 0 ? network.classes : 10;
      Path out = Path.of(options.getOrDefault("--out", "grid.png"));
      ImageIO.write(grid(images, network, Math.min(columns, count)), "png", out.toFile());
    }
  }

  /** Returns a file of the model: of the jar, or else of a directory. */
  private static byte[] file(Path directory, String name) throws IOException {
    try (InputStream inside = Sample.class.getResourceAsStream("/" + name)) {
      return inside != null ? inside.readAllBytes() : Files.readAllBytes(directory.resolve(name));
    }
  }

  /** Unit normal numbers: SplitMix64, seeded by its own first output, then Box and Muller. */
  private static final class Noise {
    private final SplittableRandom bits;
    private double second = Double.NaN;

    Noise(long seed) {
      bits = new SplittableRandom(new SplittableRandom(seed).nextLong());
    }

    float next() {
      double kept = second;
      second = Double.NaN;
      if (!Double.isNaN(kept)) {
        return (float) kept;
      }
      double u = ((bits.nextLong() >>> 11) + 1) * 0x1p-53;
      double v = (bits.nextLong() >>> 11) * 0x1p-53;
      double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
      second = radius * StrictMath.sin(2 * Math.PI * v);
      return (float) (radius * StrictMath.cos(2 * Math.PI * v));
    }
  }

  /** D(x; σ, labels) of a batch with one σ. */
  private interface Denoiser {
    float[] denoise(float[] x, float sigma, float[] labels) throws OrtException;
  }

  private static final class Network implements Denoiser, AutoCloseable {
    private final OrtSession session;
    private final long[] shape;
    private final int classes;

    Network(Path directory, String name) throws IOException, OrtException {
      // From its directory by its path: weights may lie in a file beside it.
      session =
          Sample.class.getResource("/" + name) != null
              ? ENVIRONMENT.createSession(file(directory, name))
              : ENVIRONMENT.createSession(directory.resolve(name).toRealPath().toString());
      shape = shape("x");
      classes =
          session.getInputNames().contains("class_labels") ? (int) shape("class_labels")[1] : 0;
    }

    private long[] shape(String input) throws OrtException {
      return ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape();
    }

    int imageSize() {
      return (int) (shape[1] * shape[2] * shape[3]);
    }

    @Override
    public float[] denoise(float[] x, float sigma, float[] labels) throws OrtException {
      long count = x.length / imageSize();
      float[] sigmas = new float[(int) count];
      Arrays.fill(sigmas, sigma);
      Map<String, OnnxTensor> inputs = new HashMap<>();
      try {
        inputs.put("x", tensor(x, count, shape[1], shape[2], shape[3]));
        inputs.put("sigma", tensor(sigmas, count));
        if (classes > 0) {
          inputs.put("class_labels", tensor(labels, count, classes));
        }
        try (OrtSession.Result result = session.run(inputs)) {
          float[] denoised = new float[x.length];
          ((OnnxTensor) result.get(0)).getFloatBuffer().get(denoised);
          return denoised;
        }
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }

    private static OnnxTensor tensor(float[] values, long... shape) throws OrtException {
      return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
    }

    @Override
    public void close() throws OrtException {
      session.close();
    }
  }

  /** D_guide + w·(D_main − D_guide) for low &lt; σ ≤ high. */
  private static Denoiser guided(Network network, Network guide, Config config) {
    if (config.weight == 1) {
      return network;
    }
    return (x, sigma, labels) -> {
      float[] main = network.denoise(x, sigma, labels);
      if (sigma > (float) config.low && sigma <= (float) config.high) {
        float[] worse =
            guide != null
                ? guide.denoise(x, sigma, labels)
                : network.denoise(x, sigma, new float[labels.length]);
        for (int k = 0; k < main.length; k++) {
          main[k] = worse[k] * (float) (1 - config.weight) + main[k] * (float) config.weight;
        }
      }
      return main;
    };
  }

  /** What sampler.json says. */
  private static final class Config {
    private double[] sigmas;
    private double weight;
    private boolean classifierFree;
    private double low;
    private double high;
    private double churn;
    private double churnMin;
    private double churnMax;
    private double churnNoise;

    static Config parse(String json) {
      Config config = new Config();
      int steps = (int) number(json, "steps", Double.NaN);
      double rho = number(json, "rho", Double.NaN);
      double most = Math.pow(number(json, "sigma_max", Double.NaN), 1 / rho);
      double least = Math.pow(number(json, "sigma_min", Double.NaN), 1 / rho);
      if (steps < 2 || steps > 10_000 || !(most > least && least > 0)) {
        throw new IllegalArgumentException("sampler.json: steps or noise levels make no sense");
      }
      config.sigmas = new double[steps + 1];
      for (int i = 0; i < steps; i++) {
        config.sigmas[i] = Math.pow(most + (double) i / (steps - 1) * (least - most), rho);
      }
      config.weight = number(json, "guidance_weight", 1);
      config.classifierFree = json.contains("\"classifier-free\"");
      Matcher limits =
          Pattern.compile(
                  "\"guidance_interval\"\\s*:\\s*\\[\\s*([^,\\]\\s]+)(?:\\s*,\\s*([^\\]\\s]+))?")
              .matcher(json);
      boolean limited = limits.find();
      config.low = limited ? Double.parseDouble(limits.group(1)) : 0;
      config.high =
          limited && limits.group(2) != null
              ? Double.parseDouble(limits.group(2))
              : Double.POSITIVE_INFINITY;
      config.churn = number(json, "amount", 0);
      config.churnMin = number(json, "min", 0);
      config.churnMax = number(json, "max", Double.POSITIVE_INFINITY);
      config.churnNoise = number(json, "noise", 1);
      return config;
    }

    private static double number(String json, String key, double otherwise) {
      Matcher value =
          Pattern.compile('"' + key + "\"\\s*:\\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)").matcher(json);
      return value.find() ? Double.parseDouble(value.group(1)) : otherwise;
    }

    /** Returns the level that a step really starts from: churn raises it. */
    double start(double sigma) {
      boolean inside = sigma >= churnMin && sigma <= churnMax;
      return sigma * (1 + (inside ? Math.min(churn / (sigmas.length - 1), Math.sqrt(2) - 1) : 0));
    }
  }

  /** Heun's method (EDM, algorithms 1 and 2), the state in double precision. */
  private static double[] sample(
      Denoiser denoiser, Config config, List<Noise> noise, float[] labels, int size)
      throws OrtException {
    double[] x = new double[noise.size() * size];
    for (int k = 0; k < x.length; k++) {
      x[k] = config.sigmas[0] * noise.get(k / size).next();
    }
    for (int i = 0; i + 1 < config.sigmas.length; i++) {
      double sigma = config.sigmas[i];
      double end = config.sigmas[i + 1];
      double start = config.start(sigma);
      if (start > sigma) {
        double scale = Math.sqrt(start * start - sigma * sigma) * config.churnNoise;
        for (int k = 0; k < x.length; k++) {
          x[k] += scale * noise.get(k / size).next();
        }
      }
      double[] slope = slope(denoiser, x, start, labels);
      double[] next = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        next[k] = x[k] + (end - start) * slope[k];
      }
      if (end > 0) {
        double[] second = slope(denoiser, next, end, labels);
        for (int k = 0; k < x.length; k++) {
          next[k] = x[k] + (end - start) * (slope[k] + second[k]) / 2;
        }
      }
      x = next;
    }
    return x;
  }

  private static double[] slope(Denoiser denoiser, double[] x, double sigma, float[] labels)
      throws OrtException {
    float[] input = new float[x.length];
    for (int k = 0; k < x.length; k++) {
      input[k] = (float) x[k];
    }
    float[] denoised = denoiser.denoise(input, (float) sigma, labels);
    double[] slope = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      slope[k] = (x[k] - denoised[k]) / sigma;
    }
    return slope;
  }

  /** Returns the images side by side, 2 black pixels between them. */
  private static BufferedImage grid(float[][] images, Network network, int columns) {
    int size = (int) network.shape[2];
    int plane = network.shape[1] < 3 ? 0 : size * size;
    int factor = Math.max(1, 64 / size);
    int cell = size * factor + 2;
    int rows = (images.length + columns - 1) / columns;
    BufferedImage grid =
        new BufferedImage(columns * cell + 2, rows * cell + 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < images.length; i++) {
      for (int y = 0; y < size * factor; y++) {
        for (int x = 0; x < size * factor; x++) {
          int at = y / factor * size + x / factor;
          int rgb = 0;
          for (int color = 0; color < 3; color++) {
            float value = 127.5f * images[i][at + color * plane] + 128;
            rgb = rgb << 8 | (int) Math.max(0, Math.min(255, value));
          }
          grid.setRGB(i % columns * cell + 2 + x, i / columns * cell + 2 + y, rgb);
        }
      }
    }
    return grid;
  }
}
