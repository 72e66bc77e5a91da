// jest-report.mjs REPORT STATUS  Prints `PASSED FAILED` for a report of Jest's and the exit status that it ended with,
// and on standard error a line for each file that took seconds, the longest first. A run that executed no test, or that
// failed without a failed test, is one failure.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const [, , file, status] = process.argv;
const report = JSON.parse(readFileSync(file, 'utf8'));

const seconds = ({ startTime, endTime }) => Math.round((endTime - startTime) / 1000);
for (const each of report.testResults.toSorted((a, b) => seconds(b) - seconds(a))) {
  const name = path.relative('test', each.name).replace(/(\.slow)?\.test\.ts$/, '');
  const word = each.status === 'passed' ? 'ok   ' : 'FAIL ';
  if (word !== 'ok   ' || seconds(each) >= 5) console.error(`${word} ${name} (${String(seconds(each))} s)`);
}

const bad = report.numFailedTests + report.numRuntimeErrorTestSuites;
const none = report.numPassedTests + bad === 0;
const unsaid = status !== '0' && bad === 0;
console.log(report.numPassedTests, bad + (none || unsaid ? 1 : 0));
