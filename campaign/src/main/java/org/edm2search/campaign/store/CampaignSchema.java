package org.edm2search.campaign.store;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import tools.jackson.databind.json.JsonMapper;

/**
 * The schema of a server's database that keeps a campaign; {@code store.json} in the campaign's
 * directory.
 *
 * @param name the schema's
 * @param campaign which campaign it keeps, 32 random hexadecimal digits: also of copies of its
 *     directory
 */
record CampaignSchema(String name, String campaign) {

  /** Names that need no quotes in any SQL. */
  private static final Pattern NAME = Pattern.compile("(?!pg_)[a-z_][a-z0-9_]{0,62}");

  private static final Pattern CAMPAIGN = Pattern.compile("[0-9a-f]{32}");
  private static final String NAME_KEY = "schema";
  private static final String CAMPAIGN_KEY = "campaign";
  private static final int LONGEST_WORD = 40;
  private static final int SHORT_CAMPAIGN = 8;
  private static final int LOCK_DIGITS = 16;

  CampaignSchema {
    if (!NAME.matcher(name).matches() || !CAMPAIGN.matcher(campaign).matches()) {
      throw new IllegalArgumentException(
          "no schema of a campaign: %s of %s".formatted(name, campaign));
    }
  }

  /**
   * Draws a campaign that is kept nowhere yet.
   *
   * @param name of its schema; empty for one that no other campaign has
   * @param directory the name of the campaign's directory, for people
   */
  static CampaignSchema draw(Optional<String> name, String directory) {
    String campaign = UUID.randomUUID().toString().replace("-", "");
    String word = directory.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    return new CampaignSchema(
        name.orElseGet(
            () ->
                "edm2_%s_%s"
                    .formatted(
                        word.substring(0, Math.min(word.length(), LONGEST_WORD)),
                        campaign.substring(0, SHORT_CAMPAIGN))),
        campaign);
  }

  /** Reads the key of a section that names a schema, if it is there. */
  static Optional<String> readName(Section section) {
    if (!section.has(NAME_KEY)) {
      return Optional.empty();
    }
    String name = section.string(NAME_KEY);
    if (!NAME.matcher(name).matches()) {
      throw section.error(
          NAME_KEY,
          "must be up to 63 of a-z, 0-9 and '_', not beginning with a digit or pg_, but is '%s'"
              .formatted(name));
    }
    return Optional.of(name);
  }

  /**
   * Reads a file.
   *
   * @return empty if there is none
   * @throws InvalidConfigException if it says anything else
   */
  static Optional<CampaignSchema> read(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Section section = Section.load(file);
    String campaign = section.string(CAMPAIGN_KEY);
    if (!CAMPAIGN.matcher(campaign).matches()) {
      throw section.error(
          CAMPAIGN_KEY, "must be 32 hexadecimal digits, but is '%s'".formatted(campaign));
    }
    Optional<String> name = readName(section);
    section.rejectUnknown();
    return Optional.of(
        new CampaignSchema(
            name.orElseThrow(() -> section.error(NAME_KEY, "is missing")), campaign));
  }

  /** Writes a file, whole or not at all. */
  void write(Path file) {
    JsonMapper mapper = JsonMapper.shared();
    AtomicFile.write(
        file,
        mapper.writeValueAsString(
                mapper.createObjectNode().put(NAME_KEY, name).put(CAMPAIGN_KEY, campaign))
            + "\n");
  }

  /** Returns the same campaign in a schema of another name. */
  CampaignSchema named(String other) {
    return new CampaignSchema(other, campaign);
  }

  /** Returns the number of the server's lock that whoever writes the campaign holds. */
  long lock() {
    return Long.parseUnsignedLong(campaign.substring(0, LOCK_DIGITS), 16);
  }
}
