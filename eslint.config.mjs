import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { WORDS } from './script/prose/words.mjs';

const NO_DEFAULT_EXPORTS = { selector: 'ExportDefaultDeclaration', message: 'No default exports.' };

/** What people read is in literals: the words that pages do without are not in messages either. */
const PLAIN_WORDS = WORDS.flatMap(({ pattern, instead }) =>
  [`Literal[value=${String(pattern)}]`, `TemplateElement[value.raw=${String(pattern)}]`].map((selector) => ({
    selector,
    message: `Another word: ${instead}.`,
  })),
);

export default tseslint.config(
  { ignores: ['dist/', '.dist-check-*/', 'node_modules/', '.tools/', '.cache/', 'coverage/'] },
  js.configs.recommended,
  { languageOptions: { globals: globals.node } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: false }],
      // Libraries type their streams by interface; what they give are instances.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORTS],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORTS, ...PLAIN_WORDS] },
  },
  { files: ['**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['src/**'],
    ignores: ['src/action/log.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['info', 'notice', 'warning', 'error', 'setFailed', 'debug', 'startGroup', 'endGroup', 'group'].map(
          (property) => ({
            object: 'core',
            property,
            message: 'A text that is not ours could be a command to the runner: print by src/action/log.ts.',
          }),
        ),
      ],
    },
  },
  prettier,
);
