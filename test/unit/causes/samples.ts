/**
 * Lines that tools print and that no image of the rig is made to print: by the rule that is to name them, and its
 * subject. Their wording is that of the tools' own sources or of what people have reported.
 */
export type Sample = readonly [rule: string, subject: string, ...lines: readonly string[]];

export const OF_RELEASES: readonly Sample[] = [
  [
    'version',
    'GLIBC_2.38',
    "/smoke/release/erts-15/bin/beam.smp: /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found (required by beam.smp)",
  ],
  [
    'library',
    'libtinfo.so.6',
    '/smoke/release/erts-13/bin/beam.smp: error while loading shared libraries: libtinfo.so.6: cannot open shared object file: No such file or directory',
  ],
  [
    'loader',
    'erlexec',
    '/smoke/release/releases/0.1.0/elixir: 255: exec: /smoke/release/erts-15.2.7/bin/erlexec: not found',
  ],
  ['nif-version', '', `{:error, {:bad_lib, ~c"Library version (2.17) not compatible (with 2.15)."}}`],
  [
    'symbol',
    'enif_nothing',
    `Failed to load NIF library: '/smoke/release/lib/x/priv/x.so: undefined symbol: enif_nothing'`,
  ],
  [
    'symbol',
    'qsort_r',
    'Error relocating /smoke/release/lib/x/priv/x.so: qsort_r: symbol not found',
    'relocating /smoke/x.so: qsort_r',
  ],
  ['illegal-instruction', '', 'Illegal instruction (core dumped)'],
  ['illegal-instruction', '', 'start ended with exit status 132 before the node answered'],
  ['native', 'Elixir.Nif.Native', 'The on_load function for module Elixir.Nif.Native returned:', '{error, nope}'],
  [
    'compile-env',
    'hello',
    'ERROR! the application :hello has a different value set for key :x during runtime compared to compile time',
  ],
  ['port', 'eaddrinuse', 'Failed to start listener because eaddrinuse'],
  ['read-only', ':erofs', '** (File.Error) could not write to file "/data/x": :erofs'],
  ['read-only', 'read-only file system', 'could not make directory "/data": read-only file system'],
  ['read-only', 'unable to open database file', '** (Exqlite.Error) unable to open database file'],
  [
    'cookie',
    'Invalid challenge reply',
    '[error] ** Connection attempt from node :x@sealed rejected. Invalid challenge reply. **',
  ],
  ['environment', 'APP_HOST', '/smoke/release/releases/0.1.0/env.sh: 3: APP_HOST: parameter not set'],
  ['environment', 'POOL_SIZE', '** (RuntimeError) POOL_SIZE is not set'],
  ['memory', '', 'start ended with exit status 137 before the node answered'],
  ['memory', '', 'eheap_alloc: Cannot allocate 123456 bytes of memory (of type "heap").'],
  [
    'ipv6',
    'eafnosupport',
    '[error] Failed to start Ranch listener App.HTTP in :ranch_tcp:listen for reason :eafnosupport (address family not supported)',
  ],
  [
    'service',
    'localhost:5432',
    '10:00:00.000 [error] Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (localhost:5432): connection refused - :econnrefused',
  ],
  [
    'service',
    'db.internal:5432',
    '[error] Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (db.internal:5432): non-existing domain - :nxdomain',
  ],
  [
    'service',
    'MySQL',
    '[error] MyXQL.Connection (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) (127.0.0.1) connection refused - :econnrefused',
  ],
  ['service', 'localhost:3306', 'p1_mysql_recv: Failed connecting to "localhost":3306 : {error,econnrefused}'],
  ['service', 'Redis', '** (Redix.ConnectionError) connection refused'],
  ['service', '', '** (MatchError) no match of right hand side value: {:error, :ehostunreach}'],
];

