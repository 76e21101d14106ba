package org.edm2search.campaign.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.TrialEnd;
import org.edm2search.campaign.TrialProgress;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.space.base.Edm2SearchException;

/**
 * The campaign's side of one trial whose worker is far away: what is said crosses the network as
 * lines of text, those a worker process writes and reads. Not thread-safe.
 *
 * <pre>{@code
 * TrialConversation trial = new TrialConversation(request, progress, silence);
 * send(trial.order());
 * while (trial.end().isEmpty()) {
 *   send(trial.hear(receive()));
 * }
 * }</pre>
 */
public final class TrialConversation {

  private final AssignedTrial trial;
  private Optional<News.Unable> unable = Optional.empty();
  private Optional<TrialEnd> end = Optional.empty();

  /**
   * Begins a conversation.
   *
   * @param progress told of what the worker reports, and asked whether it shall go on
   * @param limit after which a worker that says nothing is given up; to start, it has five minutes
   *     at least
   */
  public TrialConversation(TrialRequest request, TrialProgress progress, Duration limit) {
    this.trial = new AssignedTrial(request, progress, new Silence(limit, true));
  }

  /** Returns the trial's number. */
  public int trial() {
    return trial.number();
  }

  /** Returns the line that starts the trial in a worker. */
  public String order() {
    return Wire.text(trial.order());
  }

  /** A worker begins with the order, perhaps another one than before. */
  public void begun() {
    trial.starting();
    unable = Optional.empty();
  }

  /**
   * Takes a line from the worker, and returns those to answer with. Lines that are no message, such
   * as what native libraries print, are passed over.
   */
  public List<String> hear(String line) {
    trial.alive();
    if (end.isPresent() || !line.startsWith("{")) {
      return List.of();
    }
    News news;
    try {
      news = Wire.news(line);
    } catch (Edm2SearchException e) {
      failed(FailureKind.CRASHED, "its worker sent an unreadable message: " + e.getMessage());
      return List.of();
    }
    if (news instanceof News.Unable why) {
      unable = Optional.of(why);
      return List.of();
    }
    if (news instanceof News.Ready) {
      trial.ready();
      return List.of();
    }
    return lines(trial.hear(news));
  }

  /**
   * Lets time pass: returns a line to send when the campaign wants to stop, warns of silence, and
   * gives the worker up when that lasts too long.
   */
  public List<String> passed(Duration time) {
    return end.isPresent() ? List.of() : lines(trial.passed(time));
  }

  private List<String> lines(Optional<Order> answer) {
    end = end.or(trial::end);
    trial
        .fault()
        .ifPresent(why -> failed(why.kind(), "its worker was ended, because " + why.what()));
    return answer.map(Wire::text).stream().toList();
  }

  /**
   * The worker's process ended.
   *
   * @param code exit code, above 128 for a signal
   * @param where to read more, in words
   */
  public void exited(int code, String where) {
    WorkerExit exit = new WorkerExit(code);
    if (unable.isPresent()) {
      failed(unable.get().kind(), unable.get().reason());
    } else {
      failed(exit.kind(), "its worker process %s; see %s".formatted(exit.words(), where));
    }
  }

  /** The machine or the process that had the worker was lost. */
  public void lost(String reason) {
    failed(FailureKind.KILLED, reason);
  }

  private void failed(FailureKind kind, String reason) {
    if (end.isEmpty()) {
      end =
          Optional.of(
              trial.progress().stopRequested()
                  ? new TrialEnd.Stopped(trial.number())
                  : new TrialEnd.Failed(trial.number(), kind, reason));
    }
  }

  /** Returns how the trial ended, empty while it runs. */
  public Optional<TrialEnd> end() {
    return end;
  }
}
