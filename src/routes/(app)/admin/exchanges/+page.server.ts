import { error } from '@sveltejs/kit';
import type { Refusal } from '#lib/access/refuse.ts';
import { actOnExchange, exchangeSources, listExchanges, probeExchange, saveExchange } from '#lib/intake/exchange/admin.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { kindLabel } from '#lib/intake/labels.ts';
import { m } from '#lib/messages/messages.js';
import { settings } from '#lib/settings/settings.ts';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { problemText } from './labels.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const [listed, sources] = [await listExchanges(db, actor), await exchangeSources(db, actor)];
	if (!listed.ok || !sources.ok) error(403, m.access_refused_title());
	const chosen = url.searchParams.get('exchange');
	return {
		exchanges: listed.exchanges,
		chosen: listed.exchanges.find(({ id }) => id === chosen) ?? null,
		sources: sources.sources,
		kinds: (await loadKindBook(db)).offered.map(({ name, stored }) => ({ name, stored, label: kindLabel(stored) }))
	};
};

const words = {
	conflict: m.api_refusal_exchange_conflict,
	'exchange-name': m.api_refusal_exchange_name,
	'exchange-name-taken': m.api_refusal_exchange_name_taken,
	'exchange-source': m.api_refusal_exchange_source,
	'exchange-kind': m.api_refusal_exchange_kind,
	'exchange-source-kind': m.api_refusal_exchange_source_kind,
	'exchange-connection': m.api_refusal_exchange_connection,
	'exchange-table': m.api_refusal_exchange_table,
	'exchange-high': m.api_refusal_exchange_high,
	'exchange-overlap': m.api_refusal_exchange_overlap,
	'exchange-batch': m.api_refusal_exchange_batch,
	'exchange-every': m.api_refusal_exchange_every
};

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim().slice(0, 300);

const step = (what: 'switch' | 'accept-columns' | 'pull-now') => async ({ request, locals }: Parameters<NonNullable<Actions['default']>>[0]) => {
	const outcome = await actOnExchange(locals.db, locals.actor!, text(await request.formData(), 'id'), what);
	return outcome.ok ? { stepped: what } : refused(outcome, {}, words);
};

export const actions: Actions = {
	save: async ({ request, locals }) => {
		const form = await request.formData();
		const values = {
			id: text(form, 'id'), name: text(form, 'name'), sourceId: text(form, 'sourceId'), kind: text(form, 'kind'), connection: text(form, 'connection'), table: text(form, 'table'),
			highColumn: text(form, 'highColumn'), overlap: text(form, 'overlap'), batchRows: text(form, 'batchRows'), everyMinutes: text(form, 'everyMinutes')
		};
		const outcome = await saveExchange(locals.db, locals.actor!, {
			...values, id: values.id || undefined, overlap: number(values.overlap), batchRows: number(values.batchRows), everyMinutes: number(values.everyMinutes)
		});
		return outcome.ok ? { saved: true } : refused(outcome, values, words);
	},
	switch: step('switch'),
	accept: step('accept-columns'),
	pull: step('pull-now'),
	probe: async ({ request, locals }) => {
		const { dataDir, exchangeUrls } = settings();
		const outcome: Awaited<ReturnType<typeof probeExchange>> = await probeExchange(locals.db, locals.actor!, text(await request.formData(), 'id'), { dataDir, exchangeUrls });
		if (outcome.ok) return { probed: Object.entries(outcome.columns).map(([name, type]) => ({ name, type })) };
		if ('detail' in outcome) return { unreached: problemText(outcome.reason, outcome.detail) };
		return refused(outcome satisfies Refusal, {}, words);
	}
};

/** A field that is empty or no number is none, not 0. */
function number(text: string): number {
	return /^\d+$/.test(text) ? Number(text) : NaN;
}
