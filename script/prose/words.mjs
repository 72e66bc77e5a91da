// Words that pages and messages do not use, and the words to use instead. CONTRIBUTING.md has the glossary.

/** @type {readonly { readonly pattern: RegExp, readonly instead: string }[]} */
export const WORDS = [
  { pattern: /\bwish(?:es|ed)?\b/i, instead: 'option, or request' },
  { pattern: /\b(?:told|tells?)\b/i, instead: 'report, print, or say which' },
  { pattern: /\brooms?\b/i, instead: 'container, directory or module' },
  { pattern: /\banew\b/i, instead: 'again' },
  { pattern: /\bheld against\b/i, instead: 'compared with' },
  { pattern: /\bvirtual machines? of (?:its|their) own\b/i, instead: 'its own BEAM instance' },
  { pattern: /\bfiles? of machine code\b|\bmachine code files?\b/i, instead: 'native binary' },
  { pattern: /\bof (?:ours|yours|theirs)\b/i, instead: 'our, your or their, before the noun' },
  { pattern: /\b(?:a|an) (?!lot)[\w-]+ of (?:its|their|your) own\b/i, instead: '"its own", before the noun' },
  { pattern: /\bone (?:a|an) \w+\b/i, instead: '"one per …"' },
  { pattern: /\ba line (?:a|an) \w+\b/i, instead: '"one line per …"' },
  { pattern: /\bfor want of\b/i, instead: 'because there is no' },
  { pattern: /\bbe it\b/i, instead: 'even if, or also' },
  { pattern: /\bto be had\b/i, instead: 'available' },
  { pattern: /\bto be found\b/i, instead: 'there is' },
  { pattern: /\b(?:be|get) rid of\b/i, instead: 'remove' },
  { pattern: /\bat the most\b/i, instead: 'at most' },
  { pattern: /\ball the same\b/i, instead: 'anyway' },
  { pattern: /\bin place of\b/i, instead: 'instead of' },
  { pattern: /\bbelongs? into\b/i, instead: 'belongs in' },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, instead: 'fix' },
  { pattern: /\bmakes? up\b|\bmade up\b/i, instead: 'generate' },
  { pattern: /\b(?:is|are) asked (?:what|whether|which|of)\b/i, instead: 'probe, or query' },
  { pattern: /\bstates? of earlier builds?\b/i, instead: 'build cache' },
];
