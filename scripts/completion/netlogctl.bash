# Completion of netlogctl for bash: source it, or put it into /usr/share/bash-completion/completions/netlogctl.
# What is completed is compared and quoted as it is, and never expanded.

# What may follow these words of a command: sets next, flags, args and open of its caller.
__netlogctl_words() {
  case $1 in
    # @WORDS@
    *) next=() flags=() args=() open=0 ;;
  esac
}

# Looks a flag up by one of its names: sets takes, many and kind of its caller.
__netlogctl_flag() {
  local each long char
  takes="" many="" kind=""
  for each in "${flags[@]}"; do
    IFS='|' read -r long char many takes kind _ <<<"$each"
    [[ $1 != "$long" && ($1 != "$char" || -z $char) ]] || return 0
  done
  takes="" many="" kind=""
}

# Adds a value, and what it is told to be, if it begins as the word does.
__netlogctl_add() {
  local value=$1 quoted
  printf -v quoted %q "$value"
  if [[ $word == [\"\']* ]]; then
    [[ $value == "${word:1}"* && $value != *[\"\'\`\$\\]* ]] || return 0
    quoted=$value
  elif [[ $value != "$word"* && $quoted != "$word"* ]]; then
    return 0
  elif ((raw)); then
    quoted=$value
  fi
  COMPREPLY+=("$before$quoted")
  abouts+=("$2")
}

# Adds the values of a kind: words, what the machine is asked for (@), files.
__netlogctl_value() {
  local kind=$1 word=$2 before=$3 raw=0 part parts values value
  if [[ $kind == ,* ]]; then
    kind=${kind#,}
    if [[ $word == *,* ]]; then
      before+=${word%,*},
      word=${word##*,}
    fi
  fi
  case $kind in
    '<file>') compopt -o default 2>/dev/null; return 0 ;;
    '<directory>') compopt -o dirnames 2>/dev/null; return 0 ;;
    *'<file>'*) raw=1; compopt -o filenames 2>/dev/null ;;
  esac
  read -ra parts <<<"$kind"
  for part in "${parts[@]}"; do
    values=("$part")
    case $part in
      '<file>') mapfile -t values < <(compgen -f -- "$word") ;;
      @*) mapfile -t values < <(command netlogctl completion --values "${part#@}" 2>/dev/null) ;;
    esac
    for value in "${values[@]}"; do __netlogctl_add "$value" ""; done
  done
}

__netlogctl_flags() {
  local each long char many about before="" raw=0
  for each in "${flags[@]}"; do
    IFS='|' read -r long char many _ _ about <<<"$each"
    [[ -n $many || ($used != *" $long "* && ($used != *" $char "* || -z $char)) ]] || continue
    __netlogctl_add "$long" "$about"
  done
}

__netlogctl_next() {
  local each before="" raw=0
  for each in "${next[@]}"; do __netlogctl_add "${each%%|*}" "${each#*|}"; done
}

# Goes through the words before the last: the command, its flags, and how many arguments it has.
__netlogctl_walk() {
  local word takes many kind
  for word in "$@"; do
    if [[ -n $expects ]]; then
      expects=""
    elif ((!ended)) && [[ $word == -- ]]; then
      ended=1
    elif ((!ended)) && [[ $word == -?* ]]; then
      used+="${word%%=*} "
      __netlogctl_flag "${word%%=*}"
      [[ -z $takes || $word == *=* ]] || expects=$word
    elif [[ $at == "" && $word == help ]]; then
      helping=1
    elif ((position == 0)) && [[ " ${next[*]%%|*} " == *" $word "* ]]; then
      at=${at:+$at }$word
      __netlogctl_words "$at"
    else
      position=$((position + 1))
    fi
  done
}

# What COMP_WORDBREAKS parted (--file=a, rev:3) is one word again: sets typed of its caller.
__netlogctl_typed() {
  local line=${COMP_LINE:0:COMP_POINT} trimmed word i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=${line#"${line%%[![:blank:]]*}"}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$trimmed
    if [[ $i == 0 || $line != "$trimmed" ]]; then
      typed+=("$word")
    else
      typed[${#typed[@]} - 1]+=$word
    fi
    line=${trimmed#"$word"}
  done
}

_netlogctl() {
  local IFS=$' \t\n' typed=() next=() flags=() args=() abouts=()
  local at="" expects="" used=" " open=0 ended=0 helping=0 position=0 takes many kind word
  COMPREPLY=()
  __netlogctl_typed
  local last=$((${#typed[@]} - 1))
  word=${typed[last]}
  __netlogctl_words ""
  __netlogctl_walk "${typed[@]:1:last - 1}"

  if [[ -n $expects ]]; then
    __netlogctl_flag "$expects"
    __netlogctl_value "$kind" "$word" ""
  elif ((!ended)) && [[ $word == --*=* ]]; then
    __netlogctl_flag "${word%%=*}"
    __netlogctl_value "$kind" "${word#*=}" "${word%%=*}="
  elif ((!ended)) && [[ $word == -* ]]; then
    __netlogctl_flags
  else
    ((position > 0)) || __netlogctl_next
    ((!open || position < ${#args[@]})) || position=$((${#args[@]} - 1))
    ((helping)) || __netlogctl_value "${args[position]}" "$word" ""
    ((ended || helping || ${#COMPREPLY[@]} + ${#args[@]} + ${#next[@]} > 0)) || __netlogctl_flags
  fi
  __netlogctl_present
}

# What stands before the last break of the word is on the line already. Where the possible words are listed, they are told.
__netlogctl_present() {
  local tail=$word mark head i width=0
  for mark in = :; do [[ $COMP_WORDBREAKS != *"$mark"* ]] || tail=${tail##*"$mark"}; done
  head=${word%"$tail"}
  COMPREPLY=("${COMPREPLY[@]#"$head"}")
  [[ $COMP_TYPE == 63 && ${#COMPREPLY[@]} -gt 1 ]] || return 0
  for i in "${!COMPREPLY[@]}"; do ((${#COMPREPLY[i]} <= width)) || width=${#COMPREPLY[i]}; done
  for i in "${!COMPREPLY[@]}"; do
    [[ -z ${abouts[i]} ]] || printf -v "COMPREPLY[i]" '%-*s  (%s)' "$width" "${COMPREPLY[i]}" "${abouts[i]}"
  done
}

complete -F _netlogctl netlogctl
