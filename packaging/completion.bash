# keybearer's completion for bash. The program itself says what could follow, as it does for zsh and fish; here is only what
# bash needs beside that. Bash begins a new word at @ and :, which names have; the program gets whole words, and bash gets
# back what stands behind the last of those signs.
_keybearer() {
    local IFS=$' \t\n' words cur count i
    # No name is a pattern. What the shell was set to comes back with the function's end (bash 4.4 and later).
    local - 2>/dev/null && set -f
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
    count=$((${#words[@]} - 1))
    cur=${words[count]}
    for ((i = 1; i < count; i++)); do
        # Behind -- stands another program, and then what that one takes.
        if [[ ${words[i]} == -- ]]; then
            COMPREPLY=()
            IFS=$'\n'
            ((i + 1 == count)) && COMPREPLY=($(compgen -c -- "$2"))
            return
        fi
    done
    IFS=$'\013'
    COMPREPLY=($(_CLAP_IFS=$IFS _CLAP_COMPLETE_INDEX=$count _CLAP_COMPLETE_COMP_TYPE=$COMP_TYPE _CLAP_COMPLETE_SPACE=false \
        COMPLETE=bash keybearer -- "${words[@]}"))
    ((${#COMPREPLY[@]})) || return 0
    [[ ${COMPREPLY-} =~ [=/:]$ ]] && compopt -o nospace
    COMPREPLY=("${COMPREPLY[@]#"${cur%"$2"}"}")
}
complete -o bashdefault -o default -F _keybearer keybearer
