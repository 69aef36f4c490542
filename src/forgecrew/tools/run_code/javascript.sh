# $1 entry, $2 seconds.
command -v node >/dev/null || { echo "forgecrew-missing: no node in this sandbox; install the package nodejs"; exit 127; }
exec timeout "$2" node "$1"
