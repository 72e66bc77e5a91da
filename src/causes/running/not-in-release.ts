import { applicationOf } from '../otp-modules.js';
import { firstGroup, type Circumstances, type Explanation, type Rule } from '../rule.js';

const BAKED =
  'Compute the path when it is needed, in a function and not in a module attribute: Application.app_dir(:app, "priv/...").';

/** Code and files that a project has, and its release has not. */
export const NOT_IN_RELEASE: readonly Rule[] = [
  {
    name: 'mix-at-run-time',
    find: /\b(Mix(?:\.[A-Z]\w*)*\.\w+[?!]?\/\d+) is undefined \(module Mix\b[\w.]* is not available\)|\{undef,\[\{'Elixir\.(Mix(?:\.[A-Z]\w*)*)',('?\w+[?!]?'?),(\[\])?/,
    explain: ([, call, module = '', name = '', noArguments], { release }, text) => {
      const subject = call ?? `${module}.${name.replaceAll("'", '')}${noArguments === undefined ? '' : '/0'}`;
      if (release?.hasModule('Elixir.Mix') === true) return undefined;
      const inConfiguration = /\/(?:runtime|releases)\.exs:\d+: |Config provider \S+ failed/.test(text);
      return {
        subject,
        why: `${inConfiguration ? 'config/runtime.exs' : 'the release'} calls ${subject}, and Mix is not part of a release`,
        next: inConfiguration
          ? 'Use config_env() instead of Mix.env().'
          : 'Read Mix.env() while compiling, into a module attribute, or put what depends on it into the configuration (config_env() there, Application.compile_env in code).',
      };
    },
  },
  {
    name: 'builder-path',
    find: /["'](\/build\/[^"'\s]*)["']?(?=[^\n]*(?:no such file|enoent|not found|does not exist))/,
    explain: ([, subject = '']) => ({
      subject,
      why: `a path of the builder was compiled in: ${subject}`,
      next: BAKED,
    }),
  },
  {
    name: 'cacerts',
    find: /no_cacerts_found|:?pubkey_os_cacerts\b|default CA trust store not available|["'](?:\/etc\/ssl\/certs\/ca-certificates\.crt|\/etc\/ssl\/cert\.pem|\/etc\/pki\/tls\/[^"']*)["'][^\n]*(?:no such file|enoent)|\benoent[^\n]*(?:\/etc\/ssl\/certs\/ca-certificates\.crt|\/etc\/ssl\/cert\.pem)/,
    explain: () => ({
      subject: 'ca-certificates',
      why: 'the image has no CA certificates, and the release reads them',
      next: 'Install the package ca-certificates on the machines that run the release, and name it in runtime-packages for the smoke test.',
    }),
  },
  {
    name: 'module-not-in-release',
    find: /\bfunction (:?[\w."]+)\.[\w"?!]+\/\d+ is undefined \(module [\w.:"]+ is not available\)|terminating [^\n]*?\{undef,\[\{'?([\w.]+)'?,/,
    explain: ([, module, name = ''], { release }) => {
      // Erlang prints the same of a function that a module does not have.
      if (module === undefined && release?.hasModule(name) !== false) return undefined;
      return moduleNotInRelease(module ?? (name.startsWith('Elixir.') ? name.slice(7) : `:${name}`), release);
    },
  },
  {
    name: 'application-not-in-release',
    find: /unknown application: :(\w+)|["'](\w+)\.app\\?["']|[Cc]ould not find application:? :?(\w+)/,
    explain: ([, ...groups]) => {
      const subject = groups.find(Boolean) ?? '';
      return {
        subject,
        why: `the application ${subject} is not in the release`,
        next: `Add it to extra_applications in mix.exs, or to the applications of the release; a dependency must have neither runtime: false nor an only: without prod.`,
      };
    },
  },
  {
    name: 'directory-of-no-application',
    find: /\{:?error, ?:?bad_name\}/,
    explain: () => ({
      subject: 'code:priv_dir',
      why: 'it asks for the directory of an application that is not in the release (:code.priv_dir gives {:error, :bad_name})',
      next: 'Add that application to extra_applications in mix.exs, or to the applications of the release.',
    }),
  },
  {
    name: 'file-not-in-release',
    find: new RegExp(
      [
        String.raw`could not (?:read|open|load|stream)(?: file)? "?([^"\n]*?)"?(?:: no such file or directory|\. Reason: enoent)`,
        // As Erlang prints the error, where it ends before Elixir has.
        String.raw`terminating [^\n]*?reason ?=> ?enoent[^}\n]*?path ?=> ?<<"([^"\n]*)">>`,
        String.raw`terminating [^\n]*?path ?=> ?<<"([^"\n]*)">>[^}\n]*?reason ?=> ?enoent`,
        String.raw`terminating [^\n]*?'Elixir\.Code\.LoadError'[^}\n]*?file ?=> ?<<"([^"\n]*)">>`,
      ].join('|'),
    ),
    explain: (found, about) => fileMissing(firstGroup(found), about),
  },
];

function moduleNotInRelease(module: string, release: Circumstances['release']): Explanation | undefined {
  const name = module.startsWith(':') ? module.slice(1).replaceAll('"', '') : `Elixir.${module}`;
  if (release?.hasModule(name) === true) return undefined;
  const application = applicationOf(name);
  if (application !== undefined) {
    return {
      subject: module,
      why: `the module ${module} is of the application ${application}, which is not in the release`,
      next: `Add :${application} to extra_applications in mix.exs.`,
    };
  }
  return {
    subject: module,
    why: `the module ${module} is not in the release`,
    next: 'Its application must be in the release. A dependency with only: :dev or :test, runtime: false or optional: true is not. A module below test or of a path that elixirc_paths leaves out is not compiled.',
  };
}

function fileMissing(file: string, { release }: Circumstances): Explanation | undefined {
  const fact = release?.at(file);
  if (fact && fact.kind !== 'missing') return undefined;
  if (fact || !file.startsWith('/')) {
    return {
      subject: file,
      why: `the release reads ${file}, which is not in it`,
      next: file.startsWith('/')
        ? 'What lies in priv is in a release, and so are the files of its overlays: is it sent to the builder, or written in the build?'
        : 'A release does not start in the directory of the project. Put the file into priv, and read it by Application.app_dir(:app, "priv/..."); in config/runtime.exs by a path below RELEASE_ROOT, from an overlay.',
    };
  }
  return {
    subject: file,
    why: `the release reads ${file}, which the image does not have`,
    next: 'Take its path from a variable and set that with smoke-env, or name a runtime-image that has the file.',
  };
}
