import { expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import {
	decideClusterAddress, endClusterAddress, listClusterAddresses, proposeClusterAddress, type ClusterProposal
} from '#lib/links/cluster-addresses.server.ts';
import { listedOn } from '#lib/links/judged.server.ts';
import { approver, editor, ordinary, prepared, secondEditor, type Row } from '../indicators/fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);
const wanted: ClusterProposal = {
	address: '创业路9号双创产业园A座', regionCode: '320102', basis: '市监注〔2025〕3号', limit: 15, validFrom: '2025-01-01', validTo: null
};
/** Desks of one park, each an address of its own, as the key of addresses writes them. */
const desks = (n: number, day: (i: number) => number, from = 0): Row[] =>
	Array.from({ length: n }, (_, i) => ({ kind: 'registration', day: on(day(i)), region: '320102', address: `3201:320102:创业路9号双创产业园A幢工位${from + i}` }));

test('a park whose desks are addresses of their own is one place, and a listed one has its own limit', async () => {
	for (const [listed, more, raised] of [[false, 0, 1], [true, 0, 0], [true, 10, 1]] as const) {
		await using database = await prepared([
			...ordinary('registration', first, 200, 2), ...desks(12, (i) => 160 + i), ...desks(more, (i) => 172 + i, 50)
		]);
		const { db } = database;
		if (listed) {
			const proposed = await proposeClusterAddress(db, editor, wanted);
			if (!proposed.ok) throw new Error(proposed.reason);
			expect(await decideClusterAddress(db, approver, proposed.id, 'approve')).toEqual({ ok: true });
		}
		await runMonitors(db, { asOf: on(185) });
		const found = await db.selectFrom('warning').select(['scope_kind', 'observed', 'title_data', 'explanation']).where('indicator_id', '=', 'shared-address').execute();
		expect(found).toHaveLength(raised);
		if (raised === 0) continue;
		expect(found[0]).toMatchObject({ scope_kind: 'place', observed: 12 + more, title_data: { label: '320102创业路9号双创产业园A幢' } });
		expect((found[0]!.explanation as { limit: number }).limit).toBe(listed ? 16 : 6);
	}
});

test('one person proposes, another approves, and each version is kept with its days', async () => {
	await using database = await prepared([]);
	const { db } = database;
	const no = async (change: Partial<ClusterProposal>) => {
		const result = await proposeClusterAddress(db, editor, { ...wanted, ...change });
		return result.ok ? 'ok' : result.reason;
	};
	expect(await no({ address: '无' })).toBe('bad-address');
	expect(await no({ basis: ' ' })).toBe('bad-basis');
	expect(await no({ limit: 2.5 })).toBe('bad-limit');
	expect(await no({ validTo: '2024-01-01' })).toBe('bad-days');
	expect(await no({ regionCode: '999999' })).toBe('bad-region');
	expect(await proposeClusterAddress(db, { ...editor, grants: [] }, wanted)).toMatchObject({ reason: 'not-allowed' });
	expect(await proposeClusterAddress(db, { ...editor, regionCode: '320200' }, wanted)).toMatchObject({ reason: 'bad-region' });

	const proposed = await proposeClusterAddress(db, editor, wanted);
	if (!proposed.ok) throw new Error(proposed.reason);
	const { id } = proposed;
	expect(await proposeClusterAddress(db, secondEditor, { ...wanted, id, limit: 99 })).toMatchObject({ reason: 'draft-exists' });
	expect(await decideClusterAddress(db, { ...approver, id: editor.id }, id, 'approve')).toMatchObject({ reason: 'own-work' });
	expect(await decideClusterAddress(db, editor, id, 'approve')).toMatchObject({ reason: 'not-allowed' });
	expect(await decideClusterAddress(db, { ...approver, regionCode: '320200' }, id, 'approve')).toMatchObject({ reason: 'not-found' });
	expect(await decideClusterAddress(db, approver, id, 'approve')).toEqual({ ok: true });
	expect(await listClusterAddresses(db, editor)).toMatchObject([{ id, version: 1, state: 'active', limit: 15, mayChange: true, mayDecide: false }]);
	expect(await listClusterAddresses(db, { ...editor, regionCode: '320200' })).toEqual([]);

	expect(await proposeClusterAddress(db, secondEditor, { ...wanted, id, limit: 40, validFrom: '2025-06-01' })).toMatchObject({ ok: true });
	expect(await decideClusterAddress(db, approver, id, 'approve')).toEqual({ ok: true });
	const versions = await db.selectFrom('cluster_address').select(['version', 'state', 'valid_to', 'limit_30_days']).orderBy('version').execute();
	expect(versions).toEqual([
		{ version: 1, state: 'superseded', valid_to: '2025-05-31', limit_30_days: 15 }, { version: 2, state: 'active', valid_to: null, limit_30_days: 40 }
	]);
	expect(await endClusterAddress(db, editor, id, '2024-01-01')).toMatchObject({ reason: 'bad-days' });
	expect(await endClusterAddress(db, editor, id, '2025-12-31')).toEqual({ ok: true });
	expect(await endClusterAddress(db, editor, id, '2026-12-31')).toMatchObject({ reason: 'bad-days' });
	const actions = await db.selectFrom('audit_entry').select('action').orderBy('seq').execute();
	expect(actions.map(({ action }) => action)).toEqual([
		'cluster-address.draft', 'cluster-address.switch-on', 'cluster-address.draft', 'cluster-address.switch-on', 'cluster-address.end'
	]);
});

test('of several versions the newest that is valid on a day counts', () => {
	const places = [
		{ key: 'k', limit: 40, from: '2025-06-01', to: null }, { key: 'k', limit: 15, from: '2025-01-01', to: '2025-05-31' }, { key: 'other', limit: 1, from: '2030-01-01', to: null }
	];
	expect(listedOn(places, '2025-05-31').get('k')).toMatchObject({ limit: 15 });
	expect(listedOn(places, '2025-06-01').get('k')).toMatchObject({ limit: 40 });
	expect(listedOn(places, '2024-12-31').size).toBe(0);
});
