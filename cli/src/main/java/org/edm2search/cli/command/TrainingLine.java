package org.edm2search.cli.command;

import java.util.Locale;
import org.edm2search.campaign.report.Amounts;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.LiveLine;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingProgress;

/**
 * Shows a training on one line.
 *
 * @param stop asked whether it shall end
 */
record TrainingLine(Console console, LiveLine line, StopRequest stop) implements TrainingListener {

  @Override
  public void warned(String message) {
    line.clear();
    console.remark("warning: %s", message);
  }

  @Override
  public void stepped(TrainingProgress now) {
    if (line.due()) {
      line.show(
          String.format(
              Locale.ROOT,
              "%s/%s images  loss %.4f  %s images/s  %s left",
              Amounts.count(now.images()),
              Amounts.count(now.totalImages()),
              now.loss(),
              Amounts.count(Math.rint(now.imagesPerSecond())),
              Amounts.duration((now.totalImages() - now.images()) / now.imagesPerSecond())));
    }
  }

  @Override
  public boolean stopRequested() {
    return stop.requested();
  }
}
