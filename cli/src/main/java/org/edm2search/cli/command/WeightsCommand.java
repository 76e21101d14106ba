package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.eval.inception.InceptionWeights;
import org.edm2search.eval.inception.WeightsStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Installs the weights of the canonical FID. */
@Command(
    name = "weights",
    description = {
      "Say where the weights of the canonical FID are to be had, or check and install them.",
      "The file is read without running anything in it, and kept as safetensors in the cache"
          + " directory, XDG_CACHE_HOME/edm2-search. Nothing is downloaded."
    },
    footer = {
      "  edm2-search weights                                          where to get them",
      "  edm2-search weights pt_inception-2015-12-05-6726825d.pth     install them"
    })
public final class WeightsCommand implements Callable<Integer> {

  private static final String SOURCES =
      """
      Canonical FID is measured with Inception-v3 as TensorFlow had it on 5 December 2015
      (Apache-2.0). The weights do not come with edm2-search. Get one of these, then run
      edm2-search weights FILE:

        pt_inception-2015-12-05-6726825d.pth
          https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth
        weights-inception-2015-12-05-6726825d.pth (the same file)
          https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth
          95,628,359 bytes, SHA-256 %s
        fid_inception.safetensors (the same tensors)
          https://huggingface.co/nikhilr01/sen-bridge-weights
          SHA-256 %s…

      """
          .formatted(InceptionWeights.PYTORCH_SHA256, InceptionWeights.SAFETENSORS_SHA256_PREFIX);

  private final Console console;
  private final WeightsStore store;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Weights as PyTorch (.pth) or safetensors. Without it: where to get them, and what is"
              + " installed.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Installs into a store. */
  public WeightsCommand(Console console, WeightsStore store) {
    this.console = console;
    this.store = store;
  }

  @Override
  public Integer call() {
    LiveLine line = new LiveLine(console, System::nanoTime);
    LongConsumer progress =
        bytes -> {
          if (line.due()) {
            line.show(
                String.format(java.util.Locale.ROOT, "%,d MB read and checked", bytes / 1_000_000));
          }
        };
    try {
      if (file != null) {
        InceptionWeights weights = InceptionWeights.read(file, progress);
        String sha256 = store.install(weights, progress);
        line.clear();
        print(weights, sha256);
      } else {
        show(progress, line);
      }
    } finally {
      line.clear();
    }
    return 0;
  }

  private void show(LongConsumer progress, LiveLine line) {
    if (!json) {
      console.printText(SOURCES);
    }
    if (store.installed()) {
      InceptionWeights weights = store.read(progress);
      line.clear();
      print(weights, store.sha256());
    } else if (json) {
      console.printJson(Map.of("installed", false, "file", store.file().toString()));
    } else {
      console.print("Installed: none, there is no %s", store.file());
    }
  }

  private void print(InceptionWeights weights, String sha256) {
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("installed", true);
      answer.put("file", store.file().toString());
      answer.put("sha256", sha256);
      answer.put("source_sha256", weights.sha256());
      answer.put("canonical", weights.canonical());
      answer.put("features", weights.extractorId());
      console.printJson(answer);
      return;
    }
    console.print("Installed: %s", store.file());
    console.print("  SHA-256  %s", sha256);
    console.print("  made of  %s", weights.sha256());
    if (weights.canonical()) {
      console.print(
          "  These are the canonical weights: scores are FID (%s).", weights.extractorId());
    } else {
      console.print(
          "  These are NOT the canonical weights: scores are FD (%s), never FID.",
          weights.extractorId());
    }
  }
}
