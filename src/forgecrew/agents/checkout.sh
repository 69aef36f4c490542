# Makes the checkout inside the sandbox: $1 $2 author, $3 branch, $4 start, $5 run. The bundle comes through standard input.
# The run's id is written last: a half made checkout is made anew.
set -e
git init -q .
cat > .git/in.bundle
git fetch -q .git/in.bundle '+refs/heads/*:refs/remotes/origin/*'
rm .git/in.bundle
git config user.name "$1"; git config user.email "$2"; git config advice.detachedHead false
git checkout -q -B "$3" "refs/remotes/origin/$4"
v=.git/forgecrew-versions
git init -q --bare --template= -b versions $v; mkdir -p $v/info; cp .git/index $v/index; printf '\0' > $v/nul
echo ../../objects > $v/objects/info/alternates; echo '* -text -filter -ident -working-tree-encoding' > $v/info/attributes
git rev-parse 'HEAD^{tree}' > $v/base; if find -files0-from /dev/null 2>/dev/null; then : > $v/find0; fi
for setting in "core.bare false" "maintenance.auto false" "gc.auto 0"; do git --git-dir=$v config $setting; done
printf %s "$5" > .git/forgecrew-run
