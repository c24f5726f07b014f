import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { notUnderstood } from '#lib/address/understood.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { parseTurn } from '#lib/enterprises/turn.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { pastDay } from '#lib/counts/past-day.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { misreadRows, parseRowsQuery, rowsPerPage } from '#lib/risk-map/query.ts';
import { snapshotNamed } from '#lib/risk-map/snapshots.server.ts';
import { rowsBehind } from '#lib/risk-map/rows.server.ts';
import type { PageServerLoad } from './$types.js';

/** Deeper pages are a question for an export, and would make the database sort half a million rows. */
const lastPage = 199;

export const load: PageServerLoad = async ({ locals, url }) => {
	const kinds = (await loadKindBook(locals.db)).eventKinds;
	const named = parseRowsQuery(url.searchParams, kinds);
	if (named === null) error(404, m.structure_rows_misread({ names: misreadRows(url.searchParams, kinds).join(m.common_comma()) }));
	const misread = notUnderstood(url.searchParams, { page: (given) => /^\d{1,9}$/.test(given) });
	if (misread.length > 0) error(404, m.structure_rows_misread({ names: misread.join(m.common_comma()) }));
	const past = pastDay(url.searchParams.get('known'), dayOf(locals.now));
	const query = { ...named, snapshot: await snapshotNamed(locals.db, locals.actor!, url.searchParams), known: named.kind === null ? null : past.day };
	const page = Math.min(lastPage, Number(url.searchParams.get('page') ?? 0));
	const outcome = await rowsBehind(locals.db, locals.actor!, query, page, parseTurn(url.searchParams));
	if (!outcome.ok) error(statusOf(outcome));
	if (page > 0 && page * rowsPerPage >= outcome.rows.total) error(404, m.structure_rows_misread({ names: `page=${page}` }));
	const [regions, industries] = await Promise.all([loadRegions(locals.db), loadIndustries(locals.db)]);
	return {
		query,
		rows: outcome.rows,
		knownRefused: named.kind === null ? null : past.refused,
		page,
		perPage: rowsPerPage,
		hasNext: page < lastPage && (page + 1) * rowsPerPage < outcome.rows.total,
		regionName: query.region === '000000' ? null : regions.fullName(query.region),
		industryName: query.industry === null ? null : (industries.get(query.industry)?.name ?? null)
	};
};
