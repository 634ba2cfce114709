#!/usr/bin/env bash
# Install what the tests against Bluesky's reference servers need, as pinned in package-lock.json.
# PostgreSQL and Redis come from the system. Without any of these the tests skip and say what is missing.
set -euo pipefail
cd "$(dirname "$0")"

# Install scripts stay off but for the one compiled module that the account server cannot do without.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
# Debian keeps Node's headers there; elsewhere npm fetches them.
if [ -d /usr/include/node ]; then
  export npm_config_nodedir=/usr
fi
npm rebuild better-sqlite3 --loglevel=error
