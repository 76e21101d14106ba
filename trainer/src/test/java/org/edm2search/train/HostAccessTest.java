package org.edm2search.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.model.Network;
import org.edm2search.model.device.HostView;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.concurrency.BasicAffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a GPU must be told during training steps: which arrays the host wrote, and that it reads
 * results. Nothing may be written where that is not told.
 */
class HostAccessTest {

  private static final ArchitectureSpec SPEC =
      ArchitectureSpec.builder()
          .imgResolution(4)
          .imgChannels(1)
          .labelDim(2)
          .modelChannels(8)
          .channelMult(List.of(1))
          .numBlocks(1)
          .channelsPerHead(8)
          .branches(BranchAssignment.uniform(Presets.seedBranch()))
          .build();
  private static final int BATCH = 2;
  private static final int SIZE = 16;

  private final Spy spy = new Spy();
  private AffinityManager before;

  /** Remembers what was told, and what every array that the host wrote held then. */
  private static final class Spy extends BasicAffinityManager {
    private final List<INDArray> fetched = new ArrayList<>();
    private final Map<Long, float[]> written = new HashMap<>();

    @Override
    public Integer getDeviceForCurrentThread() {
      return 0;
    }

    @Override
    public void touch(INDArray array) {
      // Nothing to be told.
    }

    @Override
    public void touch(DataBuffer buffer) {
      // Nothing to be told.
    }

    @Override
    public void ensureLocation(INDArray array, Location location) {
      assertThat(location).isEqualTo(Location.HOST);
      fetched.add(array);
    }

    @Override
    public void tagLocation(INDArray array, Location location) {
      assertThat(location).isEqualTo(Location.HOST);
      written.put(array.getId(), array.dup().data().asFloat());
    }
  }

  @BeforeEach
  void watch() throws ReflectiveOperationException {
    Nd4j.create(1).close();
    before = Nd4j.getAffinityManager();
    set(spy);
  }

  @AfterEach
  void watchNoMore() throws ReflectiveOperationException {
    set(before);
  }

  private static void set(AffinityManager manager) throws ReflectiveOperationException {
    Field field = Nd4j.class.getDeclaredField("affinityManager");
    field.setAccessible(true);
    field.set(null, manager);
  }

  @Test
  void everyStepTellsOfAllThatTheHostWroteAndRead() {
    try (TrainingState state = TrainingState.begin(Network.initialize(SPEC, 1), List.of(0.1));
        BatchGradients gradients = new BatchGradients(state.network(), 2 * BATCH, BATCH)) {
      for (int step = 0; step < 3; step++) {
        spy.fetched.clear();
        spy.written.clear();
        state.network().normalizeWeights();
        float value = step + 1;
        gradients.run(
            filled(2 * BATCH * SIZE, value),
            filled(2 * BATCH * SIZE, value),
            filled(2 * BATCH, value),
            new int[] {0, 1, 1, 0});
        state.step(gradients.gradients(), gradients.scale(), 0.01, 2 * BATCH);

        INDArray parameters = state.network().parameters();
        INDArray sum = gradients.gradients();
        assertThat(spy.written).as("what Adam updated").containsKey(parameters.getId());
        assertThat(spy.written.get(parameters.getId()))
            .as("and nothing was written after the GPU was told")
            .containsExactly(parameters.toFloatVector());
        assertThat(spy.written.get(sum.getId())).containsExactly(sum.toFloatVector());
        assertThat(spy.fetched).as("read before Adam").contains(parameters, sum);
        float[] fed = filled(BATCH * SIZE, value);
        assertThat(spy.written.values())
            .as("images and noise, of each half of the batch")
            .filteredOn(values -> Arrays.equals(values, fed))
            .hasSizeGreaterThanOrEqualTo(4);
        assertThat(spy.fetched)
            .as("the loss, in an array of its own: a GPU copies whole buffers")
            .anySatisfy(array -> assertThat(array.data().length()).isEqualTo(1));
      }
    }
  }

  @Test
  void theViewIsWhatTells() {
    INDArray array = Nd4j.create(3);

    HostView.write(array, new float[] {1, 2, 3});

    assertThat(spy.written.get(array.getId())).containsExactly(1, 2, 3);
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, value);
    return values;
  }
}
