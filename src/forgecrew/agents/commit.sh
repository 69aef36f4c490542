# Commits everything on branch $1, the message through standard input. Wherever the agent's own git commands led:
# what is handed over is the branch with the files as they are.
set -e
git update-ref "refs/heads/$1" HEAD
git symbolic-ref HEAD "refs/heads/$1"
git add -A
git diff --cached --quiet || git commit -q --no-verify -F -
git rev-parse HEAD
