import type { DescribedCommand, DescribedFlag, Shell } from './describe.js';

/** The script that completes the commands in a shell. */
export function completionScript(shell: Shell, commands: readonly DescribedCommand[]): string {
  return `${SCRIPTS[shell](commands).join('\n')}\n`;
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly DescribedCommand[]) => readonly string[]>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** A text in single quotes, for any of the three shells' own rules. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The first sentence is enough for a line of a list. */
const short = (text: string): string => text.replace(/\.(?:\s[^]*)?$/, '');

function bashScript(commands: readonly DescribedCommand[]): readonly string[] {
  const values = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ words, value }) => value !== undefined && words.length > 0)
      .map((flag) => `    ${name}:--${flag.name}) words=${quoted(flag.words.join(' '))} ;;`),
  );
  const free = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ words, value }) => value !== undefined && words.length === 0)
      .map((flag) => `${name}:--${flag.name}`),
  );
  return [
    '# bash completion of mix-release: eval "$(mix-release completion bash)"',
    '_mix_release() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command="" words="" flags="" before="" i',
    '  # Bash takes --flag=value and name:release apart.',
    '  if [ "$cur" = ":" ]; then',
    '    before=$prev: cur="" prev=${COMP_WORDS[COMP_CWORD - 2]}',
    '  elif [ "$prev" = ":" ]; then',
    '    before=${COMP_WORDS[COMP_CWORD - 2]}: prev=${COMP_WORDS[COMP_CWORD - 3]}',
    '  fi',
    '  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi',
    '  COMPREPLY=()',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    if [ "${COMP_WORDS[i]}" = "--" ]; then return; fi',
    '    case ${COMP_WORDS[i]} in -*) ;; *) if [ -z "$command" ]; then command=${COMP_WORDS[i]}; fi ;; esac',
    '  done',
    '  case $command:$prev in',
    ...values,
    // What is left is completed as a path, by complete -o default.
    `    ${free.join(' | ')}) return ;;`,
    '  esac',
    '  if [ -z "$words" ]; then',
    '    case $command in',
    `      '') words=${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} ;;`,
    ...commands.map(
      ({ name, flags, words }) =>
        `      ${name}) flags=${quoted(flags.map((flag) => `--${flag.name}`).join(' '))} words=${quoted(words.join(' '))} ;;`,
    ),
    '    esac',
    '    case $cur in -*) words="$words $flags" ;; esac',
    '  fi',
    // shellcheck would have an array read from lines; no word has a space.
    '  # shellcheck disable=SC2207',
    '  COMPREPLY=($(compgen -W "$words" -- "$before$cur"))',
    '  COMPREPLY=("${COMPREPLY[@]#"$before"}")',
    '}',
    'complete -o default -F _mix_release mix-release',
  ];
}

function zshScript(commands: readonly DescribedCommand[]): readonly string[] {
  const text = (description: string): string => short(description).replaceAll(/[[\]:\\]/g, '\\$&');
  const valueOf = ({ value, words, path }: DescribedFlag): string => {
    if (value === undefined) return '';
    const action =
      words.length > 0 ? `(${words.map((word) => word.replaceAll(':', '\\:')).join(' ')})` : path ? '_files' : ' ';
    return `:${value.replaceAll(/[:|]/g, ' ')}:${action}`;
  };
  const specOf = (flag: DescribedFlag): string =>
    quoted(`${flag.repeatable ? '*' : ''}--${flag.name}[${text(flag.description)}]${valueOf(flag)}`);
  const argumentsOf = ({ words, paths }: DescribedCommand): string =>
    words.length > 0 ? ` ${quoted(`*:word:(${words.join(' ')})`)}` : paths ? ` '*:path:_files'` : '';
  return [
    '#compdef mix-release',
    '# zsh completion of mix-release: eval "$(mix-release completion zsh)", after compinit',
    '_mix_release() {',
    '  local curcontext=$curcontext state line',
    '  local -a commands',
    "  _arguments -C '(- *)--help[Print the help]' '(- *)--version[Print the version]' '1: :->command' '*:: :->rest'",
    '  case $state in',
    '    command)',
    '      commands=(',
    ...commands.map(({ name, description }) => `        ${quoted(`${name}:${short(description)}`)}`),
    '      )',
    '      _describe command commands',
    '      ;;',
    '    rest)',
    '      case $words[1] in',
    ...commands.map(
      (command) =>
        `        ${command.name}) _arguments ${command.flags.map((flag) => specOf(flag)).join(' ')}${argumentsOf(command)} ;;`,
    ),
    '      esac',
    '      ;;',
    '  esac',
    '}',
    'if [ "$funcstack[1]" = _mix_release ]; then _mix_release "$@"; else compdef _mix_release mix-release; fi',
  ];
}

function fishScript(commands: readonly DescribedCommand[]): readonly string[] {
  // In single quotes, fish knows two escapes.
  const word = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
  const complete = (condition: string, rest: string): string => `complete -c mix-release -n ${word(condition)} ${rest}`;
  const valueOf = ({ value, words, path }: DescribedFlag): string => {
    if (value === undefined) return '';
    if (words.length > 0) return ` -x -a ${word(words.join(' '))}`;
    return path ? ' -r -F' : ' -x';
  };
  return [
    '# fish completion of mix-release: mix-release completion fish | source',
    'complete -c mix-release -f',
    complete('__fish_use_subcommand', `-l version -d 'Print the version'`),
    ...commands.map(({ name, description }) =>
      complete('__fish_use_subcommand', `-a ${name} -d ${word(short(description))}`),
    ),
    ...commands.flatMap(({ name, flags, words, paths }) => {
      const here = `__fish_seen_subcommand_from ${name}`;
      return [
        ...flags.map((flag) => complete(here, `-l ${flag.name}${valueOf(flag)} -d ${word(short(flag.description))}`)),
        ...(words.length > 0 ? [complete(here, `-a ${word(words.join(' '))}`)] : []),
        ...(paths ? [complete(here, '-F')] : []),
      ];
    }),
  ];
}
