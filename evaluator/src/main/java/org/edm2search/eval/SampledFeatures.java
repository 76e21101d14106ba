package org.edm2search.eval;

import java.util.Optional;

/** Keeps features of samples while there are more to draw, so that a long evaluation resumes. */
public interface SampledFeatures {

  /** Keeps nothing. */
  SampledFeatures NONE =
      new SampledFeatures() {
        @Override
        public Optional<double[][]> find(int first, int count) {
          return Optional.empty();
        }

        @Override
        public void keep(int first, double[][] rows) {
          // Every evaluation starts anew.
        }

        @Override
        public void discard() {
          // There is nothing.
        }
      };

  /**
   * Returns the features of samples that were drawn before, [count, d], if they were kept.
   *
   * @param first number of the first sample
   */
  Optional<double[][]> find(int first, int count);

  /** Keeps the features of samples. */
  void keep(int first, double[][] rows);

  /** Forgets everything: the evaluation is complete. */
  void discard();
}
