# $1 entry, $2 seconds, then all sources.
seconds=$2; shift 2
for cc in cc gcc clang; do command -v $cc >/dev/null && break; done
command -v $cc >/dev/null || { echo "forgecrew-missing: no C compiler in this sandbox; install the package gcc"; exit 127; }
out=$(mktemp -d)/program
$cc -g -Wall -fno-diagnostics-color -o "$out" "$@" -lm || exit
timeout "$seconds" "$out"
