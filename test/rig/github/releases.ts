import { createHash } from 'node:crypto';

/** A file of a release, as the service keeps it. */
export interface StoredAsset {
  readonly id: number;
  readonly name: string;
  readonly bytes: Buffer;
}

/** A release, as the service keeps it. */
export interface StoredRelease {
  readonly id: number;
  readonly tag: string;
  readonly title: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly assets: readonly StoredAsset[];
}

/** An answer of the service: JSON, or the bytes of an asset. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request as far as the service looks at it. */
export interface Asked {
  readonly method: string;
  /** Below `/repos/OWNER/NAME/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Whether the bytes of an asset are wanted instead of what is known of it. */
  readonly raw: boolean;
}

/** What `git` says of a tag or a commit; undefined where there is none. */
export type Resolve = (revision: string) => Promise<string | undefined>;

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } };

/** The releases of one repository, and what the REST interface answers about them. */
export class Releases {
  #releases: StoredRelease[] = [];
  #lastId = 100;

  constructor(
    private readonly base: string,
    private readonly resolve: Resolve,
  ) {}

  all(): readonly StoredRelease[] {
    return this.#releases;
  }

  /** Adds or replaces one, as a person could do it on the web. */
  put(release: StoredRelease): void {
    this.#releases = [...this.#releases.filter(({ id }) => id !== release.id), release];
  }

  async answer(requested: Asked): Promise<Answer> {
    const { method, path } = requested;
    const [kind, ...rest] = path.split('/');
    if (kind === 'commits' && method === 'GET') return this.#commit(rest.join('/'));
    if (kind !== 'releases') return NOT_FOUND;
    if (rest.length === 0)
      return method === 'POST' ? this.#create(requested) : ok(this.#releases.map((each) => this.#shown(each)));
    if (rest[0] === 'tags') return this.#found(({ tag, draft }) => tag === rest.slice(1).join('/') && !draft);
    if (rest[0] === 'assets') return this.#asset(requested, Number(rest[1]));
    if (rest[1] === 'assets') return this.#assets(requested, Number(rest[0]));
    if (method === 'PATCH') return this.#edit(requested, Number(rest[0]));
    return this.#found(({ id }) => id === Number(rest[0]));
  }

  async #commit(revision: string): Promise<Answer> {
    const sha = await this.resolve(revision);
    return sha === undefined ? { status: 422, body: { message: `No commit found for SHA: ${revision}` } } : ok({ sha });
  }

  #found(wanted: (release: StoredRelease) => boolean): Answer {
    const release = this.#releases.find(wanted);
    return release ? ok(this.#shown(release)) : NOT_FOUND;
  }

  #create({ body }: Asked): Answer {
    const imageQuery = json(body);
    const tag = String(imageQuery.tag_name);
    if (this.#releases.some((release) => release.tag === tag && !release.draft)) {
      return { status: 422, body: { message: 'Validation Failed', errors: [{ code: 'already_exists' }] } };
    }
    const release: StoredRelease = {
      id: this.#nextId(),
      tag,
      title: typeof imageQuery.name === 'string' ? imageQuery.name : tag,
      draft: imageQuery.draft === true,
      prerelease: imageQuery.prerelease === true,
      assets: [],
    };
    this.put(release);
    return { status: 201, body: this.#shown(release) };
  }

  #edit({ body }: Asked, id: number): Answer {
    const release = this.#releases.find((each) => each.id === id);
    if (!release) return NOT_FOUND;
    const { draft } = json(body);
    const edited = { ...release, draft: typeof draft === 'boolean' ? draft : release.draft };
    this.put(edited);
    return ok(this.#shown(edited));
  }

  #assets({ method, query, body }: Asked, id: number): Answer {
    const release = this.#releases.find((each) => each.id === id);
    if (!release) return NOT_FOUND;
    if (method === 'GET') return ok(release.assets.map((asset) => this.#shownAsset(asset)));
    const name = query.get('name') ?? '';
    if (release.assets.some((asset) => asset.name === name)) {
      return { status: 422, body: { message: 'Validation Failed', errors: [{ code: 'already_exists' }] } };
    }
    const asset = { id: this.#nextId(), name, bytes: body };
    this.put({ ...release, assets: [...release.assets, asset] });
    return { status: 201, body: this.#shownAsset(asset) };
  }

  #asset({ method, raw }: Asked, id: number): Answer {
    const release = this.#releases.find(({ assets }) => assets.some((asset) => asset.id === id));
    const asset = release?.assets.find((each) => each.id === id);
    if (!release || !asset) return NOT_FOUND;
    if (method === 'GET') return ok(raw ? asset.bytes : this.#shownAsset(asset));
    this.put({ ...release, assets: release.assets.filter((each) => each.id !== id) });
    return { status: 204, body: '' };
  }

  #shown({ id, tag, title, draft, prerelease, assets }: StoredRelease): object {
    return {
      id,
      tag_name: tag,
      name: title,
      draft,
      prerelease,
      url: `https://api.github.com/${this.base}/releases/${String(id)}`,
      html_url: `https://github.com/octo/hello/releases/tag/${tag}`,
      upload_url: `https://uploads.github.com/${this.base}/releases/${String(id)}/assets{?name,label}`,
      assets: assets.map((asset) => this.#shownAsset(asset)),
    };
  }

  #shownAsset({ id, name, bytes }: StoredAsset): object {
    return {
      id,
      name,
      size: bytes.length,
      state: 'uploaded',
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      url: `https://api.github.com/${this.base}/releases/assets/${String(id)}`,
    };
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

const ok = (body: unknown): Answer => ({ status: 200, body });

function json(body: Buffer): Readonly<Record<string, unknown>> {
  return JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>;
}
