# Completion of netlogctl for fish: source it, or put it into ~/.config/fish/completions.

# What may follow these words of a command.
function __netlogctl_words
    switch "$argv[1]"
        # @WORDS@
        case '*'
            set -g __netlogctl_next
            set -g __netlogctl_flags
            set -g __netlogctl_args
            set -g __netlogctl_open 0
    end
end

# A flag by one of its names: its parts, a line each.
function __netlogctl_flag
    for each in $__netlogctl_flags
        set -l parts (string split -m 5 '|' -- $each)
        if contains -- $argv[1] $parts[1..2]
            printf '%s\n' $parts
            return
        end
    end
end

# The values of a kind behind what stands before them: words, what the machine is asked for (@), files.
function __netlogctl_value -a kind word before
    if string match -q ',*' -- $kind
        set kind (string sub -s 2 -- $kind)
        set -l head (string match -r '^.*,' -- $word)
        set before "$before$head"
    end
    for part in (string split -n ' ' -- $kind)
        switch $part
            case '<file>'
                for file in (__fish_complete_path $word '')
                    printf '%s%s\n' $before $file
                end
            case '<directory>'
                for directory in (__fish_complete_directories $word '')
                    printf '%s%s\n' $before $directory
                end
            case '@*'
                for value in (command netlogctl completion --values (string sub -s 2 -- $part) 2>/dev/null)
                    printf '%s%s\n' $before $value
                end
            case '*'
                printf '%s%s\n' $before $part
        end
    end
end

function __netlogctl_complete
    set -l typed (commandline -opc)
    set -l word (commandline -ct)
    set -l at
    set -l expects
    set -l used
    set -l ended 0
    set -l helping 0
    set -l position 0
    __netlogctl_words ''
    for each in $typed[2..-1]
        if test -n "$expects"
            set expects
        else if test $ended = 0; and string match -q -- -- "$each"
            set ended 1
        else if test $ended = 0; and string match -qr '^-.' -- $each
            set -l name (string split -m 1 = -- $each)[1]
            set -a used $name
            set -l parts (__netlogctl_flag $name)
            if test -n "$parts[4]"; and not string match -q '*=*' -- $each
                set expects $each
            end
        else if test -z "$at"; and string match -q help -- "$each"
            set helping 1
        else if test $position = 0; and contains -- $each (string replace -r '\|.*' '' -- $__netlogctl_next)
            set -a at $each
            __netlogctl_words "$at"
        else
            set position (math $position + 1)
        end
    end

    if test -n "$expects"
        set -l parts (__netlogctl_flag $expects)
        __netlogctl_value "$parts[5]" "$word" ''
        return
    end
    if test $ended = 0; and string match -q -- '--*=*' $word
        set -l halves (string split -m 1 = -- $word)
        set -l parts (__netlogctl_flag $halves[1])
        __netlogctl_value "$parts[5]" "$halves[2]" "$halves[1]="
        return
    end
    if test $ended = 0; and string match -q -- '-*' $word
        __netlogctl_tell_flags $used
        return
    end
    if test $position = 0
        for each in $__netlogctl_next
            printf '%s\t%s\n' (string split -m 1 '|' -- $each)
        end
    end
    test $helping = 0; or return
    set -l count (count $__netlogctl_args)
    if test $__netlogctl_open = 1 -a $position -ge $count
        set position (math $count - 1)
    end
    if test $position -lt $count
        __netlogctl_value $__netlogctl_args[(math $position + 1)] "$word" ''
    else if test $ended = 0 -a $count = 0; and not set -q __netlogctl_next[1]
        __netlogctl_tell_flags $used
    end
end

# The flags that were not given yet, or that may be given again.
function __netlogctl_tell_flags
    for each in $__netlogctl_flags
        set -l parts (string split -m 5 '|' -- $each)
        set -l given
        for name in $parts[1..2]
            contains -- "$name" $argv; and set given yes
        end
        if test -n "$parts[3]" -o -z "$given"
            printf '%s\t%s\n' $parts[1] $parts[6]
        end
    end
end

complete -c netlogctl -f -a '(__netlogctl_complete)'
