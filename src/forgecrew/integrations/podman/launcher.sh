# Process 1 of a container. Standard input brings first the length of a script on a line, then the script, then whatever the
# script reads; the end of that input is the end of the container, also when whoever wrote it has died. The command's output
# goes to standard output, words for the host to standard error, which the command does not have.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec 4<&0 0</dev/null 3>&2 2>&1
umask 022
mkdir -p /tmp/home
echo ready >&3
read -r bytes <&4 || exit 125
script=$(head -c "$bytes" <&4)
eval "$script"