export const OF_BUILDS: readonly Sample[] = [
  // Of hooks, which a shell reads that bears their name.
  ['bash', 'bash', 'before-release: 2: /build/home/before-release: Syntax error: "(" unexpected'],
  ['crlf', '', 'before-build: 1: set: Illegal option -'],
  ['missing-program', 'cmake', 'before-build: 3: cmake: not found'],
  ['missing-program', 'cmake', '/build/src/ci/prepare.sh: line 3: cmake: command not found'],
  ['no-execute-bit', './gen.sh', 'before-build: 3: ./gen.sh: Permission denied'],
  ['crlf', '', "build.sh: line 2: $'\\r': command not found"],
  ['crlf', '', '/bin/bash^M: bad interpreter: No such file or directory'],
  [
    'needs-root',
    '',
    'ERROR: Unable to lock database: Permission denied',
    'ERROR: Failed to open apk database: Permission denied',
  ],
  ['disk-full', '', 'npm error code ENOSPC'],
  ['disk-full', '', '** (File.Error) could not write to file "x": no space left on device'],
  ['killed', '', 'c++: fatal error: Killed signal terminated program cc1plus'],
  ['killed', '', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['killed', '', '  process did not exit successfully: `rustc --crate-name x` (signal: 9, SIGKILL: kill)'],
  [
    'certificate',
    '',
    "{:failed_connect, [{:to_address, {'repo.hex.pm', 443}}, {:inet, [:inet], {:tls_alert, 'unknown ca'}}]}",
  ],
  ['certificate', '', 'npm ERR! code SELF_SIGNED_CERT_IN_CHAIN'],
  ['certificate', '', 'x509: certificate signed by unknown authority'],
  [
    'certificate',
    '',
    "fatal: unable to access 'https://git.example/x/': SSL certificate problem: unable to get local issuer certificate",
  ],
  ['host-key', '', 'Host key verification failed.', 'fatal: Could not read from remote repository.'],
  ['host-key', 'git.example', 'No ED25519 host key is known for git.example and you have requested strict checking.'],
  ['ssh-key', '', 'git@git.example: Permission denied (publickey).'],
  [
    'git-credentials',
    'https://git.example',
    "fatal: could not read Username for 'https://git.example': terminal prompts disabled",
  ],
  [
    'git-credentials',
    'https://git.example/x/y.git/',
    "fatal: Authentication failed for 'https://git.example/x/y.git/'",
  ],
  ['hex-organization', 'acme', '** (Mix) No authenticated organization found for acme. Run mix hex.organization auth'],
  [
    'unreachable',
    'repo.example',
    '{:failed_connect, [{:to_address, {~c"repo.example", 443}}, {:inet, [:inet], :nxdomain}]}',
  ],
  [
    'unreachable',
    'registry.example',
    'npm error request to https://registry.example/x failed, reason: getaddrinfo EAI_AGAIN registry.example',
  ],
  [
    'colocated-assets',
    'phoenix-colocated/shop/index.js',
    '** (File.CopyError) could not copy from "/build/src/_build/prod/phoenix-colocated/shop/index.js" to "priv/static/app.js": no such file or directory',
  ],
  ['colocated-assets', 'phoenix-colocated/app', 'X [ERROR] Could not resolve "phoenix-colocated/app"'],
  [
    'colocated-assets',
    'phoenix-colocated/app/colocated.css',
    "Error: Can't resolve 'phoenix-colocated/app/colocated.css' in '/build/src/assets/css'",
  ],
  ['node-modules', 'esbuild', "You installed esbuild for another platform than the one you're currently using."],
  ['no-tags', 'git describe', "fatal: No tags can describe '1234567'."],
  ['missing-header', 'openssl/ssl.h', "src/a.c:3:10: fatal error: 'openssl/ssl.h' file not found"],
  ['missing-header', 'linux/if.h', 'src/a.c:3:10: fatal error: linux/if.h: No such file or directory'],
  ['missing-openssl', 'openssl', '  Could not find directory of OpenSSL installation, and this `-sys` crate cannot'],
  [
    'missing-openssl',
    'openssl',
    'CMake Error at FindPackageHandleStandardArgs.cmake:230 (message):',
    '  Could NOT find OpenSSL, try to set the path to OpenSSL root folder',
  ],
  [
    'missing-libclang',
    'libclang',
    "thread 'main' panicked at 'Unable to find libclang: \"couldn't find any valid shared libraries\"'",
  ],
  ['missing-compiler', 'cc', 'configure: error: no acceptable C compiler found in $PATH'],
  [
    'no-rust-toolchain',
    'rustup',
    "error: rustup could not choose a version of cargo to run, because one wasn't specified explicitly, and no default is configured.",
  ],
  [
    'missing-program',
    'cmake',
    '  failed to execute command: No such file or directory (os error 2)',
    'is `cmake` not installed?',
  ],
  ['missing-program', 'autoreconf', './autogen.sh: line 5: autoreconf: command not found'],
  [
    'missing-program',
    'protoc',
    'Could not find `protoc`. If `protoc` is installed, try setting the `PROTOC` environment variable',
  ],
  [
    'missing-program',
    'make',
    '** (Mix) "make" not found in the path. If you have set the MAKE environment variable, please make sure it is correct.',
  ],
  ['missing-program', 'python3', 'gyp ERR! find Python Python is not set from command line or npm configuration'],
  ['missing-pkg-config-module', 'libpq', "No package 'libpq' found"],
  ['missing-pkg-config-module', 'alsa', 'The system library `alsa` required by crate `alsa-sys` was not found.'],
  [
    'rust-on-musl',
    'my_nif',
    'error: cannot produce cdylib for `my_nif v0.1.0 (/build/src/native/my_nif)` as the target `x86_64-unknown-linux-musl` does not support these crate types',
  ],
];

export const OF_IMAGES: readonly Sample[] = [
  ['no-such-package', 'nosuchthing', 'E: Unable to locate package nosuchthing'],
  ['no-such-package', 'nosuchthing', "E: Package 'nosuchthing' has no installation candidate"],
  ['no-such-package', 'nosuchthing', 'ERROR: unable to select packages:', '  nosuchthing (no such package):'],
  ['no-such-package', 'nosuchthing', 'No match for argument: nosuchthing'],
  [
    'system-past-its-end',
    'http://deb.example/debian buster Release',
    "E: The repository 'http://deb.example/debian buster Release' does not have a Release file.",
  ],
  ['other-processor', '', 'exec /bin/sh: exec format error'],
  [
    'not-in-context',
    'config/own.conf',
    'COPY failed: file not found in build context or excluded by .dockerignore: stat config/own.conf: file does not exist',
  ],
  [
    'not-in-context',
    '/own.conf',
    'failed to compute cache key: failed to calculate checksum of ref x: "/own.conf": not found',
  ],
  [
    'buildkit',
    'BuildKit',
    'the --mount option requires BuildKit. Refer to the documentation to learn how to build images with BuildKit enabled',
  ],
  ['unreachable', 'deb.example', "Temporary failure resolving 'deb.example'"],
  ['missing-program', 'apk', '/bin/sh: 1: apk: not found'],
];

/** Outputs that look like a cause and are none. */
export const NO_CAUSES: readonly (readonly string[])[] = [
  ['hello from hello 0.1.0'],
  ['Application hello exited: :stopped'],
  ['value is not set in stone'],
  [''],
  [
    'warning: the VM is running with native name encoding of latin1 which may cause Elixir to malfunction as it expects utf8.',
  ],
  ['bash: warning: setlocale: LC_ALL: cannot change locale (en_US.UTF-8): No such file or directory'],
  ['perl: warning: Setting locale failed.', 'perl: warning: Please check that your locale settings:'],
  ['** (UndefinedFunctionError) function MixPanel.track/1 is undefined or private'],
  ['** (UndefinedFunctionError) function String.nope/1 is undefined or private. Did you mean: pope/1'],
  ['    warning: Mix.env/0 is called at compile time', '** (RuntimeError) nope'],
  ['no function clause matching in MyApp.run/1'],
  ['Compiling 12 files (.ex)', 'Generated app app', 'Finished in 0.1 seconds'],
  ['test/not_found_test.exs: page not found', '404 Not Found'],
  ['** (CompileError) lib/a.ex:1: undefined function not_found/0'],
  ['checking for openssl/ssl.h... no', 'checking whether cc works... yes'],
  ['-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)'],
  ['%{"message" => "permission denied for table users"}'],
  ['remote: Enumerating objects: 5, done.'],
  ['npm warn deprecated inflight@1.0.6: This module is not supported'],
  ['** (KeyError) key :certificate not found in: %{}'],
  ['info: the certificate of the server is valid'],
  ['before-build: 3: Syntax error: "then" unexpected'],
  ['started 137 workers', 'port 132 is open'],
  ['** (File.Error) could not read file "README.md": illegal operation on a directory'],
];
