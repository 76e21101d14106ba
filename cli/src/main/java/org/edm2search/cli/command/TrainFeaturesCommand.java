package org.edm2search.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.eval.fid.BuiltinExtractorTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the classifier behind the built-in features: how the shipped weights were made. */
@Command(
    name = "train-features",
    hidden = true,
    description = {
      "Train the classifier behind the built-in features on Fashion-MNIST.",
      "The weights that come with edm2-search were made by this command and its defaults."
    },
    footer = "  edm2-search train-features --out builtin-extractor.safetensors")
public final class TrainFeaturesCommand implements Callable<Integer> {

  private final Console console;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Written.")
  private Path out;

  @Option(names = "--epochs", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  public TrainFeaturesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    BuiltinExtractorTraining.Accuracy accuracy =
        BuiltinExtractorTraining.train(
            images(FashionMnist.Split.TRAINING),
            images(FashionMnist.Split.TEST),
            epochs,
            seed,
            out);
    console
        .out()
        .printf(
            "%s: test accuracy %.4f at 32×32, %.4f at 16×16, %.4f at 8×8%n",
            out, accuracy.at32(), accuracy.at16(), accuracy.at8());
    return 0;
  }

  private static BuiltinExtractorTraining.Images images(FashionMnist.Split split) {
    FashionMnist dataset = FashionMnist.load(split, 32);
    return new BuiltinExtractorTraining.Images() {
      @Override
      public int count() {
        return dataset.count();
      }

      @Override
      public ImageBatch read(int... indices) {
        return dataset.read(indices);
      }
    };
  }
}
