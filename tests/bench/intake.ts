import { readdir } from 'node:fs/promises';
import type { Bench, BenchContext } from './context.ts';

const folder = new URL('./intake/', import.meta.url);

/** Speed and memory of taking files in; each part is one file in `intake/`. INTAKE_PART picks one. */
export async function run(context: BenchContext): Promise<void> {
	const wanted = process.env['INTAKE_PART'];
	const parts = (await readdir(folder)).filter((file) => file.endsWith('.part.ts')).sort();
	for (const file of parts) {
		if (wanted !== undefined && file !== `${wanted}.part.ts`) continue;
		const part = (await import(new URL(file, folder).href)) as Bench;
		await part.run(context);
	}
}
