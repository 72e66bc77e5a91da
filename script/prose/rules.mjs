// Rules for textlint: which words and which sentences pages do without.
import { WORDS } from './words.mjs';

/** The most words between two full stops or semicolons; code counts as one. */
const LONGEST = 36;
/** From how many passive verbs on a sentence is reported. */
const PASSIVES = 3;

const IRREGULAR =
  'built|given|kept|made|read|run|sent|set|taken|found|put|left|written|known|seen|held|shown|chosen|begun|done|got';
const PASSIVE = new RegExp(
  String.raw`\b(?:is|are|was|were|be|been|being) (?:not |never |always |only |also |then )?(?:\w+ed|${IRREGULAR})\b`,
  'gi',
);

/** A sentence whose subject is a clause: "What it exports, Mix sees." */
const CLAUSE_FIRST = /^(?:What|Who|Whoever|Whatever)\b(?!\s*$)(?:[^\s?]*\s+){5,}[^?]*[,.]$/;

/** Nodes whose text is no prose: names of options, commands, paths. */
const isCode = ({ type }) => type === 'Code' || type === 'Html' || type === 'Image';

/** The text of a paragraph or a cell, with `CODE` for code, and where each character of it is in the source. */
function textOf(node) {
  let text = '';
  const at = [];
  const add = (part, start, step) => {
    for (let index = 0; index < part.length; index += 1) at.push(start + index * step);
    text += part;
  };
  const visit = (child) => {
    if (child.type === 'Str') add(child.value.replaceAll('\n', ' '), child.range[0], 1);
    else if (child.type === 'Break') add(' ', child.range[0], 0);
    else if (isCode(child)) add('CODE', child.range[0], 0);
    else for (const inner of child.children ?? []) visit(inner);
  };
  for (const child of node.children) visit(child);
  return { text, at };
}

/** Sentences with where they begin in the text. */
function sentencesOf(text) {
  const sentences = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(/[.!?]["')]*\s+(?=[\p{Lu}"'(]|CODE)/gu)) {
    sentences.push({ start, text: text.slice(start, index + end.length).trim() });
    start = index + end.length;
  }
  return [...sentences, { start, text: text.slice(start).trim() }].filter((sentence) => sentence.text !== '');
}

const wordsIn = (text) => text.split(/[\s–—]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** What is wrong with a sentence, each with where. */
function faultsOf(sentence) {
  const faults = WORDS.flatMap(({ pattern, instead }) => {
    const found = pattern.exec(sentence);
    return found ? [{ at: found.index, message: `"${found[0]}": write ${instead}` }] : [];
  });
  const length = Math.max(...sentence.split(/;\s/).map(wordsIn));
  if (length > LONGEST)
    faults.push({ at: 0, message: `${String(length)} words in a row, of at most ${String(LONGEST)}` });
  const passives = [...sentence.matchAll(PASSIVE)].length;
  if (passives >= PASSIVES)
    faults.push({ at: 0, message: `${String(passives)} passive verbs in one sentence: say who does it` });
  if (CLAUSE_FIRST.test(sentence)) faults.push({ at: 0, message: 'a clause as the subject: begin with the noun' });
  return faults;
}

/** The one rule that textlint runs: everything above, on paragraphs, headings and cells of tables. */
export function prose({ RuleError, Syntax, locator, report }) {
  const check = (node) => {
    const { text, at } = textOf(node);
    for (const { start, text: sentence } of sentencesOf(text)) {
      for (const { at: offset, message } of faultsOf(sentence)) {
        const where = (at[start + offset] ?? node.range[0]) - node.range[0];
        report(node, new RuleError(message, { padding: locator.at(where) }));
      }
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.Header]: check, [Syntax.TableCell]: check };
}
