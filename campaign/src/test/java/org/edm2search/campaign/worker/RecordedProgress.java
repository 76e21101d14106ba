package org.edm2search.campaign.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.trial.Phase;
import org.edm2search.space.LossPoint;

/** What the campaign hears of a trial, and what it wants. */
final class RecordedProgress implements TrialProgress {

  final List<LossPoint> points = new ArrayList<>();
  final List<Long> reports = new ArrayList<>();
  final List<Duration> silences = new ArrayList<>();
  boolean stop;

  @Override
  public void report(
      Phase phase, long done, long total, OptionalDouble loss, double imagesPerSecond) {
    reports.add(done);
  }

  @Override
  public void record(LossPoint point) {
    points.add(point);
  }

  @Override
  public void silent(Duration since, Duration limit) {
    silences.add(since);
  }

  @Override
  public boolean stopRequested() {
    return stop;
  }
}
