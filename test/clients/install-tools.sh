#!/usr/bin/env bash
# Installs what the clients suite wants of a machine and this one lacks, where Debian's apt-get can: a JDK, Maven, Python with
# venv. Without apt-get, the clients that want it are left out, and the suite says so. Usage: install-tools.sh
set -euo pipefail
packages=()
command -v javac >/dev/null || packages+=(default-jdk-headless)
command -v mvn >/dev/null || packages+=(maven)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3 python3-venv)
[ ${#packages[@]} -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "*** This machine lacks ${packages[*]}, and there is no apt-get or no right to use it: some clients are left out ***" >&2
  exit 0
fi
echo "*** This machine lacks ${packages[*]}: installing with apt-get ***" >&2
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" ||
  echo "*** apt-get failed: clients that want ${packages[*]} are left out ***" >&2
