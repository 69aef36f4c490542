# $1 entry, $2 seconds. Checks types and runs; without tsc what can run TypeScript runs it, unchecked.
command -v node >/dev/null || { echo "forgecrew-missing: no node in this sandbox; install the package nodejs"; exit 127; }
if command -v tsc >/dev/null; then
  types=$(dirname "$(dirname "$(dirname "$(readlink -f "$(command -v tsc)")")")")/@types
  out=$(mktemp -d)
  set -- "$1" "$2" --pretty false --strict --target es2022 --module node16 --esModuleInterop --resolveJsonModule --skipLibCheck \
    --sourceMap --inlineSources --rootDir . --outDir "$out"
  [ -d "$types/node" ] && set -- "$@" --typeRoots "$types" --types node
  entry=$1 seconds=$2; shift 2
  tsc "$@" "$entry" || exit
  exec timeout "$seconds" node --enable-source-maps "$out/${entry%.*}.js"
fi
command -v tsx >/dev/null && exec timeout "$2" tsx "$1"
node --help | grep -q -- --experimental-strip-types && exec timeout "$2" node --no-warnings --experimental-strip-types "$1"
echo "forgecrew-missing: nothing here runs TypeScript. On the machine of forgecrew: npm install --prefix /srv/typescript typescript \
@types/node; then in forgecrew.toml, [sandbox]: mounts = [\"/srv/typescript\"] and /srv/typescript/node_modules/.bin in path; \
or install node 22 or newer"
exit 127
