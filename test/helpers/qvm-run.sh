#!/bin/sh
# Reaches the machines of a test as qvm-run reaches the qubes of Qubes: qvm-run --pass-io ... -- NAME COMMAND. A machine is a
# directory below $MACHINES, its home, and a network namespace of its name if there is one. A file NAME.off is a machine that is
# halted; NAME.cut holds after how many bytes of output its connection ends, once.
set -eu
while [ "$1" != -- ]; do shift; done
name=$2 command=$3
home=$MACHINES/$name
[ -d "$home" ] || { echo "qvm-run: no such domain: '$name'" >&2; exit 1; }
[ ! -e "$home.off" ] || { echo "qvm-run: domain is not running: $name" >&2; exit 1; }
set -- sh -c "$command"
[ ! -e "/run/netns/$name" ] || set -- nsenter --net="/run/netns/$name" -- "$@"
export HOME="$home"
cd "$home"
[ -e "$home.cut" ] || exec "$@"
bytes=$(cat "$home.cut")
rm "$home.cut"
"$@" 2>&1 >"$home.output" | head -n 1 >&2 || true
head -c "$bytes" "$home.output"
rm "$home.output"
exit 1
