# $1 entry, $2 seconds.
command -v rustc >/dev/null || { echo "forgecrew-missing: no rustc in this sandbox; install the package rustc, or mount a toolchain"; exit 127; }
out=$(mktemp -d)/program
rustc --color never --edition 2021 -g -o "$out" "$1" || exit
timeout "$2" "$out"
