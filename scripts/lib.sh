# Sourced by the other scripts: the checkout's root, the settings, messages and progress.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
export CROSSWIND_ROOT="$ROOT" PYTHONDONTWRITEBYTECODE="${PYTHONDONTWRITEBYTECODE:-}"
VENV="$ROOT/.venv"

say() { printf '%s\n' "$*"; }

refuse() {
  printf 'Crosswind cannot be installed here: %s\n' "$*" >&2
  exit 1
}

# progress LABEL COMMAND…: one line when it starts, one every ten seconds, one when it ends; its output only if it fails.
progress() {
  local label="$1" log begun ticker status=0
  shift
  log="$(mktemp)"
  begun=$SECONDS
  say "$label …"
  (
    while sleep 10; do printf '  … %s, %d s\n' "$label" $((SECONDS - begun)); done
  ) &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    rm -f "$log"
    printf '%s: failed\n' "$label" >&2
    return "$status"
  fi
  rm -f "$log"
  say "$label: done in $((SECONDS - begun)) s"
}

# digest FILE…: one hash over names and contents.
digest() { sha256sum "$@" 2>/dev/null | sha256sum | cut -d' ' -f1; }
