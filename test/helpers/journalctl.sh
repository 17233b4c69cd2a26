#!/bin/sh
# Answers as journalctl -o short-iso-precise does, from $HOME/journal, whose lines begin with their time.
since=0000 until=9999
while [ $# -gt 0 ]; do
  case $1 in
  --since) since=$2; shift ;;
  --until) until=$2; shift ;;
  esac
  shift
done
since=$(echo "$since" | tr ' ' T) until=$(echo "$until" | tr ' ' T)
exec awk -v since="$since" -v before="$until" 'substr($1, 1, 19) >= since && substr($1, 1, 19) < before' "$HOME/journal"
