package org.edm2search.campaign.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.space.LossPoint;

/** News of running trials that is not written yet. */
final class GatheredNews {

  /** Points that are worth a transaction of their own: a few megabytes. */
  private static final int MANY = 20_000;

  private final Map<Integer, List<LossPoint>> points = new TreeMap<>();
  private final Map<Integer, Progress> progress = new TreeMap<>();
  private int count;

  /** News that is about to be written. */
  record Taken(List<LossCurve> curves, List<Progress> latest) {

    boolean isEmpty() {
      return curves.isEmpty() && latest.isEmpty();
    }
  }

  void add(LossCurve curve) {
    points.computeIfAbsent(curve.trial(), trial -> new ArrayList<>()).addAll(curve.points());
    count += curve.points().size();
  }

  /** Replaces the progress of a trial. */
  void put(Progress latest) {
    progress.put(latest.trial(), latest);
  }

  /** Returns whether to write now rather than to gather more. */
  boolean full() {
    return count >= MANY;
  }

  /** Takes everything. */
  Taken take() {
    List<LossCurve> curves = new ArrayList<>();
    points.forEach((trial, of) -> curves.add(new LossCurve(trial, of)));
    Taken taken = new Taken(curves, List.copyOf(progress.values()));
    points.clear();
    progress.clear();
    count = 0;
    return taken;
  }

  /** Takes what there is of one trial; the others' news can wait. */
  Taken take(int trial) {
    List<LossPoint> of = points.remove(trial);
    Progress latest = progress.remove(trial);
    if (of != null) {
      count -= of.size();
    }
    return new Taken(
        of == null ? List.of() : List.of(new LossCurve(trial, of)),
        latest == null ? List.of() : List.of(latest));
  }
}
