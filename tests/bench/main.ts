import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openBench, sizes, type Bench, type Size } from './context.ts';

/** `npm run bench -- <name> [--size S|M|L]`: figures as JSON lines on stdout, what is being done on stderr. */

/** Files here that are no benchmarks. */
const support = new Set(['main', 'context', 'measure', 'product', 'rows']);

const names = (await readdir(new URL('.', import.meta.url)))
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.slice(0, -3))
	.filter((name) => !support.has(name))
	.sort();

const { values, positionals } = parseArgs({ allowPositionals: true, options: { size: { type: 'string', default: 'S' }, help: { type: 'boolean', default: false } } });
const [name] = positionals;
const usage = `bench <name> [--size S|M|L]\n  names: ${names.join(', ')}\n  BENCH_DIR keeps data between runs (default .bench)`;

if (values.help) console.log(usage);
else if (name === undefined || !names.includes(name) || !Object.hasOwn(sizes, values.size)) {
	console.error(usage);
	process.exitCode = 2;
} else {
	const bench = (await import(`./${name}.ts`)) as Bench;
	const { context, close } = await openBench(name, values.size as Size);
	try {
		await bench.run(context);
	} finally {
		await close();
	}
}
