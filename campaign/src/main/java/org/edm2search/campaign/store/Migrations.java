package org.edm2search.campaign.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The schema as numbered steps. A step is never edited once released: append a new one. Each must
 * be repeatable, because a kill can come between a step and its entry in {@code schema_version}.
 */
final class Migrations {

  private static final List<List<String>> STEPS =
      List.of(
          List.of(
              """
              CREATE TABLE IF NOT EXISTS campaign (
                id INT PRIMARY KEY CHECK (id = 1),
                name VARCHAR NOT NULL,
                strategy VARCHAR NOT NULL,
                seed BIGINT NOT NULL,
                planned_trials INT NOT NULL,
                config_text VARCHAR NOT NULL,
                config_digest VARCHAR NOT NULL,
                created_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
                note VARCHAR NOT NULL)
              """,
              """
              CREATE TABLE IF NOT EXISTS strategy_state (
                id INT PRIMARY KEY CHECK (id = 1),
                state_json VARCHAR NOT NULL)
              """,
              """
              CREATE TABLE IF NOT EXISTS trial (
                number INT PRIMARY KEY,
                genotype VARCHAR NOT NULL,
                architecture_id VARCHAR NOT NULL,
                architecture_yaml VARCHAR NOT NULL,
                parameters BIGINT NOT NULL,
                multiply_adds BIGINT NOT NULL,
                state VARCHAR NOT NULL,
                reason VARCHAR NOT NULL,
                protocol_text VARCHAR,
                protocol_digest VARCHAR,
                provenance_json VARCHAR,
                created_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
                started_at TIMESTAMP(9) WITH TIME ZONE,
                finished_at TIMESTAMP(9) WITH TIME ZONE)
              """,
              """
              CREATE TABLE IF NOT EXISTS quantity (
                trial INT NOT NULL REFERENCES trial (number),
                position INT NOT NULL,
                name VARCHAR NOT NULL,
                amount DOUBLE PRECISION NOT NULL,
                unit VARCHAR NOT NULL,
                PRIMARY KEY (trial, position))
              """,
              """
              CREATE TABLE IF NOT EXISTS loss_point (
                trial INT NOT NULL REFERENCES trial (number),
                images BIGINT NOT NULL,
                loss DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (trial, images))
              """,
              """
              CREATE TABLE IF NOT EXISTS progress (
                id INT PRIMARY KEY CHECK (id = 1),
                trial INT NOT NULL,
                phase VARCHAR NOT NULL,
                done BIGINT NOT NULL,
                total BIGINT NOT NULL,
                loss DOUBLE PRECISION,
                images_per_second DOUBLE PRECISION NOT NULL,
                reported_at TIMESTAMP(9) WITH TIME ZONE NOT NULL)
              """,
              """
              CREATE TABLE IF NOT EXISTS rejection (
                position BIGINT GENERATED ALWAYS AS IDENTITY,
                architecture_id VARCHAR PRIMARY KEY,
                genotype VARCHAR NOT NULL,
                reason VARCHAR NOT NULL,
                proposals INT NOT NULL)
              """,
              """
              CREATE TABLE IF NOT EXISTS revision (
                id INT PRIMARY KEY CHECK (id = 1),
                amount BIGINT NOT NULL)
              """,
              "MERGE INTO revision KEY (id) VALUES (1, 0)"),
          // Several trials may run at a time.
          List.of(
              "DROP TABLE IF EXISTS progress",
              """
              CREATE TABLE IF NOT EXISTS trial_progress (
                trial INT PRIMARY KEY REFERENCES trial (number),
                phase VARCHAR NOT NULL,
                done BIGINT NOT NULL,
                total BIGINT NOT NULL,
                loss DOUBLE PRECISION,
                images_per_second DOUBLE PRECISION NOT NULL,
                reported_at TIMESTAMP(9) WITH TIME ZONE NOT NULL)
              """),
          // A trial is tried more than once; what failed before there were attempts was one.
          List.of(
              """
              CREATE TABLE IF NOT EXISTS attempt (
                position BIGINT GENERATED ALWAYS AS IDENTITY,
                trial INT NOT NULL REFERENCES trial (number),
                kind VARCHAR NOT NULL,
                reason VARCHAR NOT NULL,
                started_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
                ended_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
                PRIMARY KEY (trial, ended_at))
              """,
              """
              MERGE INTO attempt (trial, kind, reason, started_at, ended_at) KEY (trial, ended_at)
                SELECT number,
                  CASE WHEN reason LIKE 'worker process %' THEN 'CRASHED' ELSE 'INVALID' END,
                  reason, started_at, finished_at
                FROM trial WHERE state = 'FAILED'
              """));

  /** The newest schema this version of the program knows. */
  static final int NEWEST = STEPS.size();

  private Migrations() {}

  /** Returns the schema of a store, 0 for a new one. */
  static int version(Handle handle) {
    handle.execute(
        "CREATE TABLE IF NOT EXISTS schema_version ("
            + "version INT PRIMARY KEY, applied_at TIMESTAMP WITH TIME ZONE NOT NULL)");
    return handle
        .createQuery("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .mapTo(int.class)
        .one();
  }

  /** Brings a store from a version to the newest. */
  static void apply(Handle handle, int from) {
    for (int version = from + 1; version <= NEWEST; version++) {
      STEPS.get(version - 1).forEach(handle::execute);
      handle.execute(
          "MERGE INTO schema_version KEY (version) VALUES (?, CURRENT_TIMESTAMP)", version);
    }
  }
}
