package org.edm2search.eval.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.jspecify.annotations.Nullable;

/**
 * A network loaded into ONNX Runtime, with as many threads as {@code OMP_NUM_THREADS} says. No
 * library of operators is ever registered: a model is data.
 */
final class OnnxNetwork implements AutoCloseable {

  private final String name;
  private final OrtSession session;

  private OnnxNetwork(String name, OrtSession session) {
    this.name = name;
    this.session = session;
  }

  private interface Opening {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /** Loads a file, and what lies outside it but beside it. */
  static OnnxNetwork load(Path file) {
    return load(
        file.toString(),
        (environment, options) ->
            environment.createSession(file.toAbsolutePath().toString(), options));
  }

  /**
   * Loads a model in memory.
   *
   * @param model direct buffer
   */
  static OnnxNetwork load(String name, ByteBuffer model) {
    return load(name, (environment, options) -> environment.createSession(model, options));
  }

  private static OnnxNetwork load(String name, Opening opening) {
    OrtEnvironment environment = OnnxEnvironment.get(); // before anything else of ONNX Runtime
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(threads(System.getenv().get("OMP_NUM_THREADS")));
      options.setInterOpNumThreads(1);
      // Threads that spin while they wait stall a busy machine.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return new OnnxNetwork(name, opening.open(environment, options));
    } catch (OrtException e) {
      throw new InvalidFeaturesException(
          "%s: ONNX Runtime cannot load it: %s"
              .formatted(name, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  static int threads(@Nullable String declared) {
    return declared != null && declared.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(declared)
        : Runtime.getRuntime().availableProcessors();
  }

  Map<String, NodeInfo> inputs() {
    return run(session::getInputInfo);
  }

  Map<String, NodeInfo> outputs() {
    return run(session::getOutputInfo);
  }

  /** Returns one output; closing the result frees it. */
  OrtSession.Result run(String input, OnnxTensor value, String output) {
    return run(Map.of(input, value), output);
  }

  /** Returns one output for several inputs; closing the result frees it. */
  OrtSession.Result run(Map<String, OnnxTensor> inputs, String output) {
    return run(() -> session.run(inputs, Set.of(output)));
  }

  private interface Call<T> {
    T call() throws OrtException;
  }

  private <T> T run(Call<T> call) {
    try {
      return call.call();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private InvalidFeaturesException failed(OrtException e) {
    return new InvalidFeaturesException(
        "%s: ONNX Runtime fails: %s".formatted(name, e.getMessage()), e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }
}
