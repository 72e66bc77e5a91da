import { withHeader, withLibrary, withModule } from '../libraries.js';
import { inPackages, PROGRAMS, type Packages } from '../programs.js';
import { firstGroup, type Circumstances, type Explanation, type Rule } from '../rule.js';

/** The names of programs as shells, make, env and Elixir print them where there is no such program. */
const NO_PROGRAM = new RegExp(
  [
    // dash, busybox, bash, zsh: `sh: 1: cmake: not found`, `./x.sh: line 3: cmake: command not found`
    String.raw`^(?:\S*sh|[^\s:]+: (?:line )?\d+): (?:exec: )?([\w.+-]+): (?:command )?not found$`,
    String.raw`^(?:\S*sh: )?([\w.+-]+): command not found$`,
    // make: `make[1]: cmake: No such file or directory`
    String.raw`^g?make(?:\[\d+\])?: ([\w.+-]+): (?:No such file or directory|Command not found|not found)$`,
    String.raw`^(?:\/usr\/bin\/)?env: (?:can't execute )?[‘'"]?([\w.+-]+)[’'"]?: No such file or directory$`,
    // System.cmd, with or without what the error is of
    String.raw`Erlang error: :enoent[^]{0,2000}?System\.cmd\("([\w.+-]+)"`,
    String.raw`"([\w.+-]+)" not found in the path`,
    String.raw`the "([\w.+-]+)" executable is not available`,
    String.raw`linker \`([\w.+-]+)\` not found`,
    String.raw`(?:Could not find|failed to find tool|failed to execute command:?|could not execute process) [\`"]?([\w.+-]+)[\`"]?(?: \(never executed\)|\. I[sf]|$)`,
    String.raw`is \`([\w.+-]+)\` not installed\?`,
    String.raw`(?:The )?(pkg-config) command could not be found`,
    String.raw`gyp ERR! find (Python)\b`,
  ].join('|'),
  'm',
);

const MISSING_MODULE = new RegExp(
  [
    String.raw`No package '([\w.+-]+)' found`,
    String.raw`Package '?([\w.+-]+?)'?(?:, required by '[^']*',)? (?:was not found in the pkg-config search path|not found)`,
    String.raw`The system library \`([\w.+-]+)\` required by crate`,
    String.raw`Dependency "([\w.+-]+)" not found`,
  ].join('|'),
);

/** What compiling C, C++ and Rust needs, and a slim image does not have. */
export const TOOLCHAIN: readonly Rule[] = [
  {
    name: 'missing-header',
    find: /fatal error: '?([\w./+-]+)'?(?:: No such file or directory| file not found)/,
    explain: ([, header = ''], { system }) => {
      if (/^(?:erl_nif|erl_driver|ei)\.h$/.test(header)) {
        return {
          subject: header,
          why: `the C compiler is not given the directory of Erlang's header ${header}`,
          next: 'Let the Makefile add -I"$ERTS_INCLUDE_DIR" (elixir_make sets it), or the directory of `erl -noshell -eval \'io:format("~s/erts-~s/include", [code:root_dir(), erlang:system_info(version)]), halt().\'`.',
        };
      }
      return lacking(`the header ${header}`, header, withHeader(header), system, {
        otherwise: `Add the package that has ${header} to packages. A header of the project's own may be in a submodule that the checkout lacks (submodules: recursive for actions/checkout).`,
      });
    },
  },
  {
    name: 'missing-link-library',
    find: /cannot find -l([\w.+-]+)|unable to find library -l([\w.+-]+)|library not found for -l([\w.+-]+)/,
    explain: (found, { system }) => {
      const name = firstGroup(found);
      return lacking(`the library lib${name}`, name, withLibrary(name), system, {
        otherwise: `Add the package that has lib${name}.so for the linker to packages; on Debian its name ends in -dev.`,
      });
    },
  },
  {
    name: 'missing-pkg-config-module',
    find: MISSING_MODULE,
    explain: (found, { system }) => {
      const name = firstGroup(found);
      return lacking(`${name}.pc of pkg-config`, name, withModule(name), system, {
        otherwise: `Add the package that has ${name}.pc to packages; on Debian its name ends in -dev.`,
      });
    },
  },
  {
    name: 'missing-openssl',
    find: /Could not find (?:directory of )?OpenSSL installation|Could not find openssl via pkg-config|CMake Error[^]{0,300}Could NOT find OpenSSL\b/,
    explain: (_, { system }) => {
      const packages = { debian: 'libssl-dev pkg-config', alpine: 'openssl-dev pkgconf' };
      return lacking('the headers of OpenSSL', 'openssl', packages, system, { otherwise: '' });
    },
  },
  {
    name: 'missing-compiler',
    find: /No CMAKE_(C|CXX)_COMPILER could be found|configure: error: no acceptable (C) compiler found/,
    explain: (found, { system }) => {
      const program = firstGroup(found) === 'CXX' ? 'c++' : 'cc';
      return lacking(`the compiler ${program}`, program, PROGRAMS[program], system, { otherwise: '' });
    },
  },
  {
    name: 'missing-libclang',
    find: /Unable to find libclang/,
    explain: (_, { system }) => {
      const packages = { debian: 'libclang-dev', alpine: 'clang-dev' };
      return lacking('libclang', 'libclang', packages, system, { otherwise: '' });
    },
  },
  {
    name: 'rust-on-musl',
    find: /cannot produce (?:cdylib|dylib|proc-macro) for `([^`\s]+)[^`]*` as the target `([\w-]+-musl\w*)`/,
    explain: ([, crate = '', target = '']) => ({
      subject: crate,
      why: `Rust links ${target} statically by default, and a NIF is a shared object`,
      next: 'Give env: RUSTFLAGS=-C target-feature=-crt-static.',
    }),
  },
  {
    name: 'no-rust-toolchain',
    find: /rustup could not choose a version of (\w+) to run|no default toolchain (?:is )?configured/,
    explain: () => ({
      subject: 'rustup',
      why: 'rustup is there, and no version of Rust is chosen',
      next: 'Install a toolchain in the dockerfile (rustup default stable), or use the one of the system: packages: cargo.',
    }),
  },
  {
    name: 'missing-program',
    find: NO_PROGRAM,
    explain: (found, { system }) => {
      const program = firstGroup(found).replace('Python', 'python3');
      if (program === 'sudo') {
        return {
          subject: program,
          why: 'commands in the builder run as an unprivileged user, and there is no sudo',
          next: 'Install packages with the option packages, or in your own dockerfile.',
        };
      }
      if (program === 'source') return undefined;
      return lacking(`the program ${program}`, program, PROGRAMS[program], system, {
        otherwise: `Install ${program} with the option packages, or in your own dockerfile.`,
      });
    },
  },
];

function lacking(
  what: string,
  subject: string,
  packages: Packages | undefined,
  system: Circumstances['system'],
  { otherwise }: { readonly otherwise: string },
): Explanation {
  return {
    subject,
    why: `the builder does not have ${what}`,
    next: packages === undefined ? otherwise : `Add it: ${inPackages(packages, system)}.`,
  };
}
