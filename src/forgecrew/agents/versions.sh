# Takes one snapshot of the workspace. $1 folder of the versions, $2 largest file in KiB, $3 message, $4 a path to keep even
# when .gitignore names it. Writes $1/out.list (raw diff, large files, sizes) and $1/out.bundle; no out.list: nothing changed.
set -e
v=$1
exec 9>"$v/lock"; flock -w 20 9
export GIT_DIR="$v" GIT_WORK_TREE=. GIT_INDEX_FILE="$v/index" GIT_CONFIG_NOSYSTEM=1 GIT_LITERAL_PATHSPECS=1
again=
if [ -e "$v/out.list" ] && [ ! -e "$v/kept" ]; then
  # The last snapshot was taken, but whoever took it died before it was kept: this one tells both.
  again=1
  if [ -s "$v/previous" ]; then git update-ref refs/heads/versions "$(cat "$v/previous")"; else git update-ref -d refs/heads/versions; fi
fi
rm -f "$v/out.list" "$v/out.bundle" "$v/kept" "$v/index.lock" "$v/names.large"
{ git ls-files -z -mo --exclude-standard; [ -z "$4" ] || [ ! -f "$4" ] || printf '%s\0' "$4"; } > "$v/names"
[ -s "$v/names" ] || [ "$again" ] || exit 0
: > "$v/names.keep"
if [ -s "$v/names" ]; then
  sed -z 's|^|./|' "$v/names" | xargs -0 sh -c 'k=$1 f=$2; shift 2
    find "$@" -maxdepth 0 \( -type l -o -type f ! -size +${k}k \) -print0 2>/dev/null >> "$f.keep"
    find "$@" -maxdepth 0 -type f -size +${k}k -printf "%s %p\0" 2>/dev/null >> "$f.large"; true' sh "$2" "$v/names"
  git ls-files -z -d >> "$v/names.keep"
fi
if [ -s "$v/names.keep" ]; then git add -A -f --pathspec-from-file="$v/names.keep" --pathspec-file-nul; fi
if before=$(git rev-parse -q --verify refs/heads/versions); then parent="-p $before"; else before=$(cat "$v/start") parent=; fi
tree=$(git write-tree)
git diff-tree -r -z --raw --no-renames --no-abbrev "$before" "$tree" > "$v/raw"
: > "$v/sizes"
if [ -s "$v/raw" ]; then
  tr '\0' '\n' < "$v/raw" | sed -n 's/^:\([0-7]*\) \([0-7]*\) \([0-9a-f]*\) \([0-9a-f]*\) [A-Z]$/\1 \3\n\2 \4/p' |
    grep -v '^\(000000\|160000\) ' | cut -d' ' -f2 | sort -u > "$v/blobs"
  git cat-file --batch-check='%(objectname) %(objectsize)' < "$v/blobs" > "$v/sizes"
  while read -r blob; do printf '100644 blob %s\t%s\n' "$blob" "$blob"; done < "$v/blobs" > "$v/tree"
  git update-ref refs/heads/out "$(git mktree < "$v/tree" | xargs git commit-tree -m blobs)"
  git bundle create -q "$v/out.bundle" refs/heads/out
  [ "$parent" ] && echo "$before" > "$v/previous" || : > "$v/previous"
  git update-ref refs/heads/versions "$(printf %s "$3" | git commit-tree $parent "$tree")"
elif [ ! -s "$v/names.large" ]; then
  exit 0
fi
{ cat "$v/raw"; printf '\0'; [ ! -e "$v/names.large" ] || cat "$v/names.large"; printf '\0'; cat "$v/sizes"; } > "$v/out.part"
mv "$v/out.part" "$v/out.list"
