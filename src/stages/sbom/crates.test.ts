import { describe, expect, it } from '@jest/globals';
import { cratesIn } from './crates.js';

const SUM = 'cd'.repeat(32);
const IO = 'registry+https://github.com/rust-lang/crates.io-index';
const LOCK = `
version = 3

[[package]]
name = "my_nif"
version = "0.1.0"
dependencies = ["rustler", "libc 0.2.1", "forked 1.0.0 (git+https://user:secret@github.com/octo/forked?branch=x#abc)", "ours"]

[[package]]
name = "rustler"
version = "0.36.0"
source = "${IO}"
checksum = "${SUM}"
dependencies = ["libc 0.2.1"]

[[package]]
name = "libc"
version = "0.2.1"
source = "${IO}"

[[package]]
name = "libc"
version = "0.1.0"
source = "${IO}"

[[package]]
name = "forked"
version = "1.0.0"
source = "git+https://user:secret@github.com/octo/forked?branch=x#abc"

[[package]]
name = "ours"
version = "2.0.0"
source = "sparse+https://token:secret@crates.example.com/index/"
`;

describe('cratesIn', () => {
  it('gives the crates of a lock with checksums, sources and needs', () => {
    const crates = cratesIn(LOCK, 'native/my_nif/Cargo.lock');
    expect(JSON.stringify(crates)).not.toContain('secret');
    expect(crates?.own).toEqual(['native/my_nif/Cargo.lock#my_nif@0.1.0']);
    const byName = new Map(crates?.items.map((item) => [`${item.name} ${item.version ?? ''}`, item]));
    expect(byName.get('my_nif 0.1.0')?.needs).toHaveLength(4);
    expect(byName.get('my_nif 0.1.0')?.needs).not.toContain('cargo:libc@0.1.0');
    expect(byName.get('my_nif 0.1.0')?.purl).toBeUndefined();
    expect(byName.get('rustler 0.36.0')).toMatchObject({
      ...{ purl: 'pkg:cargo/rustler@0.36.0', sha256: SUM, needs: ['cargo:libc@0.2.1'] },
    });
    expect(byName.get('forked 1.0.0')?.purl).toMatch(/^pkg:cargo\/forked@1\.0\.0\?vcs_url=git.*octo.*forked.*abc$/);
    expect(byName.get('ours 2.0.0')?.purl).toMatch(
      /^pkg:cargo\/ours@2\.0\.0\?repository_url=https.*crates\.example\.com/,
    );
  });

  it('reads the checksums of old locks', () => {
    const old = `[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "${IO}"\n[metadata]\n"checksum a 1.0.0 (${IO})" = "${SUM}"\n`;
    expect(cratesIn(old, 'Cargo.lock')?.items).toMatchObject([{ name: 'a', sha256: SUM }]);
  });

  it.each(['not = [toml', '[[package]]\nname = 1', 'package = "x"'])('gives nothing for %j', (text) => {
    expect(cratesIn(text, 'Cargo.lock')).toBeUndefined();
  });

  it('gives no crates for a lock without any', () => {
    expect(cratesIn('version = 4\n', 'Cargo.lock')).toEqual({ items: [], own: [] });
  });
});
