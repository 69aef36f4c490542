# Takes one snapshot of the workspace. $1 folder of the versions, $2 largest file in KiB, $3 a path to keep even when .gitignore
# names it. Writes $1/out.list (raw diff, large files, sizes; empty: nothing changed) and $1/out.bundle (a bundle of the blobs
# without any name). $1/base names the tree of the last snapshot that was kept, $1/now that of this one; $1/kept is filled by
# whoever keeps it.
# Every program that is started costs milliseconds, so there are as few as can be: builtins, one git per question.
set -e
v=$1
exec 9>"$v/lock"; flock -w 20 9
export GIT_DIR="$v" GIT_WORK_TREE=. GIT_INDEX_FILE="$v/index"
[ -s "$v/base" ] || git rev-parse 'HEAD^{tree}' > "$v/base"
read -r base < "$v/base"
again=
if [ -s "$v/kept" ] && [ -s "$v/now" ]; then
  read -r base < "$v/now"; echo "$base" > "$v/base"
elif [ -s "$v/out.list" ] || [ -s "$v/begun" ]; then
  again=1; echo 1 > "$v/begun"  # whoever took the last one died before it was kept: this one tells both
fi
[ ! -e "$v/index.lock" ] || rm -f "$v/index.lock"
: > "$v/out.list"; : > "$v/out.bundle"; : > "$v/kept"; : > "$v/now"
{ git ls-files -z -mo --exclude-standard; [ -z "$3" ] || [ ! -f "$3" ] || printf '%s\0' "$3"; } > "$v/names"
[ -s "$v/names" ] || [ "$again" ] || exit 0
echo 1 > "$v/begun"
: > "$v/large"; : > "$v/raw"; : > "$v/sizes"
if [ -s "$v/names" ]; then
  keep=$v/names  # what was removed is among them
  if [ ! -e "$v/find0" ] || [ "$(find -files0-from "$v/names" -maxdepth 0 \( -type f -size +$2k -o ! -type f ! -type l \) \
      -print -quit 2>/dev/null)" ]; then
    keep=$v/keep
    sed -z 's|^|./|' "$v/names" | xargs -0 sh -c 'k=$1 v=$2; shift 2
      exec find "$@" -maxdepth 0 -type f -size +${k}k -fprintf "$v/large" "%s %p\0" -o \( -type f -o -type l \) -print0' \
      sh "$2" "$v" > "$keep" 2>/dev/null || true
    git ls-files -z -d >> "$keep"
  fi
  git update-index -z --add --remove --replace --stdin < "$keep"
fi
tree=$(git write-tree)
if [ "$tree" != "$base" ]; then
  git diff-tree -r -z --raw --no-renames --no-abbrev "$base" "$tree" > "$v/raw"
  tr '\0' '\n' < "$v/raw" | awk '
    /^:[01]/ { split(substr($1, 2) " " $2 " " $3 " " $4, part, " ")
      for (side = 1; side <= 2; side++) if (part[side] !~ /^(000000|160000)$/ && !seen[part[side + 2]]++) print part[side + 2] }
    ' > "$v/blobs"
  git cat-file --batch-check='%(objectname) %(objectsize)' < "$v/blobs" > "$v/sizes"
  { printf '# v2 git bundle\n\n'; git pack-objects -q --stdout --threads=1 < "$v/blobs"; } > "$v/out.bundle"
elif [ ! -s "$v/large" ]; then
  : > "$v/begun"
  exit 0
fi
echo "$tree" > "$v/now"
cat "$v/raw" "$v/nul" "$v/large" "$v/nul" "$v/sizes" > "$v/out.list"
: > "$v/begun"
