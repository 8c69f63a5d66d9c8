#!/usr/bin/env bash
# Puts the jars that a pom beside it names into a folder, once. Usage: fetch-jars.sh [POM] ; prints the folder.
# Several at once are safe: the folder appears whole, by a rename under a lock.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
pom="${1:-$here/pom.xml}"
base="$(dirname "$pom")"
sum="$(cksum <"$pom" | cut -d' ' -f1)"
jars="$base/.jars-$sum"
if [ ! -d "$jars" ]; then
  exec 9>"$base/.jars.lock"
  flock 9
  if [ ! -d "$jars" ]; then
    echo "Fetching the jars that $(basename "$base")/pom.xml names" >&2
    fresh="$(mktemp -d "$base/.jars-new-XXXXXX")"
    mvn -q -B -f "$pom" dependency:copy-dependencies -DoutputDirectory="$fresh" >&2 || {
      rm -rf "$fresh"
      echo "Maven could not fetch the jars; is Maven Central reachable?" >&2
      exit 1
    }
    chmod 755 "$fresh"
    mv "$fresh" "$jars"
  fi
fi
echo "$jars"
