import { readdir } from 'node:fs/promises';
import type { Bench, BenchContext } from './context.ts';

const folder = new URL('./detect/', import.meta.url);

/** How fast the detectors decide; each part is one file in `detect/`. DETECT_PART picks one. */
export async function run(context: BenchContext): Promise<void> {
	const wanted = process.env['DETECT_PART'];
	const parts = (await readdir(folder)).filter((file) => file.endsWith('.part.ts')).sort();
	for (const file of parts) {
		if (wanted !== undefined && file !== `${wanted}.part.ts`) continue;
		const part = (await import(new URL(file, folder).href)) as Bench;
		await part.run(context);
	}
}
