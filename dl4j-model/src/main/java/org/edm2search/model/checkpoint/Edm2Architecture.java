package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.InvalidArchitectureException;
import org.edm2search.space.architecture.Presets;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a network of EDM2's own code (configuration A), told by the names and shapes
 * of its tensors: a state dict holds nothing else. Its attention heads have 64 channels, EDM2's
 * default, which shapes do not tell.
 */
final class Edm2Architecture {

  private static final Pattern INPUT = Pattern.compile("unet\\.enc\\.(\\d{1,4})x\\1_conv\\.weight");
  private static final Pattern BLOCK =
      Pattern.compile("unet\\.enc\\.(\\d{1,4})x\\1_block(\\d{1,2})\\.conv_res1\\.weight");
  private static final int CHANNELS_PER_HEAD = 64;

  private Edm2Architecture() {}

  /**
   * Returns the architecture.
   *
   * @param file how errors name it
   * @throws InvalidTensorFileException if the tensors are not those of such a network
   */
  static ArchitectureSpec of(Path file, Map<String, Tensor> tensors) {
    String input =
        tensors.keySet().stream()
            .filter(name -> INPUT.matcher(name).matches())
            .findFirst()
            .orElseThrow(() -> unknown(file, "has no unet.enc.RxR_conv.weight"));
    List<Integer> first = shape(file, tensors, input, 4);
    TreeSet<Integer> resolutions = new TreeSet<>(Comparator.reverseOrder());
    int blocks = 0;
    for (String name : tensors.keySet()) {
      Matcher matcher = BLOCK.matcher(name);
      if (matcher.matches()) {
        resolutions.add(Integer.parseInt(matcher.group(1)));
        blocks = Math.max(blocks, Integer.parseInt(matcher.group(2)) + 1);
      }
    }
    if (resolutions.isEmpty()) {
      throw unknown(file, "has no blocks with conv_res1");
    }
    List<Integer> channels = new ArrayList<>();
    TreeSet<Integer> attention = new TreeSet<>();
    for (int resolution : resolutions) {
      String block = "unet.enc.%1$dx%1$d_block0.".formatted(resolution);
      channels.add(shape(file, tensors, block + "conv_res1.weight", 4).get(0));
      if (tensors.containsKey(block + "attn_qkv.weight")) {
        attention.add(resolution);
      }
    }
    int base = first.get(0);
    int classes =
        tensors.containsKey("unet.emb_label.weight")
            ? shape(file, tensors, "unet.emb_label.weight", 2).get(1)
            : 0;
    if (base < 1 || channels.stream().anyMatch(c -> c % base != 0)) {
      throw unknown(file, "has levels of %s channels after %d".formatted(channels, base));
    }
    try {
      return ArchitectureSpec.builder()
          .imgResolution(resolutions.first())
          .imgChannels(first.get(1) - 1)
          .labelDim(classes)
          .modelChannels(base)
          .channelMult(channels.stream().map(c -> c / base).toList())
          .numBlocks(blocks)
          .attnResolutions(attention)
          .channelsPerHead(CHANNELS_PER_HEAD)
          .branches(Presets.of("A").branches())
          .build();
    } catch (InvalidArchitectureException e) {
      throw new InvalidTensorFileException(file, unknown(e.getMessage()), e);
    }
  }

  private static List<Integer> shape(
      Path file, Map<String, Tensor> tensors, String name, int rank) {
    Tensor tensor = tensors.get(name);
    if (tensor == null || tensor.shape().size() != rank) {
      throw unknown(file, "has no %s of %d dimensions".formatted(name, rank));
    }
    return tensor.shape();
  }

  private static InvalidTensorFileException unknown(Path file, String why) {
    return new InvalidTensorFileException(file, unknown(why));
  }

  private static String unknown(@Nullable String why) {
    return "does not tell its architecture, and is no network of EDM2's (%s); give the architecture's YAML file"
        .formatted(why);
  }
}
