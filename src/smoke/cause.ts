import { packagesHint } from './needs.js';

/** The probable cause of a failure, from the release's output. */
export interface Cause {
  readonly kind:
    | 'library'
    | 'version'
    | 'loader'
    | 'architecture'
    | 'environment'
    | 'symbol'
    | 'native'
    | 'compile-env'
    | 'read-only'
    | 'port'
    | 'node-name'
    | 'cookie'
    | 'configuration'
    | 'memory';
  /** The library, variable, module … concerned. */
  readonly subject: string;
  /** Continues "probably because". */
  readonly why: string;
  readonly next: string;
}

interface Pattern {
  readonly kind: Cause['kind'];
  /** The first group is the subject. */
  readonly find: RegExp;
  readonly why: (subject: string) => string;
  readonly next: (subject: string) => string;
}

const VARIABLE = '[A-Za-z_][A-Za-z0-9_]*';

/**
 * The first match wins. The order matters: for example, a missing library also makes the load of a native function
 * fail.
 */
const PATTERNS: readonly Pattern[] = [
  {
    kind: 'version',
    find: /version [`']((?:GLIBC|GLIBCXX|CXXABI|GCC|OPENSSL)_[\w.]+)' not found/,
    why: (version) => `a file of the release needs ${version}, and the image's library is older`,
    next: () =>
      "Build on an older system: set glibc to your machines' oldest glibc, or os to their system. Compile a precompiled NIF from source, or use one for an older system.",
  },
  {
    kind: 'library',
    find: /(?:error while loading shared libraries: |Error loading shared library |^|[\s'"])([\w.+-]+\.so(?:\.\d+)*): (?:cannot open shared object file|No such file or directory)/m,
    why: (library) => `the shared library ${library} is missing in the image`,
    next: (library) => {
      const hint = packagesHint(library);
      const where = hint === undefined ? 'the package that has it' : `the package (${hint})`;
      return `Install ${where} on the machines that run the release, and name it in runtime-packages for the smoke test.`;
    },
  },
  {
    kind: 'loader',
    find: /(erlexec|beam\.smp|erl_child_setup): (?:not found|No such file or directory|cannot execute: required file not found)/,
    why: (program) => `the image has no loader for ${program}: its C library differs from the release's`,
    next: () =>
      'Build for the target of those machines: gnu for Debian, Ubuntu, Fedora and most others, musl for Alpine.',
  },
  {
    kind: 'architecture',
    // The loader reports an object for another processor as missing; the absolute path shows that it exists.
    find: /(\/[^\s:'"]*): (?:cannot execute|[Ee]xec format error|ELF file data encoding not|wrong ELF class|cannot open shared object file)/,
    why: (file) => `${file} is for another processor, or is not a native binary`,
    next: () => 'Find its source: a NIF that was compiled elsewhere, or a precompiled one.',
  },
  {
    kind: 'environment',
    find: new RegExp(
      [
        `[Ee]nvironment variable [\`"']?(${VARIABLE})[\`"']? (?:is missing|is not set|not set|is required|must be set|was not set)`,
        `could not fetch environment variable "(${VARIABLE})" because it is not set`,
        `(?:: |^)(${VARIABLE}): (?:parameter (?:null or )?not set|unbound variable)`,
        `\\b([A-Z][A-Z0-9_]{2,})(?: env(?:ironment)? var(?:iable)?)? (?:is missing|is not set|not set|is required|must be set)`,
      ].join('|'),
      'm',
    ),
    why: (variable) => `the environment variable ${variable} is missing`,
    next: (variable) =>
      `Set it for the smoke test with smoke-env: ${variable}=VALUE (--smoke-env on the command line); a placeholder is enough.`,
  },
  {
    kind: 'symbol',
    find: /(?:undefined symbol: |relocating [^:]+: )([\w@.]+)/,
    why: (symbol) => `a shared object needs the symbol ${symbol}, which no library defines`,
    next: () => 'A NIF was compiled with another version of a library, or with another OTP, than the release has.',
  },
  {
    kind: 'native',
    find: /on_load function for module (\S+) returned|on_load_function_failed,\s*'?([\w.]+)/,
    why: (module) => `the module ${module} could not load its native functions (on_load)`,
    next: () => 'The output has the result of on_load. Add packages that NIFs need at run time to runtime-packages.',
  },
  {
    kind: 'compile-env',
    find: /the application :(\w+) has a different value set for key/,
    why: (application) => `a setting of ${application} differs between compile time and run time`,
    next: () =>
      'Set it in config/config.exs instead of runtime.exs, or set validate_compile_env to false for the release.',
  },
  {
    kind: 'node-name',
    find: /(nodistribution|invalid node ?name|Can't set long node name|Can't set short node name|Hostname \S* is illegal|Node name is not set|illegal_hostname)/i,
    why: () => 'its node cannot have the name that env.sh gives it',
    next: () =>
      'If env.sh builds RELEASE_NODE from variables that the platform sets, set them with smoke-env. The smoke test has no network; its only address is 127.0.0.1.',
  },
  {
    kind: 'port',
    find: /(eaddrinuse|address already in use|seems to be in use by another)/i,
    why: () => 'a port or the name of the node was in use',
    next: () => 'Nothing else runs in that container: two parts of the release use the same port or name.',
  },
  {
    kind: 'read-only',
    find: /(read-only file system|:erofs|\berofs\b)|could not write (\S+\.runtime\.config)/i,
    why: () => 'the release writes to a place other than /tmp',
    next: () =>
      'In the smoke test only /tmp can be written, as on machines where the release belongs to root. Point the path there with smoke-env, or let the project take it from a variable.',
  },
  {
    kind: 'cookie',
    find: /(Invalid challenge reply|Connection attempt from disallowed node|no such file or directory.*COOKIE|COOKIE: No such file)/i,
    why: () => 'the node and the commands that ask it have different cookies',
    next: () => 'Let env.sh set RELEASE_COOKIE for every command alike, or give it with smoke-env.',
  },
  {
    kind: 'memory',
    find: /(Cannot allocate \d+ bytes|eheap_alloc|\benomem\b)/,
    why: () => 'it had too little memory',
    next: () => 'Give the engine more memory.',
  },
  {
    kind: 'configuration',
    find: /Config provider (\S+) failed/,
    why: (provider) => `the configuration could not be read (${provider}), which config/runtime.exs is part of`,
    next: () => 'Give what config/runtime.exs asks of its environment with smoke-env.',
  },
];

/** The likely cause of a failure, from the lines that were printed. */
export function causeOf(output: readonly string[]): Cause | undefined {
  const text = output.join('\n');
  for (const { kind, find, why, next } of PATTERNS) {
    const found = find.exec(text);
    if (!found) continue;
    const subject = found.slice(1).find(Boolean) ?? '';
    return { kind, subject, why: why(subject), next: next(subject) };
  }
  return undefined;
}
