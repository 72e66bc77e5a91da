import { applicationOf } from '../otp-facts.js';
import { textOf, type ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { warning } from './finding.js';

/** What a release says of one library of time zones; collected while its files are visited. */
interface Library {
  /** The directory of the library in the release, such as `lib/tzdata-1.1.2`. */
  directory?: string;
  /** Whether anything turns on what writes. */
  used: boolean;
  /** Whether the configuration forbids it, or moves it. */
  settled: boolean;
}

interface LibrarySpec {
  readonly application: string;
  /** Whether it writes unless it is told not to. */
  readonly writesByDefault: boolean;
  /** In the configuration of the application: what turns the writing on. */
  readonly turnsOn?: RegExp;
  /** In the configuration of the application: what turns the writing off, or moves it out of the release. */
  readonly settles: RegExp;
  /** A module of it that writes where another application starts it. */
  readonly started?: string;
  readonly next: string;
}

/**
 * Libraries that fetch new time zone data while the release runs, and write it below their own `priv`.
 *
 * Sources: lau/tzdata 1.1 (`lib/tzdata/util.ex`, `tzdata_app.ex`), mathieuprog/tz 0.28 (`lib/tz/iana_data_dir.ex`),
 * hrzndhrn/time_zone_info 0.7 (`mix.exs`, `lib/time_zone_info/data_persistence/priv.ex`).
 */
const LIBRARIES: readonly LibrarySpec[] = [
  {
    application: 'tzdata',
    writesByDefault: true,
    settles: /\bautoupdate\b\W{1,4}disabled|\bdata_dir\b(?!\W{1,4}nil\b)/,
    next: 'Set `config :tzdata, :autoupdate, :disabled`; or `config :tzdata, :data_dir, "/var/lib/NAME/tzdata"`, a directory that the user of the service can write to.',
  },
  {
    application: 'tz',
    writesByDefault: false,
    started: 'Elixir.Tz.UpdatePeriodically',
    settles: /\bdata_dir\b(?!\W{1,4}nil\b)/,
    next: 'Set `config :tz, :data_dir, "/var/lib/NAME/tz"`, a directory that the user of the service can write to; or do not start Tz.UpdatePeriodically.',
  },
  {
    application: 'time_zone_info',
    writesByDefault: false,
    turnsOn: /\bupdate\b\W{1,4}daily/,
    settles: /\bdata_persistence\b\W{1,8}(?:Elixir\.)?TimeZoneInfo\.DataPersistence\.FileSystem/,
    next: 'Set `config :time_zone_info, data_persistence: TimeZoneInfo.DataPersistence.FileSystem, file_system: [path: "/var/lib/NAME/zones.etf"]`; or `update: :disabled`.',
  },
];

/** Collects what a release says of libraries that write into it while it runs. */
export class UpdateScanner {
  readonly #found = new Map(
    LIBRARIES.map(({ application }): [string, Library] => [application, { used: false, settled: false }]),
  );

  file(file: ReleaseFile): void {
    const { path } = file;
    const application = applicationOf(path);
    const library = this.#found.get(application ?? '');
    if (library && /^lib\/[^/]+\/ebin\/\w+\.app$/.test(path)) library.directory = path.split('/', 2).join('/');
    if (/^releases\/[^/]+\/(?:sys\.config|runtime\.exs)$/.test(path)) this.#readConfiguration(textOf(file));
  }

  /** @param atoms - the atoms of a module of another application */
  module(path: string, atoms: Buffer): void {
    for (const { application, started } of LIBRARIES) {
      const library = this.#found.get(application);
      if (!library || started === undefined || applicationOf(path) === application) continue;
      library.used ||= atoms.includes(started);
    }
  }

  #readConfiguration(text: string): void {
    for (const { application, turnsOn, settles } of LIBRARIES) {
      const library = this.#found.get(application);
      if (!library) continue;
      for (const section of [...erlangSections(text, application), ...elixirSections(text, application)]) {
        library.used ||= turnsOn?.test(section) === true;
        library.settled ||= settles.test(section);
      }
    }
  }

  findings(): readonly Finding[] {
    return LIBRARIES.flatMap(({ application, writesByDefault, next }) => {
      const { directory, used, settled } = this.#found.get(application) ?? { used: false, settled: false };
      if (directory === undefined || settled || !(writesByDefault || used)) return [];
      return [
        warning(
          'writes-into-release',
          `${directory}/priv`,
          `${application} fetches new time zone data while the release runs, and writes it into the release, where the user of a service may not write`,
          next,
        ),
      ];
    });
  }
}

/** What `sys.config` has for an application: the list behind its name. */
function erlangSections(text: string, application: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\\{\\s*${application}\\s*,\\s*\\[`, 'g'))].map(({ index }) => {
    let depth = 0;
    for (let at = index; at < text.length; at += 1) {
      if (text[at] === '[' || text[at] === '{') depth += 1;
      if (text[at] === ']' || text[at] === '}') depth -= 1;
      if (depth === 0) return text.slice(index, at + 1);
    }
    return text.slice(index);
  });
}

/** The same of `runtime.exs`: each call of `config` for the application, up to the next one. */
function elixirSections(text: string, application: string): readonly string[] {
  const code = text.replaceAll(/^\s*#.*$/gm, '');
  return code.split(/^\s*config\b/m).filter((section) => new RegExp(`^[\\s(]*:${application}\\b`).test(section));
}
