SELECT pid, application_name, usename
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (CAST(classid AS BIGINT) << 32 | CAST(objid AS BIGINT)) = :lock
