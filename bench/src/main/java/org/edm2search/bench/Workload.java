package org.edm2search.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;

/**
 * A network and a batch to measure.
 *
 * @param name how it is called in the table
 * @param config preset of the blocks
 * @param resolution rows and columns, pixels
 * @param channels channels of the images
 * @param modelChannels base channels
 * @param channelMult channels of each level over the base
 * @param batch images a step
 */
record Workload(
    String name,
    String config,
    int resolution,
    int channels,
    int modelChannels,
    List<Integer> channelMult,
    int batch) {

  static final List<Workload> ALL =
      List.of(
          new Workload("G* 16×16×1 c=16 (quickstart)", "G*", 16, 1, 16, List.of(1, 2), 64),
          new Workload("G* 32×32×3 c=32", "G*", 32, 3, 32, List.of(1, 2, 2), 32),
          new Workload("G* 32×32×3 c=64", "G*", 32, 3, 64, List.of(1, 2, 2), 16),
          new Workload("A 32×32×3 c=32", "A", 32, 3, 32, List.of(1, 2, 2), 32));

  private static final int CLASSES = 10;

  ArchitectureSpec architecture() {
    return ArchitectureSpec.builder()
        .imgResolution(resolution)
        .imgChannels(channels)
        .labelDim(CLASSES)
        .modelChannels(modelChannels)
        .channelMult(channelMult)
        .numBlocks(1)
        .attnResolutions(List.of(8))
        .channelsPerHead(modelChannels)
        .branches(BranchAssignment.uniform(Presets.branch(config)))
        .build();
  }

  Map<String, Object> peerRequest(int threads, String memoryFormat) {
    Map<String, Object> request = new TreeMap<>();
    request.put("case", "setup");
    request.put("config", config);
    request.put("resolution", resolution);
    request.put("channels", channels);
    request.put("model_channels", modelChannels);
    request.put("channel_mult", channelMult);
    request.put("num_blocks", 1);
    request.put("attn_resolutions", List.of(8));
    request.put("channels_per_head", modelChannels);
    request.put("label_dim", CLASSES);
    request.put("batch", batch);
    request.put("threads", threads);
    request.put("memory_format", memoryFormat);
    return request;
  }
}
