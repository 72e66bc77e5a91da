import { firstGroup, type Rule } from '../rule.js';
import { MISSING_VARIABLE, nameOfVariable } from '../variables.js';

/** What a project asks of its checkout and of its builder. */
export const PROJECT: readonly Rule[] = [
  {
    name: 'build-variable',
    find: MISSING_VARIABLE,
    explain: (found) => {
      const subject = nameOfVariable(found);
      return {
        subject,
        why: `the environment variable ${subject} is missing in the build`,
        next: `Give it with env: ${subject}=VALUE (--env on the command line), if the result may depend on it. Read values that only the running release needs in config/runtime.exs instead.`,
      };
    },
  },
  {
    name: 'elixir-version',
    find: /You're trying to run :(\w+) on Elixir v([\w.-]+) but it has declared in its mix\.exs file it supports only Elixir ([^\n]+)/,
    explain: ([, app = '', has = '', wants = '']) => ({
      subject: app,
      why: `${app} supports Elixir ${wants.trim()}, and the builder has ${has}`,
      next: 'Set elixir-version, or the version in .tool-versions.',
    }),
  },
  {
    name: 'no-tags',
    find: /No names found, cannot describe anything|No tags can describe|cannot describe anything/,
    explain: () => ({
      subject: 'git describe',
      why: 'the checkout has no tag that a version could be read from: it may be shallow',
      next: 'Check out the whole history: fetch-depth: 0 for actions/checkout, or git fetch --unshallow --tags.',
    }),
  },
  {
    name: 'path-dependency',
    find: /^\* (\w+) \(([./][^)\n]*)\)[^\n]*\n +the dependency is not available$/m,
    explain: ([, subject = '', place = '']) => ({
      subject,
      why: `the path dependency ${subject} (${place}) is not in the checkout`,
      next: 'The builder has only the files of the checkout: check out the directory that contains both, and name the project with working-directory.',
    }),
  },
  {
    name: 'unchecked-dependencies',
    follows: true,
    find: /Unchecked dependencies for environment (\w+)|Can't continue due to errors on dependencies/,
    explain: ([, subject = '']) => ({
      subject,
      why: 'the dependencies are not there yet',
      next: 'Commands that need them belong in before-release, which runs after the compilation; in before-build, run mix deps.get --check-locked first.',
    }),
  },
  {
    name: 'no-task',
    find: /The task "([^"]+)" could not be found/,
    explain: ([, subject = '']) => ({
      subject,
      why: `the project has no task ${subject} in this environment`,
      next: 'A dependency that has it must not be of another environment (only: :dev), and before-build runs before dependencies are fetched: before-release runs after them.',
    }),
  },
  {
    name: 'colocated-assets',
    find: /Could not resolve "(phoenix-colocated\/[^"]+)"|Can't resolve '(phoenix-colocated\/[^']+)'|\/_build\/\w+\/(phoenix-colocated\/[^\s"':]+)["']?[^\n]*no such file or directory/i,
    explain: (found) => ({
      subject: firstGroup(found),
      why: `${firstGroup(found)} is written by the compilation, which has not run yet`,
      next: 'Build assets in before-release: before-release: mix assets.deploy.',
    }),
  },
  {
    name: 'node-modules',
    find: /You installed (esbuild|@?[\w/-]+) for another platform than the one you're currently using|Cannot find module @rollup\/rollup-linux|Cannot find module '(?:@[\w-]+\/)?[\w.-]*linux-(?:x64|arm64)[\w-]*'/,
    explain: ([, subject = '']) => ({
      subject,
      why: 'node_modules was installed on another system',
      next: 'Run npm ci in the builder before the assets are built, and let git ignore node_modules.',
    }),
  },
  {
    name: 'link-in-priv',
    find: /\(File\.CopyError\) could not copy recursively from "([^"]+)"(?: to "[^"]*")?\. "?([^"\n:]*?)"?: no such file or directory|could not copy (?:recursively )?from "([^"]+)" to "[^"]+"[^\n]*no such file or directory/,
    explain: ([, from = '', named = '', other = ''], { sources }) => {
      const subject = named || from || other;
      const link = sources?.linkTo(subject);
      return {
        subject: link ?? subject,
        why:
          link === undefined
            ? `${subject} is not there in the builder, or is a symbolic link that leads nowhere`
            : `the symbolic link ${link} leads to ${subject}, which the builder does not have`,
        next: 'Remove the link, or let it lead to something inside the checkout. What a machine keeps outside of a release (such as uploads) is a path that the project takes from its environment.',
      };
    },
  },
  {
    name: 'no-application',
    find: /Could not find application :?(\w+)/,
    explain: ([, subject = '']) => ({
      subject,
      why: `the release requires the application ${subject}, which the project does not have`,
      next: 'Correct its name under applications in mix.exs, or add the dependency.',
    }),
  },
];
