import { once } from 'node:events';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { addDays, daysBetween, isDay } from '#lib/calendar/days.ts';
import { emptyMemory, followGrid, gridDefaults, type GridOptions } from '#lib/detection/daily/follow-grid.ts';
import { longestWindow } from '#lib/detection/daily/evidence.ts';
import type { CellSet } from '#lib/detection/daily/space.ts';
import { wrongUse, type Command } from '../command.ts';
import { InputError } from '../csv-input.ts';
import { readGrid, type NamedGrid } from '../grid-input.ts';

const optionsSchema = v.partial(
	v.strictObject({
		q: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
		windows: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(longestWindow))), v.minLength(1), v.maxLength(10)),
		floor: v.pipe(v.number(), v.minValue(1)),
		excess: v.pipe(v.number(), v.minValue(0)),
		ratio: v.pipe(v.number(), v.minValue(1))
	})
);

function readOptions(text: string): GridOptions | string {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return `--options is no JSON: ${text}`;
	}
	const parsed = v.safeParse(optionsSchema, value);
	if (parsed.success) return { ...gridDefaults, ...(Object.fromEntries(Object.entries(parsed.output).filter(([, given]) => given !== undefined)) as Partial<GridOptions>) };
	const [issue] = parsed.issues;
	return `--options ${v.getDotPath(issue) ?? ''}: ${issue.message}. It takes q, windows, floor, excess, ratio`;
}

/** `*` for all, else names separated by blanks. */
function names(of: readonly string[], chosen: Int32Array): string {
	return chosen.length === of.length && of.length > 1 ? '*' : Array.from(chosen, (k) => of[k]!).join(' ');
}

const field = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const lists = ({ regions, industries }: NamedGrid, set: CellSet) => `${field(names(regions, set.regions))},${field(names(industries, set.industries))}`;

export const command: Command = {
	name: 'detect-grid',
	summary: 'Runs the daily portfolio over a region × industry grid, as if each day were today',
	usage: `detect-grid --input FILE --regions FILE --calendar FILE --from DATE --to DATE [--options JSON]

  --input     region,industry,occurred_on,received_on,count; nothing received after a day influences that day's verdict; - for stdin
  --regions   region,x,y[,parent]; neighbours are at most one step away in x and y
  --calendar  date,off,holiday,makeup; every day of the counts and up to --to
  --options   ${JSON.stringify(gridDefaults)}: share of days that may show a rise that is none, and what
              is too small to be shown

A region can be judged from about ten weeks after its first delivered day on; what cannot be judged takes no part.
Writes what a person would be shown each day: as_of,regions,industries,observed,expected,q_value. No database is needed.`,
	async run({ progress, signal }, args) {
		const { values } = parseArgs({
			args: [...args],
			options: {
				input: { type: 'string' }, regions: { type: 'string' }, calendar: { type: 'string' },
				from: { type: 'string' }, to: { type: 'string' }, options: { type: 'string', default: '{}' }
			}
		});
		const { input, regions, calendar, from, to } = values;
		for (const [name, value] of Object.entries({ input, regions, calendar, from, to })) if (value === undefined) return wrongUse(`--${name} is missing`);
		for (const [name, day] of [['from', from!], ['to', to!]] as const) if (!isDay(day)) return wrongUse(`--${name} "${day}" is no date; write it as 2025-01-31`);
		if (from! > to!) return wrongUse(`--from ${from} is after --to ${to}`);
		const options = readOptions(values.options);
		if (typeof options === 'string') return wrongUse(options);

		const begun = performance.now();
		let named: NamedGrid;
		try {
			named = await readGrid({ input: input!, regions: regions!, calendar: calendar! }, from!, to!);
		} catch (error) {
			if (error instanceof InputError) return { ok: false, reason: error.message };
			throw error;
		}
		const { grid, firstDay } = named;
		if (from! < firstDay) return { ok: false, reason: `--from ${from} is before the first day that has counts, ${firstDay}` };
		process.stdout.write('as_of,regions,industries,observed,expected,q_value\n');
		let memory = emptyMemory;
		let alarms = 0;
		let days = 0;
		for (let day = from!; day <= to! && !signal.aborted; day = addDays(day, 1)) {
			const evening = followGrid(grid, daysBetween(firstDay, day), memory, options);
			memory = evening.memory;
			const rows = evening.shown.map(({ set, observed, expected, q }) => `${day},${lists(named, set)},${observed},${expected.toFixed(2)},${q.toPrecision(3)}\n`);
			alarms += rows.length;
			days++;
			if (rows.length > 0 && !process.stdout.write(rows.join(''))) {
				await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => undefined);
			}
			progress(`${day}: ${rows.length} shown`);
		}
		if (signal.aborted) return { ok: false, reason: 'Interrupted' };
		const cells = grid.space.regions * grid.space.industries;
		return { ok: true, summaryOn: 'stderr', summary: { days, cells, alarms, seconds: Math.round(performance.now() - begun) / 1000 } };
	}
};
