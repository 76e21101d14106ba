package org.edm2search.campaign.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.tx.VersionedValueType;
import org.h2.mvstore.type.LongDataType;
import org.h2.result.RowFactory;
import org.h2.result.SearchRow;
import org.h2.value.CompareMode;
import org.h2.value.VersionedValue;

/**
 * What a store's file defines, read without opening the database.
 *
 * <p>Opening an H2 database runs the definitions in it: a trigger's source is compiled and called
 * while the database opens, before any statement could look at it, and a view or a default calls
 * functions later. So the rows of H2's system table are read first from the file's key-value layer,
 * where they are text, and each must be one that this program writes.
 */
final class StoreDefinitions {

  private static final String SYSTEM_TABLE = "table.0";
  private static final String UNDO_LOG = "undoLog";
  private static final int COLUMNS = 4;
  private static final int SQL = 3;
  private static final int SHOWN = 60;

  private static final Set<String> KNOWN = known();

  private final List<String> statements;

  private StoreDefinitions(List<String> statements) {
    this.statements = List.copyOf(statements);
  }

  /**
   * Reads a store's definitions.
   *
   * @throws InvalidConfigException if it is damaged, or defines what this program never defines
   * @throws StoreException if another process has it open or the system refuses
   */
  static StoreDefinitions read(StoreFile file) {
    try (MVStore store = new MVStore.Builder().fileName(file.path().toString()).readOnly().open()) {
      requireNothingUnfinished(file, store);
      List<String> statements = statements(file, store);
      for (String statement : statements) {
        if (!KNOWN.contains(statement)) {
          throw foreign(file, statement);
        }
      }
      return new StoreDefinitions(statements);
    } catch (Edm2SearchException e) {
      throw e;
    } catch (MVStoreException e) {
      throw file.failed(e);
    } catch (RuntimeException e) {
      // Bytes that H2's layer decodes into anything but its own exceptions.
      throw file.failed(new MVStoreException(DataUtils.ERROR_FILE_CORRUPT, e.toString()));
    }
  }

  /** A transaction to be undone when the database opens could bring a definition back. */
  private static void requireNothingUnfinished(StoreFile file, MVStore store) {
    Map<String, String> layout = store.getLayoutMap();
    Map<String, String> meta = store.getMetaMap();
    for (String name : store.getMapNames()) {
      if (name.startsWith(UNDO_LOG)) {
        String root = layout.get("root." + meta.get("name." + name));
        if (root != null && !root.equals("0")) {
          throw file.damaged("ends within a transaction");
        }
      }
    }
  }

  private static List<String> statements(StoreFile file, MVStore store) {
    if (!store.hasMap(SYSTEM_TABLE)) {
      throw file.damaged("has no definitions");
    }
    MVMap<Long, VersionedValue<SearchRow>> rows =
        store.openMap(
            SYSTEM_TABLE,
            new MVMap.Builder<Long, VersionedValue<SearchRow>>()
                .keyType(LongDataType.INSTANCE)
                .valueType(
                    new VersionedValueType<>(
                        RowFactory.getDefaultRowFactory()
                            .createRowFactory(
                                null,
                                CompareMode.getInstance(null, 0),
                                null,
                                new int[COLUMNS],
                                null,
                                null,
                                COLUMNS,
                                false)
                            .getRowDataType())));
    List<String> statements = new ArrayList<>();
    for (Cursor<Long, VersionedValue<SearchRow>> cursor = rows.cursor(null); cursor.hasNext(); ) {
      cursor.next();
      VersionedValue<SearchRow> row = cursor.getValue();
      if (!row.isCommitted()) {
        throw file.damaged("ends within a transaction");
      }
      statements.add(normalized(row.getCurrentValue().getValue(SQL).getString()));
    }
    return statements;
  }

  /** Leaves out what H2 draws, counts or learns of the columns of a table that has grown. */
  private static String normalized(String statement) {
    return statement
        .replaceAll("\\s+", " ")
        .replaceAll("^SET CREATE_BUILD \\d+$", "SET CREATE_BUILD")
        .replaceAll("SALT '[0-9a-f]*' HASH '[0-9a-f]*'", "SALT")
        .replaceAll("\"SYSTEM_SEQUENCE_[0-9A-F_]+\"", "\"SYSTEM_SEQUENCE\"")
        .replaceAll(" SELECTIVITY \\d+", "")
        .replaceAll(" RESTART WITH \\d+", "")
        .replaceAll("\"(PRIMARY_KEY|CONSTRAINT|CONSTRAINT_INDEX)_[0-9A-F_]+\"", "\"$1\"");
  }

  private static InvalidConfigException foreign(StoreFile file, String statement) {
    String shown = statement.length() <= SHOWN ? statement : statement.substring(0, SHOWN) + "...";
    return file.invalid(
        "not opened, because it defines what this version does not know (%s): written by a newer"
                .formatted(shown.replaceAll("\\p{Cntrl}", "?"))
            + " edm2-search, or made by somebody else to run code here");
  }

  /** Returns whether the file is of a version before trials were documents. */
  boolean old() {
    return statements.stream()
        .anyMatch(text -> text.startsWith("CREATE CACHED TABLE \"PUBLIC\".\"QUANTITY\""));
  }

  private static Set<String> known() {
    try (InputStream in =
        Objects.requireNonNull(
            StoreDefinitions.class.getResourceAsStream("known-definitions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
