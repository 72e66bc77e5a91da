import { describe, expect, it } from '@jest/globals';
import { sniff, SNIFF_LENGTH, type FileFormat } from '../../../src/audit/elf/sniff.js';
import { assemble } from './support/assembler.js';

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** A program for Windows: its header comes at a place that the first one names. */
function pe(place: number, magic = 'PE\0\0', length = SNIFF_LENGTH): Buffer {
  const bytes = Buffer.alloc(Math.max(length, 64));
  bytes.write('MZ');
  bytes.writeUInt32LE(place, 60);
  if (place + 4 <= bytes.length) bytes.write(magic, place, 'latin1');
  return bytes;
}

describe('sniff', () => {
  it.each<[string, FileFormat, Buffer]>([
    ['an ELF file', 'elf', assemble().bytes],
    ['the magic number of ELF alone', 'elf', Buffer.from('\x7fELF')],
    ['most of the magic number of ELF', 'other', Buffer.from('\x7fEL')],
    ['Mach-O, 32 bits, big endian', 'mach-o', hex('feedface')],
    ['Mach-O, 64 bits, big endian', 'mach-o', hex('feedfacf')],
    ['Mach-O, 32 bits, little endian', 'mach-o', hex('cefaedfe')],
    ['Mach-O, 64 bits, little endian', 'mach-o', hex('cffaedfe')],
    ['universal Mach-O for two architectures', 'mach-o', hex('cafebabe 00000002')],
    ['universal Mach-O with 64-bit offsets', 'mach-o', hex('cafebabf 00000001')],
    ['universal Mach-O of the other byte order', 'mach-o', hex('bebafeca 02000000')],
    ['universal Mach-O with 64-bit offsets, of the other byte order', 'mach-o', hex('bfbafeca 02000000')],
    ['a class file of Java 1.1', 'other', hex('cafebabe 0003002d')],
    ['a class file of Java 1.2', 'other', hex('cafebabe 0000002e')],
    ['a class file of the first Java', 'other', hex('cafebabe 0000002d')],
    ['a class file of Java 21', 'other', hex('cafebabe 00000041')],
    ['a class file with features in preview', 'other', hex('cafebabe ffff0041')],
    ['universal Mach-O for nothing', 'other', hex('cafebabe 00000000')],
    ['the magic number of both alone', 'other', hex('cafebabe')],
    ['PE', 'pe', pe(0x80)],
    ['PE right after the first header', 'pe', pe(0x40)],
    ['PE with its header beyond what is looked at', 'pe', pe(SNIFF_LENGTH + 8)],
    ['PE cut off before its header', 'other', pe(0x80, 'PE\0\0', 100)],
    ['a program for DOS', 'other', pe(0x80, 'NE\0\0')],
    ['a text that begins with MZ', 'other', Buffer.from('MZ is the magic number of DOS. '.repeat(40))],
    ['a short text that begins with MZ', 'other', Buffer.from('MZ\n')],
    ['an archive of objects', 'archive', Buffer.from('!<arch>\nx.o/')],
    ['an archive that only names objects', 'archive', Buffer.from('!<thin>\n//')],
    ['a script', 'script', Buffer.from('#!/bin/sh\n')],
    ['the shortest script', 'script', Buffer.from('#!')],
    ['WebAssembly', 'wasm', hex('0061736d 01000000')],
    ['a compiled module of Erlang', 'other', Buffer.from('FOR1\0\0\0\x10BEAM')],
    ['a text', 'other', Buffer.from('hello')],
    ['nothing', 'other', Buffer.alloc(0)],
  ])('knows %s', (_, format, head) => {
    expect(sniff(head.subarray(0, SNIFF_LENGTH))).toBe(format);
  });
});
