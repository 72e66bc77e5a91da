import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../../errors.js';
import { readConfigFile } from '../../options/file/config-file.js';
import { parseList } from '../../options/parse.js';
import { findTarget } from '../../targets/find.js';
import { choicesFor, type Choices } from './choices.js';
import { readProject, type Project } from './project.js';
import { workflowText, type WorkflowSpec } from './workflow.js';

/** Where the workflow is written, below the checkout. */
export const FILE = '.github/workflows/release.yml';
const DEFAULT_TARGET = 'x86_64-unknown-linux-gnu';

/** What was asked of a workflow. */
export interface InitRequest {
  readonly directory: string;
  /** Empty for what the project suggests. */
  readonly targets: readonly string[];
  /** Undefined for what the project suggests. */
  readonly tagRelease: boolean | undefined;
  /** The action in the workflow, `OWNER/NAME@REF`. */
  readonly action: string;
}

/** A workflow for a project. */
export interface Proposal {
  readonly project: Project;
  readonly spec: WorkflowSpec;
  readonly choices: Choices;
  readonly text: string;
  /** Absolute. */
  readonly file: string;
  /** What is there now; undefined where there is nothing. */
  readonly there: string | undefined;
}

/**
 * The workflow that a project suggests. Nothing is run or written.
 *
 * @throws MixReleaseError what reading the project and its mix-release.toml throws, `unknown-target`
 */
export async function proposeWorkflow(request: InitRequest): Promise<Proposal> {
  const project = await readProject(path.resolve(request.directory));
  const { checkout } = project;
  const file = path.join(checkout, FILE);
  const there = await textAt(file);
  const config = await readConfigFile(project.directory, { checkout, cwd: checkout });
  const inFile = parseList(config?.options.target);
  const spec = specOf(request, there, { targets: inFile, hasVersionTags: project.hasVersionTags });
  const all = choicesFor(project, spec.targets.map(findTarget));
  // The action reads these in the file itself.
  const options = all.options.filter(({ name }) => !(config && name in config.options));
  const found = [...all.found, ...(config ? [`${config.file}: what it sets stays there`] : [])];
  const choices = { ...all, options, found };
  return { project, spec, choices, text: workflowText(project, spec, choices), file, there };
}

/** The flags that a workflow was written with, in its first line. */
const HEAD = /^# Written by mix-release init(?: --targets (\S+))? --(no-)?tag-release\r?\n/;

/** By the flags, else by what the workflow was written with, else by the project. */
function specOf(
  request: InitRequest,
  there: string | undefined,
  suggested: { readonly targets: readonly string[]; readonly hasVersionTags: boolean },
): WorkflowSpec {
  const head = HEAD.exec(there ?? '');
  const own = parseList(request.targets);
  const earlier = parseList(head?.[1]);
  const targetsOfFile = own.length === 0 && earlier.length === 0 && suggested.targets.length > 0;
  const names = [own, earlier, suggested.targets, [DEFAULT_TARGET]].find((list) => list.length > 0) ?? [];
  return {
    targets: [...new Set(names.map((name) => findTarget(name).triple))],
    tagRelease: request.tagRelease ?? (head ? head[2] === undefined : suggested.hasVersionTags),
    targetsOfFile,
    action: request.action,
  };
}

async function textAt(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw notWritable(error);
  }
}

export function notWritable(error: unknown): MixReleaseError {
  return new MixReleaseError('output-not-writable', {
    what: `${FILE} cannot be written: ${messageOf(error)}`,
    next: 'Look at its directory and its permissions; mix-release init --print prints the workflow instead.',
    cause: error,
  });
}
