# $1 entry, $2 seconds. A program that hangs is aborted in a way that makes it tell where.
command -v python3 >/dev/null || { echo "forgecrew-missing: no python3 in this sandbox; install the package python3"; exit 127; }
exec timeout -s ABRT "$2" python3 -X faulthandler "$1"
