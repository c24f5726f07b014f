import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import ts from 'typescript';

/**
 * What Chromium 90 does not understand, looked for in the code that is really sent: the build lowers our syntax, but neither
 * built-ins nor what libraries bring. The numbers are the first Chromium versions that have it.
 */

/** `object.name` or, with null, a method of that name. */
const newMembers: readonly (readonly [object: string | null, name: string, since: number])[] = [
	['Object', 'hasOwn', 93],
	['Object', 'groupBy', 117],
	['Map', 'groupBy', 117],
	['Promise', 'withResolvers', 119],
	['Promise', 'try', 128],
	['Array', 'fromAsync', 121],
	['AbortSignal', 'timeout', 103],
	['AbortSignal', 'any', 116],
	['crypto', 'randomUUID', 92],
	['URL', 'canParse', 120],
	['Intl', 'DurationFormat', 129],
	[null, 'findLast', 97],
	[null, 'findLastIndex', 97],
	[null, 'toSorted', 110],
	[null, 'toReversed', 110],
	[null, 'toSpliced', 110],
	[null, 'isWellFormed', 111],
	[null, 'showPopover', 114]
];
const newGlobals: readonly (readonly [name: string, since: number])[] = [
	['structuredClone', 98],
	['reportError', 95],
	['DisposableStack', 134]
];

/** Polyfilled in src/hooks.client.ts. */
const polyfilled = new Set(['Object.hasOwn']);

const newCss: readonly (readonly [pattern: RegExp, since: number])[] = [
	[/:has\(/, 105],
	[/@layer\b/, 99],
	[/@container\b/, 105],
	[/\bcolor-mix\(/, 111],
	[/\d(dvh|svh|lvh|dvw|cqw|cqi)\b/, 108],
	[/\bsubgrid\b/, 117],
	[/\baccent-color:/, 93],
	[/(^|[;{}])\s*(translate|rotate|scale):/, 104],
	[/(^|[{};])\s*&/, 120],
	[/\b(oklch|oklab|lch)\(/, 111],
	[/@scope\b/, 118]
];

/** `file: what (Chromium N)` for everything too new in a folder of built code. */
export async function tooNewFor90(folder: string): Promise<string[]> {
	const faults: string[] = [];
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		const file = join(entry.parentPath, entry.name);
		const check = file.endsWith('.js') ? faultsOfScript : file.endsWith('.css') ? faultsOfStyle : null;
		if (check === null) continue;
		for (const fault of check(await readFile(file, 'utf8'))) faults.push(`${relative(folder, file)}: ${fault}`);
	}
	return faults.sort();
}

export function faultsOfStyle(text: string): string[] {
	return newCss.filter(([pattern]) => pattern.test(text)).map(([pattern, since]) => `${pattern.source} (Chromium ${since})`);
}

export function faultsOfScript(text: string): string[] {
	const faults = new Set<string>();
	const guarded = new Set<string>();
	const visit = (node: ts.Node): void => {
		const fault = faultOf(node);
		if (fault !== null) faults.add(fault);
		// `typeof structuredClone` asks first: such code has another way.
		if (ts.isTypeOfExpression(node) && ts.isIdentifier(node.expression)) guarded.add(node.expression.text);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('sent.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));
	return [...faults].filter((fault) => !guarded.has(fault.split(' ')[0]!));
}

function faultOf(node: ts.Node): string | null {
	if (ts.isClassStaticBlockDeclaration(node)) return 'static block (Chromium 94)';
	if (ts.isBinaryExpression(node) && ts.isPrivateIdentifier(node.left)) return '#x in object (Chromium 91)';
	if (ts.isRegularExpressionLiteral(node) && /\/[a-z]*v[a-z]*$/.test(node.text)) return 'regular expression flag v (Chromium 112)';
	if (ts.isCallExpression(node)) {
		const { expression } = node;
		if (ts.isIdentifier(expression)) {
			const found = newGlobals.find(([name]) => name === expression.text);
			return found === undefined ? null : `${found[0]} (Chromium ${found[1]})`;
		}
		if (ts.isPropertyAccessExpression(expression)) return memberFault(expression, node.arguments);
	}
	return null;
}

function memberFault({ expression, name }: ts.PropertyAccessExpression, args: ts.NodeArray<ts.Expression>): string | null {
	const object = ts.isIdentifier(expression) ? expression.text : null;
	const found = newMembers.find(([of, member]) => member === name.text && (of === null || of === object));
	if (found !== undefined) {
		const label = found[0] === null ? `.${found[1]}` : `${found[0]}.${found[1]}`;
		return polyfilled.has(label) ? null : `${label} (Chromium ${found[2]})`;
	}
	// Many libraries have an `at` of their own: only an index from the end is surely an array's or a string's.
	const [index] = args;
	const fromEnd = index !== undefined && ts.isPrefixUnaryExpression(index) && index.operator === ts.SyntaxKind.MinusToken;
	return name.text === 'at' && args.length === 1 && fromEnd ? '.at(-n) (Chromium 92)' : null;
}
