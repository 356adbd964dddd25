#!/usr/bin/env bash
# The Debian packages that the tests need, in the one place that CI, the set-up
# script and the README share: a browser, and Java 17 for Spark 4.
# Installs only what is missing.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
major=$("$java" -version 2>&1 | sed -nE 's/.*version "([0-9]+).*/\1/p' || true)
[ "${major:-0}" -ge 17 ] || missing+=(openjdk-17-jre-headless)
[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update
"${as_root[@]}" apt-get install --yes --no-install-recommends "${missing[@]}"
