CREATE TABLE schema_version (
  version INT PRIMARY KEY,
  applied_at TIMESTAMP WITH TIME ZONE NOT NULL);

CREATE TABLE campaign (
  id INT PRIMARY KEY CHECK (id = 1),
  document VARCHAR NOT NULL);

CREATE TABLE strategy_state (
  id INT PRIMARY KEY CHECK (id = 1),
  state_json VARCHAR NOT NULL);

CREATE TABLE trial (
  number INT PRIMARY KEY,
  document VARCHAR NOT NULL);

CREATE TABLE attempt (
  position INT PRIMARY KEY,
  trial INT NOT NULL,
  document VARCHAR NOT NULL);

CREATE TABLE loss_point (
  trial INT NOT NULL,
  images BIGINT NOT NULL,
  loss DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (trial, images));

CREATE TABLE rejection (
  architecture_id VARCHAR PRIMARY KEY,
  position INT NOT NULL,
  document VARCHAR NOT NULL);

CREATE TABLE revision (
  id INT PRIMARY KEY CHECK (id = 1),
  amount BIGINT NOT NULL);

INSERT INTO revision VALUES (1, 0);

INSERT INTO schema_version VALUES (3, CURRENT_TIMESTAMP);
