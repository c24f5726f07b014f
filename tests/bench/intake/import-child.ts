import { readFileSync } from 'node:fs';
import { openDatabase } from '#db/connection.ts';
import { importFile } from '#lib/intake/import.server.ts';

/**
 * Takes one file in, in a process of its own, and undoes it: `import-child.ts <url> <kind> <source id> <file> read|merge`. `read` ends
 * once all rows are in the staging table. Prints the rows and the most memory the process ever had (MB).
 */
const [url, kind, sourceId, path, until] = process.argv.slice(2) as [string, string, string, string, 'read' | 'merge'];
const db = openDatabase({ url, max: 4, name: 'bench child' });
let peak = 0;
const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
let rows = 0;

class Enough extends Error {}

try {
	const result = await importFile(db, {
		kind, sourceId, path, mapping: null, actor: null, dryRun: true,
		progress(done) {
			rows = done.rows;
			if (until === 'read' && done.step === 'merge') throw new Enough();
		}
	});
	if (!result.ok) throw new Error(JSON.stringify(result));
} catch (error) {
	if (!(error instanceof Enough)) throw error;
}
clearInterval(sampler);
await db.destroy();
console.log(JSON.stringify({ rows, peak: Math.max(peak, highWater()) / 1e6 }));

/** Bytes, as Linux has counted them; 0 elsewhere. */
function highWater(): number {
	try {
		return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
	} catch {
		return 0;
	}
}
