package org.edm2search.eval.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortableNoiseTest {

  /** What Python computes from the definition, with integers of any size. */
  @ParameterizedTest
  @CsvSource({
    "0, -0.2788749225862045, -0.881064673862136, -0.7642228620191814",
    "-1, -0.08184054752098133, -1.4149994898097527, 1.0395498311683584",
    "12345678901, 0.9683813548420417, -0.6832482635680346, -0.3036867818282028",
  })
  void numbersAreThoseOfOtherLanguages(long seed, double first, double second, double third) {
    PortableNoise noise = new PortableNoise(seed);
    assertThat(noise.nextGaussian()).isCloseTo(first, within(1e-14));
    assertThat(noise.nextGaussian()).isCloseTo(second, within(1e-14));
    assertThat(noise.nextGaussian()).isCloseTo(third, within(1e-14));
  }
}
