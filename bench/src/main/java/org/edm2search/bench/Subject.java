package org.edm2search.bench;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.edm2search.model.Network;
import org.edm2search.model.TrainingStep;
import org.edm2search.model.device.HostView;
import org.edm2search.train.Adam;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This project as a contender: the same requests and answers as the PyTorch peer. */
final class Subject {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Network network;
  private final TrainingStep step;
  private final Adam adam;
  private final INDArray images;
  private final INDArray noise;
  private final INDArray sigma;
  private final INDArray labels;
  private long steps;

  private Subject(Workload workload) {
    network = Network.initialize(workload.architecture(), 0);
    int n = workload.batch();
    step = network.trainingStep(n);
    int size = Math.toIntExact(network.parameters().length());
    adam = new Adam(new float[size], new float[size]);
    long[] shape = {n, workload.channels(), workload.resolution(), workload.resolution()};
    images = Nd4j.rand(DataType.FLOAT, shape).muli(2).subi(1);
    noise = Nd4j.randn(DataType.FLOAT, shape);
    sigma = Nd4j.rand(DataType.FLOAT, n).addi(0.1);
    labels = Nd4j.eye(10).get(Nd4j.createFromArray(classes(n))).castTo(DataType.FLOAT);
  }

  private static int[] classes(int count) {
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = i % 10;
    }
    return classes;
  }

  private void train() {
    network.normalizeWeights();
    step.run(images, noise, sigma, labels);
    steps++;
    HostView.write(
        network.parameters(),
        parameters -> adam.step(parameters, HostView.read(step.gradients()), 1, 1e-3, steps));
    network.parametersChanged();
  }

  private void sample() {
    network.denoise(images, sigma, labels);
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Subject subject = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode request = JSON.readTree(line);
      long start = System.nanoTime();
      String step = request.get("case").asString();
      if (step.equals("setup")) {
        subject = new Subject(Workload.ALL.get(request.get("workload").asInt()));
      }
      Subject current = Objects.requireNonNull(subject, "setup comes first");
      switch (step) {
        case "setup" -> {}
        case "train" -> current.train();
        case "sample" -> current.sample();
        default -> throw new IllegalArgumentException(line);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      out.println(
          JSON.writeValueAsString(
              Map.of(
                  "seconds", seconds,
                  "rss", memory("VmHWM"),
                  "parameters", current.network.parameters().length())));
    }
  }

  /** Returns a line of the process's status, such as VmRSS, in bytes. */
  static long memory(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(name + ":")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
