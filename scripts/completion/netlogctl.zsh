#compdef netlogctl
# Completion of netlogctl for zsh: source it behind compinit, or put it into a directory of fpath as _netlogctl.

# What may follow these words of a command: sets next, flags, args and open of its caller.
__netlogctl_words() {
  case $1 in
    # @WORDS@
    *) next=() flags=() args=() open=0 ;;
  esac
}

# Looks a flag up by one of its names: sets takes and kind of its caller.
__netlogctl_flag() {
  local each
  local -a parts
  takes="" kind=""
  for each in "${flags[@]}"; do
    parts=("${(@s:|:)each}")
    [[ $1 == "$parts[1]" || $1 == "$parts[2]" ]] || continue
    takes=$parts[4] kind=$parts[5]
    return 0
  done
}

# Adds the values of a kind: words, what the machine is asked for (@), files.
__netlogctl_value() {
  local kind=$1 part result=1
  local -a found asked expl
  if [[ $kind == ,* ]]; then
    kind=${kind#,}
    compset -P '*,'
  fi
  for part in ${=kind}; do
    case $part in
      '<file>') _files && result=0 ;;
      '<directory>') _files -/ && result=0 ;;
      @*)
        asked=("${(@f)$(command netlogctl completion --values ${part#@} 2>/dev/null)}")
        found+=("${(@)asked:#}")
        ;;
      *) found+=("$part") ;;
    esac
  done
  (( ! $#found )) || { _wanted values expl value compadd -a found && result=0 }
  return result
}

__netlogctl_flags() {
  local each
  local -a parts described
  for each in "${flags[@]}"; do
    parts=("${(@s:|:)each}")
    [[ -n $parts[3] || $used != *" $parts[1] "* && ( -z $parts[2] || $used != *" $parts[2] "* ) ]] || continue
    described+=("$parts[1]:${(j:|:)parts[6,-1]}")
  done
  _describe -t options option described
}

__netlogctl_next() {
  local each
  local -a described
  for each in "${next[@]}"; do described+=("${each%%|*}:${each#*|}"); done
  _describe -t commands command described
}

# Goes through the words before the last: the command, its flags, and how many arguments it has.
__netlogctl_walk() {
  local word takes kind
  for word in "$@"; do
    if [[ -n $expects ]]; then
      expects=""
    elif (( ! ended )) && [[ $word == -- ]]; then
      ended=1
    elif (( ! ended )) && [[ $word == -?* ]]; then
      used+="${word%%=*} "
      __netlogctl_flag "${word%%=*}"
      [[ -z $takes || $word == *=* ]] || expects=$word
    elif [[ $at == "" && $word == help ]]; then
      helping=1
    elif (( position == 0 )) && (( ${next[(I)${(b)word}|*]} )); then
      at=${at:+$at }$word
      __netlogctl_words "$at"
    else
      (( position += 1 ))
    fi
  done
}

_netlogctl() {
  local at="" expects="" used=" " takes kind result=1
  local -i open=0 ended=0 helping=0 position=0
  local -a next flags args
  __netlogctl_words ""
  __netlogctl_walk "${(@)words[2,CURRENT-1]}"

  if [[ -n $expects ]]; then
    __netlogctl_flag "$expects"
    __netlogctl_value "$kind"
  elif (( ! ended )) && [[ $PREFIX == --*=* ]]; then
    __netlogctl_flag "${PREFIX%%=*}"
    compset -P '*='
    __netlogctl_value "$kind"
  elif (( ! ended )) && [[ $PREFIX == -* ]]; then
    __netlogctl_flags
  else
    (( position > 0 || ! $#next )) || { __netlogctl_next && result=0 }
    (( ! open || position < $#args )) || (( position = $#args - 1 ))
    (( helping || position >= $#args )) || { __netlogctl_value "$args[position + 1]" && result=0 }
    (( ended || helping || ! result || $#args || $#next )) || { __netlogctl_flags && result=0 }
    return result
  fi
}

if [[ $funcstack[1] == _netlogctl ]]; then
  _netlogctl "$@"
else
  compdef _netlogctl netlogctl
fi
