package org.edm2search.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import org.edm2search.campaign.store.StoreBackup;
import org.edm2search.campaign.store.StoreSettings;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CampaignDoctorTest {

  @TempDir Path folder;

  private CampaignConfig config() {
    return Examples.config(folder.resolve("campaign"), "strategy: random", 3);
  }

  private List<Trial> run() {
    CampaignConfig config = config();
    try (Campaign campaign = Examples.open(config)) {
      return campaign
          .run(
              (request, progress) -> Examples.measurement(request.cost().multiplyAdds()),
              CampaignListener.NONE)
          .trials();
    }
  }

  private CampaignDoctor.Report examine() {
    return CampaignDoctor.examine(config().directory(), Clock.systemUTC());
  }

  @Test
  void aHealthyCampaignIsLeftAsItIs() throws IOException {
    run();
    CampaignDoctor.Report report = examine();
    assertThat(report.sound()).isTrue();
    assertThat(report.lines()).anyMatch(line -> line.contains("holds 3 trials"));
    assertThat(config().directory().path().resolve("campaign.mv.db.damaged")).doesNotExist();
  }

  @Test
  void aDeletedStoreIsNoticedAndRestored() throws IOException {
    List<Trial> trials = run();
    Files.delete(config().directory().store());
    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("the store is gone, but other files of the campaign are there")
        .hasMessageContaining("edm2-search doctor");
    CampaignDoctor.Report report = examine();
    assertThat(report.sound()).isTrue();
    assertThat(report.lines()).anyMatch(line -> line.contains("restored"));
    assertThat(run()).isEqualTo(trials);
  }

  @Test
  void aDamagedStoreIsKeptAndTheNewestWholeCopyRestored() throws IOException {
    List<Trial> trials = run();
    CampaignDirectory directory = config().directory();
    Files.copy(
        directory.backup(),
        StoreBackup.previous(directory.backup()),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(directory.backup(), "PK");
    Files.write(directory.store(), new byte[20_000]);
    Files.delete(directory.journal());
    CampaignDoctor.Report report = examine();
    assertThat(report.sound()).as(report.toString()).isTrue();
    assertThat(directory.path().resolve("campaign.mv.db.damaged")).hasSize(20_000);
    try (var reader = directory.read()) {
      assertThat(reader.trials()).isEqualTo(trials);
    }
    assertThat(run()).isEqualTo(trials);
  }

  @Test
  void withoutACopyItSaysSoAndMovesNothing() throws IOException {
    run();
    CampaignDirectory directory = config().directory();
    Files.delete(directory.backup());
    Files.delete(StoreBackup.previous(directory.backup()));
    Files.write(directory.store(), new byte[20_000]);
    CampaignDoctor.Report report = examine();
    assertThat(report.sound()).isFalse();
    assertThat(report.lines()).anyMatch(line -> line.contains("no copy to restore"));
    assertThat(directory.store()).hasSize(20_000);
  }

  @Test
  void whatKilledRunsLeftIsDeletedAndNothingElse() throws IOException {
    run();
    Path path = config().directory().path();
    String id = "0ac9f8d6-23d0-4d3c-8a0e-0123456789ab";
    Path mine = Files.createFile(path.resolve(".backup.zip." + id + ".tmp"));
    Path other = Files.createFile(path.resolve("backup.zip.mine"));
    assertThat(examine().sound()).isTrue();
    assertThat(mine).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void aRunningCampaignIsNotTouched() {
    CampaignConfig config = config();
    try (Campaign campaign = Examples.open(config)) {
      assertThatThrownBy(this::examine)
          .isInstanceOf(Edm2SearchException.class)
          .hasMessageContaining("already being run by this process");
      assertThat(campaign.trials().trials()).isEmpty();
    }
  }

  @Test
  void aStoreOnAServerIsRestoredByTheServer() throws IOException {
    CampaignDirectory directory = config().directory();
    directory.create();
    Files.writeString(
        directory.path().resolve("store.json"),
        "{\"schema\":\"s\",\"campaign\":\"%s\"}".formatted("0".repeat(32)));
    Files.writeString(
        directory.config(), "store: {kind: postgresql, url: 'postgresql://h/d', user: u}");
    Clock clock = Clock.systemUTC();
    assertThatThrownBy(() -> CampaignDoctor.restore(directory, false, clock))
        .hasMessageContaining("its store is in postgresql://h:5432/d, whose own copies bring it");
    Files.writeString(directory.config(), "campaign: {name: x}");
    assertThatThrownBy(() -> CampaignDoctor.examine(directory, clock))
        .hasMessageContaining("store.json: a server keeps this campaign's store");
    assertThatThrownBy(() -> new CampaignStore(directory).requireRunnable(config().store()))
        .hasMessageContaining("store.json: a server keeps this campaign's store");
  }

  @Test
  void aStoreInAFileDoesNotBecomeOneOnAServer() {
    run();
    StoreSettings settings =
        CampaignConfig.parse(
                config().text() + "store: {kind: postgresql, url: 'postgresql://h/d', user: u}\n",
                "x.yaml")
            .store();
    assertThatThrownBy(() -> new CampaignStore(config().directory()).requireRunnable(settings))
        .hasMessageContaining("campaign.mv.db: this file is the campaign's store");
  }
}
