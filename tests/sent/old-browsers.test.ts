import { expect, test } from 'vitest';
import { faultsOfScript, faultsOfStyle } from './old-browsers.ts';

test.each([
	['a?.b ?? c; x ||= 1; class A { #p = 1; static s = 2; }', []],
	['list.at(-1)', ['.at(-n) (Chromium 92)']],
	['matrix.at(3)', []],
	['class A { static { run(); } }', ['static block (Chromium 94)']],
	['structuredClone(x)', ['structuredClone (Chromium 98)']],
	['typeof structuredClone === "function" ? structuredClone(x) : copy(x)', []],
	['/x/v.test(y)', ['regular expression flag v (Chromium 112)']],
	['Object.hasOwn(a, b)', []],
	['list.toSorted()', ['.toSorted (Chromium 110)']]
])('script: %s', (text, faults) => {
	expect(faultsOfScript(text)).toEqual(faults);
});

test.each([
	['a{color:red}.b:where(.c){inset:0}', 0],
	['a:has(b){}', 1],
	['a{color:red;& b{color:blue}}', 1],
	['a{height:100dvh}', 1],
	['a{transform:rotate(3deg)}', 0],
	['a{rotate:3deg}', 1]
])('style: %s', (text, faults) => {
	expect(faultsOfStyle(text)).toHaveLength(faults);
});
