/** What starts by itself; the rest is there because one of these needs it. `!` marks what ships. */
export default {
  entry: [
    'src/action/{main,post,matrix}.ts!',
    'src/cli/cli.ts!',
    'src/**/*.test.ts',
    'test/{unit,integration,pairs}/**/*.test.ts',
    'script/*.mjs',
    'script/generated/main.mjs',
    // Read by script/generate.
    'src/action/outputs.ts',
    // Read by script/init-workflows.mjs.
    'test/support/init-projects.ts',
    'test/conformance/main.ts',
    'test/act/{results,registries}.ts',
    // Programs that others bundle or start.
    'test/bench/pack.ts',
    'test/rig/**/*.mjs',
    'test/rig/elf/{compare,fuzz}.ts',
    'test/rig/results/azurite.ts',
  ],
  project: ['src/**/*.ts!', 'test/**/*.{ts,mjs,cjs}', 'script/**/*.mjs', '*.{js,mjs}'],
  // The shape of what a module gives has a name for readers, also where nobody writes that name.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Started by name; where and what they are is said in docs/rig.md.
  ignoreBinaries: ['mkfifo', 'script', 'shellcheck', 'ssh-agent', 'unshare'],
  // The program itself is started, by the path of its module.
  ignoreDependencies: ['azurite'],
};
