# $1 entry, $2 seconds.
if head -n 1 "$1" | grep -q bash && command -v bash >/dev/null; then exec timeout "$2" bash "$1"; fi
exec timeout "$2" sh "$1"
