import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { inAnyIndustry, inAnyRegion } from '#lib/access/cell.server.ts';
import { addDays } from '#lib/calendar/days.ts';
import { knownOn } from '#lib/counts/versions.server.ts';
import type { CellAnswer, CellFinding } from '#lib/detection/daily/portfolio.ts';
import { cellsOf } from '#lib/detection/daily/space.ts';
import { commonIndustry } from '#lib/industries/industry-key.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import type { Contributor, Explanation } from '#lib/warnings/evaluation.ts';
import type { DefinitionOf } from './definition.ts';
import type { KindEvening } from './kind-evening.server.ts';

/** Where the events behind a cell's figure are looked for, as known on a day. */
export type Place = {
	readonly kind: string;
	readonly from: string;
	readonly to: string;
	/** One region and industry, or what a cluster consists of. */
	readonly regions: readonly string[];
	readonly industries: readonly string[];
	readonly knownOn: string;
};

const mostContributors = 10;
/** A year and a week: the same season of last year is on the chart. */
const shownWeeks = 53;

/** Everything the page needs to explain a surge without asking anyone. */
export async function explainCell(
	db: Kysely<DB>,
	place: Place,
	evening: KindEvening,
	answer: CellAnswer,
	finding: CellFinding,
	definition: DefinitionOf<'cell-surge'>,
	enterprises: readonly Contributor[]
): Promise<Explanation> {
	const { layout } = evening.question;
	const cells = cellsOf(layout.space, finding.set);
	return {
		window: { from: place.from, to: place.to },
		grain: 'day',
		coverage: 1 - definition.alpha,
		limit: null,
		method: `${finding.method} · ${finding.weeks} w · φ ${finding.phi.toFixed(1)}`,
		series: answer.weeksOf(finding, shownWeeks).map((week) => ({
			at: addDays(evening.day(week.end), -6),
			observed: week.observed,
			expected: rounded(week.expected),
			lower: null,
			upper: week.upper
		})),
		contributors: {
			regions: contributors(answer, finding, (cell) => layout.regionCodes[Math.floor(cell / layout.space.industries)]!, cells),
			industries: contributors(answer, finding, (cell) => layout.industryKeys[cell % layout.space.industries]!, cells),
			addresses: await topAddresses(db, place),
			enterprises
		},
		evidence: {
			kinds: [place.kind], from: place.from, to: place.to,
			regionCode: commonRegion(place.regions), industryKey: commonIndustry(place.industries),
			...(place.regions.length > 1 || place.industries.length > 1 ? { cells: { regions: place.regions, industries: place.industries } } : {})
		}
	};
}

const rounded = (value: number) => Math.round(value * 100) / 100;

/** Cells of the set summed by one of their sides, largest excess first. */
function contributors(answer: CellAnswer, finding: CellFinding, keyOf: (cell: number) => string, cells: Int32Array): Contributor[] {
	const sums = new Map<string, { observed: number; expected: number }>();
	let total = 0;
	for (const cell of cells) {
		const own = answer.cellOver(cell, finding.window);
		const sum = sums.get(keyOf(cell)) ?? { observed: 0, expected: 0 };
		sum.observed += own.observed;
		sum.expected += own.expected;
		total += own.observed;
		sums.set(keyOf(cell), sum);
	}
	// A cell that is its own only part explains nothing.
	if (sums.size === 1) return [];
	return [...sums]
		.filter(([, sum]) => sum.observed > 0)
		.sort(([, a], [, b]) => b.observed - b.expected - (a.observed - a.expected))
		.slice(0, mostContributors)
		.map(([key, sum]) => ({ key, observed: sum.observed, expected: rounded(sum.expected), share: sum.observed / Math.max(1, total) }));
}

/** Enterprises with the most events of the cell in the window. */
export async function topEnterprises(db: Kysely<DB>, place: Place): Promise<Contributor[]> {
	const { rows } = await sql<{ key: string; observed: number; total: number }>`
		select uscc as key, count(*)::int as observed, sum(count(*)) over ()::int as total
		from event
		where ${behind(place)}
		group by uscc
		order by observed desc, uscc
		limit ${mostContributors}
	`.execute(db);
	return rows.map((row) => ({ key: row.key, observed: row.observed, share: row.observed / row.total }));
}

async function topAddresses(db: Kysely<DB>, place: Place): Promise<Contributor[]> {
	const { rows } = await sql<{ key: string; label: string; observed: number; total: number }>`
		select * from (
			select e.address_key as key, max(e.address) as label, count(*)::int as observed, sum(count(*)) over ()::int as total
			from event join enterprise e using (uscc)
			where ${behind(place, 'event.')} and e.address_key is not null
			group by e.address_key
		) a
		where observed > 1
		order by observed desc, key
		limit ${mostContributors}
	`.execute(db);
	return rows.map((row) => ({ key: row.key, label: row.label, observed: row.observed, share: row.observed / row.total }));
}

/** @see between: instants, so that only their months are planned. */
function behind(place: Place, prefix = '') {
	const column = (name: string) => sql.ref(`${prefix}${name}`);
	return sql<boolean>`
		${column('kind')} = ${place.kind}
		and ${column('occurred_at')} >= ${place.from}::timestamptz and ${column('occurred_at')} < ${addDays(place.to, 1)}::timestamptz
		and ${knownOn(place.knownOn)}
		and ${inAnyRegion(place.regions, `${prefix}region_code`)} and ${inAnyIndustry(place.industries, `${prefix}industry_key`)}
	`;
}
