import type { Command, Option } from "commander";
import { oneOf } from "../check.ts";
import { UsageError } from "./usage.ts";

// Scripts that a shell reads once. They say what the commands and options were when they were made, and complete names of files wherever a
// value or an argument has no choices: what asks the program at each tab would take a tenth of a second, and the libraries that do complete no files.

/** An option as a shell must know it. */
interface Flag {
  /** "-o" and "--out", as far as there are both. */
  short: string | undefined;
  long: string;
  about: string;
  takesValue: boolean;
  choices: readonly string[];
}

/** A command with its options, and the choices of its first argument: undefined where it takes none, empty where it takes a file. */
interface Known {
  name: string;
  about: string;
  flags: Flag[];
  argument: readonly string[] | undefined;
}

/** The script that makes a shell complete the command line of a program. */
export function completionScript(program: Command, shell: string): string {
  if (!Object.hasOwn(scripts, shell))
    throw new UsageError(`there is no completion for ${shell}; there is one for ${oneOf(Object.keys(scripts))}`);
  const help = program.createHelp();
  const commands = help.visibleCommands(program).map(
    (command): Known => ({
      name: command.name(),
      about: command.summary() || command.description(),
      flags: help.visibleOptions(command).map(flagOf),
      argument: command.registeredArguments.length > 0 ? (command.registeredArguments[0].argChoices ?? []) : undefined,
    }),
  );
  const own: Known = { name: "", about: "", flags: help.visibleOptions(program).map(flagOf), argument: commands.map(({ name }) => name) };
  return scripts[shell](program.name(), own, commands);
}

function flagOf({ short, long, description, required, optional, argChoices = [] }: Option): Flag {
  return { short, long: long ?? "", about: description, takesValue: required || optional, choices: argChoices };
}

type Writer = (program: string, own: Known, commands: readonly Known[]) => string;

const scripts: Record<string, Writer> = { bash, zsh, fish };

function namesOf({ short, long }: Flag): string[] {
  return [...(short === undefined ? [] : [short]), long];
}

function bash(program: string, own: Known, commands: readonly Known[]): string {
  const all = [own, ...commands];
  const values = all.flatMap(({ name, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map(
        (flag) =>
          `    ${namesOf(flag)
            .map((word) => `"${name} ${word}"`)
            .join("|")}) words="${flag.choices.join(" ")}" ;;`,
      ),
  );
  const options = all.map(({ name, flags }) => `      "${name}") words="${flags.flatMap(namesOf).join(" ")}" ;;`);
  const first = all.flatMap(({ name, argument }) =>
    argument && argument.length > 0 ? [`      "${name}") words="${argument.join(" ")}" ;;`] : [],
  );
  return `# Completion of ${program} for bash: source <(${program} completion bash)
_${program}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" command="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) command="\${COMP_WORDS[i]}"; break ;; esac
  done
  COMPREPLY=()
  case "$command $prev" in
${values.join("\n")}
    *) case "$cur" in
    -*) case "$command" in
${options.join("\n")}
    esac ;;
    *) case "$command" in
${first.join("\n")}
    esac ;;
    esac ;;
  esac
  # Where there are no words, the shell completes names of files.
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -o bashdefault -F _${program} ${program}
`;
}

function zsh(program: string, _: Known, commands: readonly Known[]): string {
  const quoted = (text: string) => text.replaceAll("'", "'\\''");
  const about = (text: string) => quoted(text.replaceAll(/[[\]:\\]/g, (letter) => `\\${letter}`));
  const value = ({ takesValue, choices }: Flag) => (takesValue ? `:value:${choices.length > 0 ? `(${choices.join(" ")})` : "_files"}` : "");
  const specOf = (flag: Flag) => namesOf(flag).map((name) => `'${name}[${about(flag.about)}]${value(flag)}'`);
  const arms = commands.map(({ name, flags, argument }) => {
    const own = argument === undefined ? [] : [argument.length > 0 ? `'1:argument:(${argument.join(" ")})'` : "'*:file:_files'"];
    return `        ${name}) _arguments ${[...flags.flatMap(specOf), ...own].join(" ")} ;;`;
  });
  return `#compdef ${program}
# Completion of ${program} for zsh: source <(${program} completion zsh)
_${program}() {
  local context state line
  typeset -A opt_args
  _arguments -C '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(${commands.map(({ name, about: text }) => `'${name}:${about(text)}'`).join(" ")})
      _describe command commands ;;
    argument)
      case $words[1] in
${arms.join("\n")}
      esac ;;
  esac
}
compdef _${program} ${program}
`;
}

function fish(program: string, own: Known, commands: readonly Known[]): string {
  const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, (letter) => `\\${letter}`)}'`;
  const line = (condition: string, parts: readonly string[]) => ["complete -c", program, `-n ${quoted(condition)}`, ...parts].join(" ");
  const flagLine = (condition: string, { short, long, about, takesValue, choices }: Flag) => {
    const value = !takesValue ? [] : choices.length > 0 ? [`-x -a ${quoted(choices.join(" "))}`] : ["-r -F"];
    return line(condition, [
      ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
      `-l ${long.slice(2)}`,
      ...value,
      `-d ${quoted(about)}`,
    ]);
  };
  const none = "__fish_use_subcommand";
  const lines = [
    ...commands.map(({ name, about }) => line(none, [`-f -a ${name}`, `-d ${quoted(about)}`])),
    ...own.flags.map((flag) => flagLine(none, flag)),
    ...commands.flatMap(({ name, flags, argument }) => {
      const within = `__fish_seen_subcommand_from ${name}`;
      const words = argument === undefined ? "-f" : argument.length > 0 ? `-f -a ${quoted(argument.join(" "))}` : "-F";
      return [...flags.map((flag) => flagLine(within, flag)), line(within, [words])];
    }),
  ];
  return `# Completion of ${program} for fish: ${program} completion fish | source\n${lines.join("\n")}\n`;
}
