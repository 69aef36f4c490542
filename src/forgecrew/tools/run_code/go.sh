# $1 entry, $2 seconds, then all sources.
seconds=$2; shift 2
PATH=$PATH:/usr/local/go/bin:/usr/lib/go/bin
command -v go >/dev/null || { echo "forgecrew-missing: no go in this sandbox; install the package golang"; exit 127; }
out=$(mktemp -d)
GOCACHE=$out/cache GOPATH=$out/path GOFLAGS=-mod=mod GOTOOLCHAIN=local go build -o "$out/program" "$@" || exit
timeout "$seconds" "$out/program"
