import { print } from "../model/equation/tree.ts";
import type { OperatorTemplate } from "../model/template/template.ts";
import { WIDTH, width, wrapped } from "./columns.ts";

/** The equations of an operator below each other; those that are longer than a line are broken between their terms. */
export function equationText({ equations }: OperatorTemplate, indent: string): string[] {
  const left = equations.map(({ target, derivative }) => `${target}${derivative ? "'" : ""}`);
  const most = Math.max(0, ...left.map(width));
  return equations.flatMap(({ expression }, i) => {
    const begin = `${indent}${left[i].padEnd(most)} = `;
    const [first, ...more] = linesOf(print(expression), WIDTH - width(begin));
    const hanging = " ".repeat(width(begin));
    return [...wrapped(first, begin, `${hanging}  `), ...more.flatMap((line) => wrapped(line, hanging, `${hanging}  `))];
  });
}

/** A sum in lines of at most `room` letters, as far as its terms have room. */
function linesOf(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const term of termsOf(text)) {
    const last = lines.length - 1;
    const longer = `${lines[last]} ${term}`;
    if (last >= 0 && width(longer) <= room) lines[last] = longer;
    else lines.push(term);
  }
  return lines;
}

/** The terms of a printed sum with their signs, cut where + and - stand outside of parentheses. */
function termsOf(text: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (depth === 0 && /^ [+-] $/.test(text.slice(i, i + 3))) {
      terms.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...terms, text.slice(from)];
}
