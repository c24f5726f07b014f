import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyMemory, followGrid } from '#lib/detection/daily/follow-grid.ts';
import { cellsOf } from '#lib/detection/daily/space.ts';
import { readGrid } from '../../../src/cli/grid-input.ts';
import type { BenchContext } from '../context.ts';
import { gridFiles, simulateHierarchy, type HierarchyOptions } from './hierarchy.ts';
import { scoreHierarchy, type HierarchyScore, type ShownDay } from './hierarchy-score.ts';

/** Seeds that nothing was tuned on. */
const seeds = [101, 102, 103, 104, 105];

/** The simulation as it is, and what might make it harder. */
const worlds: readonly (readonly [string, Omit<HierarchyOptions, 'seed'>])[] = [
	['as planted', {}],
	['nothing planted', { rises: 0 }],
	['weaker rises', { power: 0.7 }],
	['late by five days', { meanDelay: 5 }],
	['a year of history', { history: 400 }],
	['twice the common shocks', { shock: { day: 0.1, region: 0.1, industry: 0.1 } }],
	['clumped counts', { phi: 2.5 }]
];

/** Daily hierarchy of 100 regions × 20 industries over half a year, read from the same files as `cli detect-grid` reads. */
export async function run({ folder, log, report }: BenchContext): Promise<void> {
	for (const [world, options] of worlds) {
		const scores: HierarchyScore[] = [];
		let seconds = 0;
		for (const seed of world === 'as planted' ? seeds : seeds.slice(0, 2)) {
			log(`${world}, seed ${seed}`);
			const begun = performance.now();
			scores.push(await judge(join(folder, 'grid'), { ...options, seed }));
			seconds += (performance.now() - begun) / 1000;
		}
		const sum = (of: (score: HierarchyScore) => number) => scores.reduce((total, score) => total + of(score), 0);
		const line = (metric: string, value: number, unit: string) => report(`grid, ${world}: ${metric}`, value, unit);
		line('false episodes a day', sum((s) => s.falseEpisodes) / sum((s) => s.days), 'episodes/day');
		line('false episode-days a day', sum((s) => s.falseRows) / sum((s) => s.days), 'rows/day');
		if (sum((s) => s.planted) > 0) {
			line('share of episodes that are false', sum((s) => s.falseEpisodes) / sum((s) => s.episodes), 'share');
			line('detected', sum((s) => s.found) / sum((s) => s.planted), 'share');
			for (const kind of ['leaf', 'region', 'industry', 'cluster'] as const) {
				line(`detected, ${kind}`, sum((s) => s.byKind.get(kind)!.found) / sum((s) => s.byKind.get(kind)!.planted), 'share');
			}
		}
		line('a day', seconds / sum((s) => s.days), 's');
	}
}

async function judge(folder: string, options: HierarchyOptions): Promise<HierarchyScore> {
	const made = simulateHierarchy(options);
	const texts = gridFiles(made);
	await mkdir(folder, { recursive: true });
	const path = (name: string) => join(folder, `${name}.csv`);
	for (const [name, text] of Object.entries(texts)) await writeFile(path(name), text);
	const last = made.calendar.at(-1)!.date;
	const { grid, regions, industries, firstDay } = await readGrid({ input: path('counts'), regions: path('regions'), calendar: path('calendar') }, made.calendar[made.from]!.date, last);
	const offset = made.calendar.findIndex((day) => day.date === firstDay);
	// Names are R000 … and I0 …, in the order of the simulation or of the file.
	const number = (names: readonly string[]) => names.map((name) => Number(name.slice(1)));
	const [regionOf, industryOf] = [number(regions), number(industries)];
	const shown: ShownDay[] = [];
	let memory = emptyMemory;
	for (let asOf = made.from; asOf < made.days; asOf++) {
		const evening = followGrid(grid, asOf - offset, memory);
		memory = evening.memory;
		for (const { set } of evening.shown) {
			const cells = cellsOf(grid.space, set).map(
				(cell) => regionOf[Math.floor(cell / industries.length)]! * made.industries + industryOf[cell % industries.length]!
			);
			shown.push({ asOf, cells, key: `${set.regions}|${set.industries}` });
		}
	}
	return scoreHierarchy(made, shown);
}
