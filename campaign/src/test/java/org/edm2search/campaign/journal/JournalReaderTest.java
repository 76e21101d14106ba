package org.edm2search.campaign.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.store.InMemoryStore;
import org.edm2search.campaign.trial.Candidate;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.LossPoint;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals of others: unfinished, damaged, forged. */
final class JournalReaderTest {

  private static final SearchSpace SPACE = Examples.space();

  @TempDir Path folder;

  private Path journal() {
    return folder.resolve("journal.jsonl");
  }

  private static Trial complete(int number) {
    Candidate candidate = Candidate.of(SPACE, SPACE.random(new SplittableRandom(number)));
    return Trial.waiting(number, candidate, Examples.NOW)
        .started(Examples.NOW)
        .complete(Examples.measurement(number), Examples.ENVIRONMENT, Examples.NOW);
  }

  private void write(int trials) {
    try (JournaledStore store =
        JournaledStore.of(new InMemoryStore(), journal(), Clock.systemUTC())) {
      for (int number = 0; number < trials; number++) {
        Trial complete = complete(number);
        store.create(Trial.waiting(number, complete.candidate(), Examples.NOW), List.of(), "{}");
        store.start(
            Trial.waiting(number, complete.candidate(), Examples.NOW).started(Examples.NOW));
        store.record(number, new LossPoint(8, 0.5));
        store.finish(complete, "{}");
      }
    }
  }

  private void append(String text) throws IOException {
    Files.writeString(journal(), text, StandardOpenOption.APPEND);
  }

  @Test
  void aLineThatIsStillBeingWrittenIsReadOnceItIsWhole() throws IOException {
    write(2);
    String all = Files.readString(journal());
    int cut = all.length() - 100;
    Files.writeString(journal(), all.substring(0, cut));
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.trial(1).orElseThrow().state()).isEqualTo(TrialState.RUNNING);
      append(all.substring(cut));
      assertThat(reader.refresh()).isTrue();
      assertThat(reader.trials()).containsExactly(complete(0), complete(1));
      assertThat(reader.snapshot().unreadable()).isZero();
    }
  }

  @Test
  void aJournalWrittenAnewIsReadAnew() {
    write(2);
    try (JournalReader reader = JournalReader.open(journal())) {
      write(5);
      assertThat(reader.refresh()).isTrue();
      assertThat(reader.trials()).hasSize(5);
      assertThat(reader.losses(4)).containsExactly(new LossPoint(8, 0.5));
    }
  }

  @Test
  void linesThatAreNoneAreLeftOutAndCounted() throws IOException {
    write(1);
    append("\n");
    append("{\"seq\":\n");
    append("[".repeat(100_000) + "\n");
    append("{\"seq\":9,\"trials\":[{\"number\":-1}]}\n");
    append("{\"seq\":9,\"trials\":[{\"number\":3,\"state\":\"GONE\"}]}\n");
    append("{\"seq\":99999999999999999999999}\n");
    append("{\"seq\":9,\"ends\":[[1]]}\n");
    append("\0\1\2\n");
    append("{\"seq\":12,\"later\":{\"deep\":[1,{}]},\"campaign\":{}}\n");
    append("{\"seq\":13,\"later\":{\"deep\":[1,{}]}}\n");
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.trials()).containsExactly(complete(0));
      assertThat(reader.snapshot().unreadable()).isEqualTo(9);
      assertThat(reader.revision()).isEqualTo(13);
    }
  }

  @Test
  void aLineWithoutEndIsNotKept() throws IOException {
    write(1);
    append("{\"seq\":9,\"later\":\"" + "x".repeat(3 * JournalFormat.LONGEST_LINE) + "\"}\n");
    append("{\"seq\":10}\n");
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.snapshot().unreadable()).isEqualTo(1);
      assertThat(reader.revision()).isEqualTo(10);
    }
  }

  @Test
  void membersOfALaterVersionAreLeftOut() throws IOException {
    write(1);
    String text = Files.readString(journal());
    Files.writeString(
        journal(), text.replace("{\"number\":0,", "{\"number\":0,\"repeats\":[{\"seed\":1}],"));
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.trials()).containsExactly(complete(0));
    }
  }

  @Test
  void aNumberThatIsNoneDoesNotMakeTheCampaignUnreadable() throws IOException {
    write(3);
    String text = Files.readString(journal());
    assertThat(text).contains("\"value\":2.0").contains("\"value\":1.0");
    Files.writeString(
        journal(),
        text.replace("\"value\":2.0", "\"value\":\"NaN\"")
            .replace(
                "\"name\":\"%s\",\"value\":".formatted(Quantity.TRAINED_IMAGES),
                "\"name\":\"%s\",\"value\":\"Infinity\",\"was\":"
                    .formatted(Quantity.TRAINED_IMAGES)));
    try (JournalReader reader = JournalReader.open(journal())) {
      assertThat(reader.snapshot().unreadable()).isZero();
      assertThat(reader.trials()).hasSize(3);
      Trial unscored = reader.trial(2).orElseThrow();
      assertThat(unscored.state()).isEqualTo(TrialState.FAILED);
      assertThat(unscored.reason()).isEqualTo("its score is NaN");
      assertThat(reader.trial(1).orElseThrow().score()).hasValue(1);
    }
  }

  @Test
  void whatIsNoJournalIsRefusedInOneLineThatSaysWhatToDo() throws Exception {
    assertRefused("no such file");
    Files.createFile(journal());
    assertRefused("is empty");
    Files.writeString(journal(), "root:x:0:0:root:/root:/bin/bash\n");
    assertRefused("is damaged or no journal");
    Files.writeString(journal(), "{\"seq\":1}\n");
    assertRefused("is damaged or no journal");
    Files.delete(journal());
    Files.createSymbolicLink(journal(), Path.of("/etc/passwd"));
    assertRefused("is no regular file");
    Files.delete(journal());
    assertThat(new ProcessBuilder("mkfifo", journal().toString()).start().waitFor()).isZero();
    assertRefused("is no regular file");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> JournalReader.open(journal()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("journal.jsonl")
        .hasMessageContaining(why)
        .hasMessageContaining("edm2-search doctor")
        .hasMessageNotContaining("root:");
  }

  @Test
  void aNewerFormIsRefused() throws IOException {
    Files.writeString(journal(), "{\"journal\":2,\"seq\":1}\n");
    assertThatThrownBy(() -> JournalReader.open(journal()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("newer edm2-search (form 2");
  }

  @Test
  void readingWritesNothing() throws IOException {
    write(2);
    List<Path> before = files();
    byte[] bytes = Files.readAllBytes(journal());
    try (JournalReader reader = JournalReader.open(journal())) {
      reader.refresh();
      reader.losses(1);
    }
    assertThat(files()).isEqualTo(before);
    assertThat(Files.readAllBytes(journal())).isEqualTo(bytes);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
