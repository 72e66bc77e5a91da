import { DISK_FULL } from '../disk.js';
import { PROGRAMS } from '../programs.js';
import { firstGroup, type Rule } from '../rule.js';

/** What a release expects of the machine and of the system that it runs on. */
export const MACHINE: readonly Rule[] = [
  {
    name: 'compile-env',
    find: /the application :(\w+) has a different value set for key/,
    explain: ([, subject = '']) => ({
      subject,
      why: `a setting of ${subject} differs between compile time and run time`,
      next: 'Set it in config/config.exs instead of runtime.exs, or set validate_compile_env to false for the release.',
    }),
  },
  {
    name: 'ipv6',
    find: /inet6_tcp'?: register\/listen error: (eaddrnotavail|eafnosupport|eprotonosupport)|\b(eafnosupport)\b/,
    explain: (found) => ({
      subject: firstGroup(found),
      why: 'it needs IPv6, which the container does not have',
      next: 'For a node (-proto_dist inet6_tcp), give smoke-env: ERL_AFLAGS= and a name such as RELEASE_NODE=app@127.0.0.1, where env.sh takes them; for a web server, let the project take its address from a variable.',
    }),
  },
  {
    name: 'node-name',
    find: /(nodistribution|invalid node ?name|Can't set long node name|Can't set short node name|Hostname \S* is illegal|Node name is not set|illegal_hostname)/i,
    explain: ([, subject = '']) => ({
      subject,
      why: 'its node cannot have the name that env.sh gives it',
      next: 'If env.sh builds RELEASE_NODE from variables that the platform sets, set them with smoke-env. The smoke test has no network; its only address is 127.0.0.1.',
    }),
  },
  {
    name: 'port',
    find: /(eaddrinuse|address already in use|seems to be in use by another)/i,
    explain: ([, subject = '']) => ({
      subject,
      why: 'a port or the name of the node was in use',
      next: 'Nothing else runs in that container: two parts of the release use the same port or name.',
    }),
  },
  {
    name: 'read-only',
    find: /(read-only file system|:erofs|\berofs\b)|could not write (\S+\.runtime\.config)|(unable to open database file|database_open_failed)/i,
    explain: (found) => ({
      subject: firstGroup(found),
      why: 'the release writes to a place other than /tmp',
      next: 'In the smoke test only /tmp can be written, as on machines where the release belongs to root. Point the path there with smoke-env (such as DATABASE_PATH=/tmp/app.db), or let the project take it from a variable.',
    }),
  },
  {
    name: 'disk-full',
    find: DISK_FULL,
    explain: () => ({
      subject: '',
      why: 'the disk that it wrote to is full',
      next: 'In the smoke test /tmp is in memory. Free space on the disk of the container engine, or give the engine more memory.',
    }),
  },
  {
    name: 'cookie',
    find: /(Invalid challenge reply|Connection attempt from disallowed node|no such file or directory.*COOKIE|COOKIE: No such file)/i,
    explain: ([, subject = '']) => ({
      subject,
      why: 'the node and the commands that ask it have different cookies',
      next: 'Let env.sh set RELEASE_COOKIE for every command alike, or give it with smoke-env.',
    }),
  },
  {
    name: 'script-with-crlf',
    alone: true,
    find: /(\/\S+?): (?:\d+: )?(?:not found|No such file or directory|cannot execute: required file not found)|(\/\S+?\.sh): (?:(?:line )?\d+: )?[^\n]*(?:[Ss]yntax error|not found|Illegal|Bad)|[‘'"`]?(\w+)(?:\\r|\^M|\r)['’"]?: (?:No such file or directory|bad interpreter|not found|command not found)/,
    explain: ([, named, sourced, interpreter], { release }) => {
      const file = named ?? sourced;
      const fact = file === undefined ? undefined : release?.at(file);
      if (interpreter === undefined && (fact?.kind !== 'other' || !fact.crlf)) return undefined;
      return {
        subject: file ?? '',
        why: `${file ?? 'a script'} has line ends of Windows (CR LF)`,
        next: 'Convert it, and keep git from changing it back: `*.sh text eol=lf` in .gitattributes.',
      };
    },
  },
  {
    name: 'not-executable',
    find: /(\/\S+?): Permission denied|:eacces\b[^]{0,2000}?spawn_executable, ~?c?["'](\/[^"']+)["']|\{eacces,\[\{erlang,open_port,\[\{spawn_executable,(?:<<)?\\?"(\/[^"\\]+)/,
    explain: (found, { release }) => {
      const subject = firstGroup(found);
      const fact = release?.at(subject);
      if (fact?.kind !== 'other' || fact.executable) return undefined;
      return {
        subject,
        why: `${subject} is a program without the permission to execute it`,
        next: 'Set it in the repository: git update-index --chmod=+x FILE, or chmod +x and commit.',
      };
    },
  },
  {
    name: 'program',
    find: /:enoent[^]{0,2000}?System\.cmd\("([^"\n]+)"|^\S*sh: (?:line )?(?:\d+: )?([\w.+-]+): (?:command )?not found|exec: "?([\w.+-]+)"?: (?:executable file )?not found/m,
    explain: (found) => {
      const subject = firstGroup(found);
      const known = PROGRAMS[subject];
      const name =
        known === undefined
          ? 'the package that has it'
          : `the package (${known.debian} on Debian, ${known.alpine} on Alpine)`;
      return {
        subject,
        why: `the release runs the program ${subject}, which the image does not have`,
        next: `Install ${name} on the machines that run the release, and name it in runtime-packages for the smoke test.`,
      };
    },
  },
  {
    name: 'memory',
    find: /(Cannot (?:re)?allocate \d+ bytes|eheap_alloc|\benomem\b|\bexit status 137\b)/,
    explain: () => ({
      subject: '',
      why: 'it had too little memory',
      next: 'Give the engine more memory.',
    }),
  },
  {
    name: 'configuration',
    find: /Config provider (\S+) failed/,
    follows: true,
    explain: ([, subject = '']) => ({
      subject,
      why: `the configuration could not be read (${subject}), which config/runtime.exs is part of`,
      next: 'See the error of the configuration above. If it needs variables, set them with smoke-env.',
    }),
  },
];
