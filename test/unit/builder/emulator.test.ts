import { describe, expect, it } from '@jest/globals';
import { emulatorFlags } from '../../../src/builder/emulator.js';

describe('emulatorFlags', () => {
  it.each([
    ['x86_64', '23.3.4.11', ''],
    ['x86_64', '24.0', '+JPperf true'],
    ['x86_64', '25.3.2.7', '+JPperf true'],
    ['x86_64', '26.0', '+JMsingle true'],
    ['x86_64', '27.3.4.1', '+JMsingle true'],
    ['x86_64', '29', '+JMsingle true'],
    ['aarch64', '23.3.4.11', ''],
    ['aarch64', '24.3.4', ''],
    ['aarch64', '25.0', '+JPperf true'],
    ['aarch64', '26.2.5', '+JMsingle true'],
    ['aarch64', '27.3.4.1', '+JMsingle true'],
    ['aarch64', '100.0', '+JMsingle true'],
  ])('for %s and OTP %s are %j', (machine, otp, flags) => {
    expect(emulatorFlags(machine, otp)).toBe(flags);
  });
});
