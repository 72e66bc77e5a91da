import type { Probe } from '../../../src/builder/probe.js';

/** What an image of Debian trixie says of itself. */
export const PROBE: Probe = {
  machine: 'x86_64',
  os: 'debian 13',
  osCodename: 'trixie',
  libc: 'glibc',
  libcVersion: '2.41',
  systemArchitecture: 'x86_64-pc-linux-gnu',
  otp: '27.3.4.1',
  erts: '15.2.7',
  elixir: '1.18.3',
  hex: '2.2.1',
  git: 'git version 2.47.2',
  cc: 'cc (Debian 14.2.0-19) 14.2.0',
};

/** The same as the probe's task says it, by the names that it gives the parts. */
export const PROBE_FACTS: Readonly<Record<string, string>> = {
  machine: 'x86_64',
  os: 'debian 13',
  os_codename: 'trixie',
  libc: 'glibc',
  libc_version: '2.41',
  system_architecture: 'x86_64-pc-linux-gnu',
  otp: '27.3.4.1',
  erts: '15.2.7',
  elixir: '1.18.3',
  hex: '2.2.1',
  git: 'git version 2.47.2',
  cc: 'cc (Debian 14.2.0-19) 14.2.0',
};
