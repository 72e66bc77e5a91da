import { packagesHint } from '../runtime-hint.js';
import { firstGroup, type Circumstances, type Explanation, type Rule } from '../rule.js';

const PATH = String.raw`(\/[^\s:'"\\\0]+)`;

/** Machine code that cannot be run or loaded. */
export const NATIVE_CODE: readonly Rule[] = [
  {
    name: 'version',
    find: /version [`']((?:GLIBC|GLIBCXX|CXXABI|GCC|OPENSSL)_[\w.]+)' not found/,
    explain: ([, subject = '']) => ({
      subject,
      why: `a file of the release needs ${subject}, and the image's library is older`,
      next: "Build on an older system: set glibc to your machines' oldest glibc, or os to their system. Compile a precompiled NIF from source, or use one for an older system.",
    }),
  },
  {
    name: 'library',
    find: /(?:error while loading shared libraries: |Error loading shared library |^|[\s'"])([\w.+-]+\.so(?:\.\d+)*): (?:cannot open shared object file|No such file or directory)/m,
    explain: ([, subject = '']) => {
      const hint = packagesHint(subject);
      const where = hint === undefined ? 'the package that has it' : `the package (${hint})`;
      return {
        subject,
        why: `the shared library ${subject} is missing in the image`,
        next: `Install ${where} on the machines that run the release, and name it in runtime-packages for the smoke test.`,
      };
    },
  },
  {
    name: 'loader',
    find: /(\S*\/)?(erlexec|beam\.smp|erl_child_setup): (?:not found|No such file or directory|cannot execute: required file not found)/,
    explain: ([, directory = '', subject = ''], { release }) => {
      if (release?.at(`${directory}${subject}`)?.kind === 'missing') return undefined;
      return {
        subject,
        why: `the image has no loader for ${subject}: its C library differs from the release's`,
        next: 'Build for the target of those machines: gnu for Debian, Ubuntu, Fedora and most others, musl for Alpine.',
      };
    },
  },
  {
    name: 'file-that-cannot-load',
    // The loader may report an object for another processor as missing.
    find: new RegExp(
      `${PATH}: (?:cannot execute|[Ee]xec format error|ELF file data encoding not|ELF load command|wrong ELF class|cannot open shared object file|No such file or directory|invalid ELF header|file too short|invalid or corrupt)`,
    ),
    explain: ([, file = ''], about) => whatIsWrongWith(file, about),
  },
  {
    name: 'nif-version',
    find: /(?:Library version \([\d.]+\) not compatible \(with [\d.]+\)|:bad_lib, [^\n]*(?:compatible|version))/,
    explain: () => ({
      subject: '',
      why: 'a NIF was compiled for another version of Erlang/OTP',
      next: 'Compile it in the build, or use a precompiled one for the OTP of the release.',
    }),
  },
  {
    name: 'symbol',
    find: /(?:undefined symbol: |relocating [^:]+: )([\w@.]+)/,
    explain: ([, subject = '']) => ({
      subject,
      why: `a shared object needs the symbol ${subject}, which no library defines`,
      next: 'A NIF was compiled with another version of a library, or with another OTP, than the release has.',
    }),
  },
  {
    name: 'illegal-instruction',
    find: /\bIllegal instruction\b|\bexit status 132\b/,
    explain: () => ({
      subject: '',
      why: "native code has instructions that this machine's processor lacks",
      next: 'Compile NIFs without -march=native and without flags such as -mavx2, or use a precompiled one for an older processor.',
    }),
  },
  {
    name: 'native',
    find: /on_load function for module (\S+) returned|on_load_function_failed,\s*'?([\w.]+)/,
    follows: true,
    explain: (found) => ({
      subject: firstGroup(found),
      why: `the module ${firstGroup(found)} could not load its native functions (on_load)`,
      next: 'The output has the result of on_load. Add packages that NIFs need at run time to runtime-packages.',
    }),
  },
];

/** What a look into the file says; nothing is claimed of a file that cannot be seen. */
function whatIsWrongWith(file: string, { release, elfMachine }: Circumstances): Explanation | undefined {
  const fact = release?.at(file);
  switch (fact?.kind) {
    case 'missing':
      return {
        subject: file,
        why: `${file} is not in the release`,
        next: 'Check where it should come from: the build must write it below priv. Native binaries that Git ignores are left out of the sources.',
      };
    case 'lfs-pointer':
      return {
        subject: file,
        why: `${file} is a pointer of Git LFS, not the file itself`,
        next: 'Check the repository out with its files: lfs: true for actions/checkout, or git lfs pull.',
      };
    case 'elf': {
      if (fact.machine === elfMachine || elfMachine === undefined) return undefined;
      return {
        subject: file,
        why: `${file} is for another processor (${fact.machine}, ${String(fact.bits)} bits)`,
        next: 'Find its source: a NIF that was compiled elsewhere, or a precompiled one.',
      };
    }
    case 'other':
      if (!/\.so(?:\.\d+)*$/.test(file)) return undefined;
      return {
        subject: file,
        why: `${file} is not machine code`,
        next: 'Find its source: a download that failed, or a text in its place.',
      };
    case 'directory':
    case 'unreadable':
    case undefined:
      return undefined;
  }
}
