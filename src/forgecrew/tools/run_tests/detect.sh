# Prints one word per fact that tells how this repository is tested. Reads only.
has() { [ -e "$1" ] && echo "$2"; }
SKIP="--exclude-dir=.git --exclude-dir=node_modules --exclude-dir=.venv --exclude-dir=venv --exclude-dir=.tox"
works() { "$@" >/dev/null 2>&1; }
has .forgecrew/test own
if [ -e pytest.ini ] || [ -e conftest.py ] || [ -e tests/conftest.py ] || [ -e test/conftest.py ] \
  || grep -qs 'tool\.pytest' pyproject.toml || grep -qs '\[tool:pytest\]' setup.cfg || grep -qs '\[pytest\]' tox.ini \
  || grep -rqsE $SKIP --include='test_*.py' --include='*_test.py' '^\s*(import|from) pytest|^def test_|^async def test_' . ; then
  works python3 -m pytest --version && echo pytest
fi
grep -rqsE $SKIP --include='test*.py' --include='*_test.py' '^\s*(import|from) unittest|TestCase' . && works python3 --version && echo unittest
if [ -e package.json ] && grep -qsE '"test"[[:space:]]*:' package.json \
  && ! grep -qs 'no test specified' package.json ; then works npm --version && echo npm; fi
has go.mod go
has Cargo.toml cargo
for file in GNUmakefile makefile Makefile; do
  grep -qsE '^test[[:space:]]*:' "$file" && works make --version && echo make
done
exit 0
