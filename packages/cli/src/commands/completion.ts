import { UsageError } from "../errors.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { type Needs, optionsFor } from "./options.ts";

/** What completion has to know of a command. */
interface Completed {
  readonly words: string;
  readonly about: string;
  readonly needs: Needs;
  readonly options?: readonly (readonly [flags: string, about: string])[];
}

/** A script for a shell, written from the table of commands. */
export function completion(commands: readonly Completed[], shell: string): Outcome {
  const lines = linesFor(commands, shell);
  return outcome(lines, { shell, script: lines.join("\n") });
}

function linesFor(commands: readonly Completed[], shell: string): string[] {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      return ["#compdef ainft", "autoload -U +X bashcompinit && bashcompinit", ...bash(commands)];
    case "fish":
      return fish(commands);
    default:
      throw new UsageError("A shell is one of: bash, zsh, fish.");
  }
}

/** The command's fixed words: those before its arguments. */
function fixed({ words }: Completed): string[] {
  return words.split(" ").filter((word) => /^[a-z]/u.test(word));
}

/** What can follow the words typed so far, by these words. */
function followers(commands: readonly Completed[]): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  const add = (typed: string, next: string): void => {
    found.set(typed, (found.get(typed) ?? new Set()).add(next));
  };
  for (const command of commands) {
    const words = fixed(command);
    words.forEach((word, place) => add(words.slice(0, place).join(" "), word));
    for (const [flags] of optionsOf(command)) add(words.join(" "), flags.split(" ")[0] ?? flags);
  }
  return new Map([...found].map(([typed, next]) => [typed, [...next]]));
}

function optionsOf({ needs, options = [] }: Completed): readonly (readonly [string, string])[] {
  return [...options, ...optionsFor(needs), ["--help", "show help"]];
}

function bash(commands: readonly Completed[]): string[] {
  const cases = [...followers(commands)].map(([typed, next]) => `    "${typed}") next="${next.join(" ")}" ;;`);
  return [
    "_ainft() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" typed="" next="" part',
    '  for part in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$part" in [a-z]*) case "$typed" in *\\ *) ;; *) typed="${typed:+$typed }$part" ;; esac ;; esac',
    "  done",
    '  case "$typed" in',
    ...cases,
    ...commands.filter((command) => fixed(command).length === 1).map(oneWord),
    "  esac",
    '  COMPREPLY=($(compgen -W "$next" -- "$word"))',
    '  [ "${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))',
    "}",
    "complete -o filenames -F _ainft ainft",
  ];
}

/** An argument that begins with a letter is taken for a second word, which these commands don't have. */
function oneWord(command: Completed): string {
  const [word = ""] = fixed(command);
  return `    "${word} "*) next="${optionsOf(command)
    .map(([flags]) => flags.split(" ")[0] ?? flags)
    .join(" ")}" ;;`;
}

function fish(commands: readonly Completed[]): string[] {
  const quoted = (text: string): string => `'${text.replace(/[\\']/gu, "\\$&")}'`;
  return commands.flatMap((command) => {
    const [first = "", second] = fixed(command);
    const told = `-d ${quoted(command.about)}`;
    const inside = `__fish_seen_subcommand_from ${first}${second === undefined ? "" : `; and __fish_seen_subcommand_from ${second}`}`;
    return [
      `complete -c ainft -n __fish_use_subcommand -a ${first}${second === undefined ? ` ${told}` : ""}`,
      ...(second === undefined
        ? []
        : [`complete -c ainft -n ${quoted(`__fish_seen_subcommand_from ${first}`)} -a ${second} ${told}`]),
      ...optionsOf(command).map(([flags, about]) => {
        const [long = "", value] = flags.split(" ");
        return `complete -c ainft -n ${quoted(inside)} -l ${long.slice(2)}${value === undefined ? "" : " -r"} -d ${quoted(about)}`;
      }),
    ];
  });
}
