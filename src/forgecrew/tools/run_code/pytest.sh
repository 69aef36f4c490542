# $1 file with test functions, $2 seconds. Without pytest a loop over the functions does.
command -v python3 >/dev/null || { echo "forgecrew-missing: no python3 in this sandbox; install the package python3"; exit 127; }
if python3 -c 'import pytest' 2>/dev/null; then
  exec timeout -s ABRT "$2" python3 -X faulthandler -m pytest -q --tb=short -p no:cacheprovider --color=no "$1"
fi
exec timeout -s ABRT "$2" python3 -X faulthandler -c '
import asyncio, inspect, os, runpy, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
found = [(name, test) for name, test in runpy.run_path(sys.argv[1]).items() if name.startswith("test_") and callable(test)]
for name, test in found:
    asyncio.run(test()) if inspect.iscoroutinefunction(test) else test()
    print("ok", name)
print(len(found), "passed")
' "$1"
