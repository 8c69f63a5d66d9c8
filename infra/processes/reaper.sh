#!/usr/bin/env bash
# Reads process ids, `+N` for one that began and `-N` for one that ended. When its input ends, because whoever writes has ended,
# however it ended, it kills the process groups of those that are left.
declare -A left=()
trap '' INT TERM HUP
while read -r line; do
  case "$line" in
    +*) left[${line#+}]=1 ;;
    -*) unset "left[${line#-}]" ;;
  esac
done
for pid in "${!left[@]}"; do kill -9 -- "-$pid" 2>/dev/null; done
exit 0
