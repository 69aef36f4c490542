# Takes one snapshot of the workspace. $1 folder of the versions, $2 largest file in KiB, $3 message, $4 a path to keep even
# when .gitignore names it. Writes $1/out.list (raw diff, large files, sizes) and $1/out.bundle; no out.list: nothing changed.
# Every program that is started costs a millisecond or two, so there are as few as can be.
set -e
v=$1
exec 9>"$v/lock"; flock -w 20 9
export GIT_DIR="$v" GIT_WORK_TREE=. GIT_INDEX_FILE="$v/index" GIT_LITERAL_PATHSPECS=1
again=
if [ -e "$v/out.list" ] && [ ! -e "$v/kept" ]; then
  # The last snapshot was taken, but whoever took it died before it was kept: this one tells both.
  again=1
  [ ! -s "$v/sizes" ] || git update-ref refs/heads/versions refs/heads/versions^
fi
rm -f "$v/out.list" "$v/out.bundle" "$v/kept" "$v/index.lock"
{ git ls-files -z -mo --exclude-standard; [ -z "$4" ] || [ ! -f "$4" ] || printf '%s\0' "$4"; } > "$v/names"
[ -s "$v/names" ] || [ "$again" ] || exit 0
: > "$v/keep"; : > "$v/large"; : > "$v/raw"; : > "$v/sizes"
if [ -s "$v/names" ]; then
  sed -z 's|^|./|' "$v/names" | xargs -0 sh -c 'k=$1 v=$2; shift 2
    exec find "$@" -maxdepth 0 -type f -size +${k}k -fprintf "$v/large" "%s %p\0" -o \( -type f -o -type l \) -print0' \
    sh "$2" "$v" > "$v/keep" 2>/dev/null || true  # what was removed is named and not found
  git ls-files -z -d >> "$v/keep"
fi
if [ -s "$v/keep" ]; then git add -A -f --pathspec-from-file="$v/keep" --pathspec-file-nul; fi
if git commit -q --no-verify -m "$3" >/dev/null 2>&1; then
  git diff-tree -r -z --raw --no-renames --no-abbrev HEAD^ HEAD > "$v/raw"
  git diff-tree -r --raw --no-renames --no-abbrev HEAD^ HEAD | awk -v blobs="$v/blobs" -v tree="$v/tree" '
    BEGIN { printf "" > blobs; printf "" > tree }
    /^:/ { split(substr($1, 2) " " $2 " " $3 " " $4, part, " ")
      for (side = 1; side <= 2; side++) if (part[side] !~ /^(000000|160000)$/ && !seen[part[side + 2]]++) {
        print part[side + 2] > blobs; printf "100644 blob %s\t%s\n", part[side + 2], part[side + 2] > tree } }'
  git cat-file --batch-check='%(objectname) %(objectsize)' < "$v/blobs" > "$v/sizes"
  blobs=$(git mktree < "$v/tree")
  git commit-tree -m blobs "$blobs" > "$v/refs/heads/out"
  git bundle create -q "$v/out.bundle" refs/heads/out
elif [ ! -s "$v/large" ]; then
  exit 0
fi
cat "$v/raw" "$v/nul" "$v/large" "$v/nul" "$v/sizes" > "$v/out.part"
mv "$v/out.part" "$v/out.list"
