# What cluster/standalone and cluster/yarn have in common. They set name (of the script), home and lib first.

fail() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit "${2:-1}"
}

# Runs Java in the background, for a daemon named by the first argument.
daemon() {
  daemon=$1
  shift
  setsid "$java" -Xmx256m -cp "$home/conf:$home/jars/*" "$@" >"$home/$daemon.log" 2>&1 </dev/null &
  echo $! >"$home/$daemon.pid"
}

# Waits until a daemon has said something.
await() {
  tries=0
  until grep -q "$2" "$home/$1.log" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] && kill -0 "$(cat "$home/$1.pid")" 2>/dev/null ||
      fail "the $1 did not start; see $home/$1.log"
    sleep 0.2
  done
}

# Checks a number of daemons.
require_count() {
  case $2 in
    '' | *[!0-9]* | 0*) fail "the number of $1 must be 1 or more, but is '$2'" 2 ;;
  esac
}

# Makes a folder of jars and one of settings. Without this project's classes: those come with a campaign.
prepare() {
  # Without Spark's build the folder may still be there, left by another one.
  ls "$lib"/*spark-core_*.jar >/dev/null 2>&1 ||
    fail "no Spark at $lib: build it in once with EDM2_SEARCH_SPARK=yes ./edm2-search --version"
  ! ls "$home"/*.pid >/dev/null 2>&1 || fail "a cluster runs already; end it first: $0 stop"
  mkdir -p "$home/jars" "$home/conf"
  for jar in "$lib"/*.jar "$here"/../cli/target/lib/logback-*.jar; do
    case ${jar##*/} in
      cluster-* | *\**) ;;
      *) ln -sf "$jar" "$home/jars/" ;;
    esac
  done
  cat >"$home/conf/logback.xml" <<'XML'
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} - %msg%n%ex{5}</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="out"/></root>
</configuration>
XML
}

stop() {
  for pid in "$home"/*.pid; do
    [ -f "$pid" ] || continue
    kill "$(cat "$pid")" 2>/dev/null || true
    rm -f "$pid"
  done
}
