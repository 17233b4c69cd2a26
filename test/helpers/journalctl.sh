#!/bin/sh
# Answers as journalctl -o short-iso-precise does, from $HOME/journal, whose lines begin with their time.
since=0000 until=9999
for word in "$@"; do
  case $word in
  --since=*) since=${word#--since=} ;;
  --until=*) until=${word#--until=} ;;
  esac
done
since=$(echo "$since" | tr ' ' T) until=$(echo "$until" | tr ' ' T)
exec awk -v since="$since" -v before="$until" 'substr($1, 1, 19) >= since && substr($1, 1, 19) < before' "$HOME/journal"
