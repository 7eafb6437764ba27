#!/usr/bin/env bash
# Installs Debian's Chromium and the fonts of the five languages where they are missing.
# Never fails: where they cannot be installed the browser tests fail and name the reason written to $note.
set -u
cd "$(dirname "$0")/.."
note=.build/system_packages.txt
mkdir -p .build
rm -f "$note"

missing=()
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
for font in fonts-noto-core fonts-dejavu-core; do
  dpkg-query -W -f='${db:Status-Status}' "$font" 2>/dev/null | grep -qx installed || missing+=("$font")
done
[ ${#missing[@]} -eq 0 ] && exit 0

give_up() { echo "$1 (missing: ${missing[*]})" | tee "$note" >&2; exit 0; }

command -v apt-get >/dev/null 2>&1 || give_up "no apt-get on this system to install the packages of the browser tests"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || give_up "neither root nor sudo without a password"
  as_root=(sudo -n)
fi
echo "installing ${missing[*]}"
log=.build/apt.log
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  give_up "apt-get could not install the packages of the browser tests, see $log"
fi
