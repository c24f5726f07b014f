import { readFileSync } from 'node:fs';

/** Rows of one of the CSV files beside this one. They hold no quotes, which is checked. */
export function readReference(name: 'regions' | 'region-successions' | 'industries'): Record<string, string>[] {
	const text = readFileSync(new URL(`./${name}.csv`, import.meta.url), 'utf8');
	if (text.includes('"')) throw new Error(`${name}.csv: quoted fields are not expected here`);
	const [header, ...lines] = text.replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/);
	const columns = header!.split(',');
	return lines.map((line) => {
		const cells = line.split(',');
		if (cells.length !== columns.length) throw new Error(`${name}.csv: not ${columns.length} fields: ${line}`);
		return Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));
	});
}
