package org.edm2search.campaign.journal;

import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.LossCurve;
import org.edm2search.campaign.trial.Progress;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;

/**
 * What one transaction changed: a line of the journal.
 *
 * @param campaign the campaign's record, if it changed
 * @param trials trials that are new or changed
 * @param attempts attempts that failed
 * @param rejections newly refused candidates; counts add up with those before
 * @param curves points added
 * @param progress last progress of trials that run
 */
record JournalEntry(
    Optional<CampaignRecord> campaign,
    List<Trial> trials,
    List<Attempt> attempts,
    List<Rejection> rejections,
    List<LossCurve> curves,
    List<Progress> progress) {

  JournalEntry {
    trials = List.copyOf(trials);
    attempts = List.copyOf(attempts);
    rejections = List.copyOf(rejections);
    curves = List.copyOf(curves);
    progress = List.copyOf(progress);
  }

  static JournalEntry of(CampaignRecord campaign) {
    return new JournalEntry(
        Optional.of(campaign), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  static JournalEntry of(Trial trial, List<Rejection> rejections) {
    return new JournalEntry(
        Optional.empty(), List.of(trial), List.of(), rejections, List.of(), List.of());
  }

  static JournalEntry of(Trial trial) {
    return of(trial, List.of());
  }

  static JournalEntry ofTrials(List<Trial> trials) {
    return new JournalEntry(Optional.empty(), trials, List.of(), List.of(), List.of(), List.of());
  }

  static JournalEntry ofAttempts(List<Attempt> attempts) {
    return new JournalEntry(Optional.empty(), List.of(), attempts, List.of(), List.of(), List.of());
  }

  static JournalEntry ofRejections(List<Rejection> rejections) {
    return new JournalEntry(
        Optional.empty(), List.of(), List.of(), rejections, List.of(), List.of());
  }

  static JournalEntry ofNews(List<LossCurve> curves, List<Progress> progress) {
    return new JournalEntry(Optional.empty(), List.of(), List.of(), List.of(), curves, progress);
  }
}
