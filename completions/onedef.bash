# bash completion for onedef. Written by scripts/completions.py from `onedef --help`; change it there.
_onedef() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' i
    local commands='scan where explain graph plan fix export cache version'
    for ((i = 1; i < COMP_CWORD; i++)); do
        case " $commands " in *" ${COMP_WORDS[i]} "*) command=${COMP_WORDS[i]}; break ;; esac
    done
    case $command:$previous in
    scan:-r|scan:--rule) COMPREPLY=(); return ;;
    scan:--min-severity) mapfile -t COMPREPLY < <(compgen -W 'info warning error' -- "$word"); return ;;
    scan:--role) mapfile -t COMPREPLY < <(compgen -W 'production test vendored generated backup migration example' -- "$word"); return ;;
    scan:-n|scan:--name) COMPREPLY=(); return ;;
    scan:--fail-on) mapfile -t COMPREPLY < <(compgen -W 'info warning error' -- "$word"); return ;;
    scan:-f|scan:--format) mapfile -t COMPREPLY < <(compgen -W 'text json markdown jsonl' -- "$word"); return ;;
    scan:-o|scan:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    scan:-C|scan:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    scan:--rev) COMPREPLY=(); return ;;
    scan:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    scan:--exclude) COMPREPLY=(); return ;;
    scan:--only) COMPREPLY=(); return ;;
    scan:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    scan:--python-version) COMPREPLY=(); return ;;
    scan:--platform) COMPREPLY=(); return ;;
    scan:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    scan:-j|scan:--jobs) COMPREPLY=(); return ;;
    scan:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    scan:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    where:-f|where:--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$word"); return ;;
    where:-o|where:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    where:-C|where:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    where:--rev) COMPREPLY=(); return ;;
    where:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    where:--exclude) COMPREPLY=(); return ;;
    where:--only) COMPREPLY=(); return ;;
    where:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    where:--python-version) COMPREPLY=(); return ;;
    where:--platform) COMPREPLY=(); return ;;
    where:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    where:-j|where:--jobs) COMPREPLY=(); return ;;
    where:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    where:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    explain:-f|explain:--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$word"); return ;;
    explain:-o|explain:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    explain:-C|explain:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    explain:--rev) COMPREPLY=(); return ;;
    explain:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    explain:--exclude) COMPREPLY=(); return ;;
    explain:--only) COMPREPLY=(); return ;;
    explain:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    explain:--python-version) COMPREPLY=(); return ;;
    explain:--platform) COMPREPLY=(); return ;;
    explain:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    explain:-j|explain:--jobs) COMPREPLY=(); return ;;
    explain:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    explain:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    graph:--kind) mapfile -t COMPREPLY < <(compgen -W 'modules packages duplicates cycles paths' -- "$word"); return ;;
    graph:--focus) COMPREPLY=(); return ;;
    graph:--depth) COMPREPLY=(); return ;;
    graph:--collapse) COMPREPLY=(); return ;;
    graph:--include) COMPREPLY=(); return ;;
    graph:--max-nodes) COMPREPLY=(); return ;;
    graph:--max-edges) COMPREPLY=(); return ;;
    graph:-f|graph:--format) mapfile -t COMPREPLY < <(compgen -W 'dot svg png pdf graphml mermaid json' -- "$word"); return ;;
    graph:-o|graph:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    graph:-C|graph:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    graph:--rev) COMPREPLY=(); return ;;
    graph:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    graph:--exclude) COMPREPLY=(); return ;;
    graph:--only) COMPREPLY=(); return ;;
    graph:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    graph:--python-version) COMPREPLY=(); return ;;
    graph:--platform) COMPREPLY=(); return ;;
    graph:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    graph:-j|graph:--jobs) COMPREPLY=(); return ;;
    graph:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    graph:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    plan:-n|plan:--name) COMPREPLY=(); return ;;
    plan:--batch-files) COMPREPLY=(); return ;;
    plan:-f|plan:--format) mapfile -t COMPREPLY < <(compgen -W 'text markdown json csv' -- "$word"); return ;;
    plan:-o|plan:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    plan:-C|plan:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    plan:--rev) COMPREPLY=(); return ;;
    plan:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    plan:--exclude) COMPREPLY=(); return ;;
    plan:--only) COMPREPLY=(); return ;;
    plan:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    plan:--python-version) COMPREPLY=(); return ;;
    plan:--platform) COMPREPLY=(); return ;;
    plan:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    plan:-j|plan:--jobs) COMPREPLY=(); return ;;
    plan:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    plan:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    fix:-n|fix:--name) COMPREPLY=(); return ;;
    fix:--patches) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    fix:-o|fix:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    fix:-C|fix:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    fix:--rev) COMPREPLY=(); return ;;
    fix:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    fix:--exclude) COMPREPLY=(); return ;;
    fix:--only) COMPREPLY=(); return ;;
    fix:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    fix:--python-version) COMPREPLY=(); return ;;
    fix:--platform) COMPREPLY=(); return ;;
    fix:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    fix:-j|fix:--jobs) COMPREPLY=(); return ;;
    fix:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    fix:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    export:-f|export:--format) mapfile -t COMPREPLY < <(compgen -W 'jsonl sqlite' -- "$word"); return ;;
    export:-o|export:--output) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    export:-C|export:--directory) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    export:--rev) COMPREPLY=(); return ;;
    export:--root) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    export:--exclude) COMPREPLY=(); return ;;
    export:--only) COMPREPLY=(); return ;;
    export:--kinds) mapfile -t COMPREPLY < <(compgen -W 'class enum protocol dataclass attrs typed-dict named-tuple exception abc pydantic django-model type-alias new-type function' -- "$word"); return ;;
    export:--python-version) COMPREPLY=(); return ;;
    export:--platform) COMPREPLY=(); return ;;
    export:--config) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    export:-j|export:--jobs) COMPREPLY=(); return ;;
    export:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    export:--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word"); return ;;
    cache:--cache-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    esac
    case $command:$word in
    scan:-*) mapfile -t COMPREPLY < <(compgen -W '-r --rule --min-severity --role -n --name --fail-on --exit-code -f --format -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    where:-*) mapfile -t COMPREPLY < <(compgen -W '-f --format -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    explain:-*) mapfile -t COMPREPLY < <(compgen -W '--rules -f --format -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    graph:-*) mapfile -t COMPREPLY < <(compgen -W '--kind --focus --depth --collapse --include --max-nodes --max-edges --full --lazy --typing --tests -f --format -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    plan:-*) mapfile -t COMPREPLY < <(compgen -W '-n --name --batch-files -f --format -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    fix:-*) mapfile -t COMPREPLY < <(compgen -W '-n --name -w --write --patches --allow-dirty --allow-unloaded -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    export:-*) mapfile -t COMPREPLY < <(compgen -W '-f --format -o --output -C --directory --rev --root --exclude --only --no-ignore --kinds --python-version --platform --config -j --jobs --cache-dir --no-cache --full-parse --color -q --quiet -v --verbose -h --help' -- "$word") ;;
    cache:-*) mapfile -t COMPREPLY < <(compgen -W '--cache-dir -h --help' -- "$word") ;;
    version:-*) mapfile -t COMPREPLY < <(compgen -W '-h --help' -- "$word") ;;
    :-*) mapfile -t COMPREPLY < <(compgen -W '--help --version' -- "$word") ;;
    :*) mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word"; compgen -f -- "$word") ;;
    *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
}
complete -o filenames -F _onedef onedef
