import { sql } from 'kysely';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kind } from '#lib/intake/kinds/kinds.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const codes = [usccOf(1), usccOf(2)];
const counties = ['320412', '320411', '320402'];
const streets = ['天元路3号', '太湖路8号', '竹林路5号'];
const people = ['P1', 'P2', 'P3'];
const headers: Partial<Record<Kind, string>> = {
	registrations: 'id,uscc,name,occurredOn,region,legalRepId,legalRep,address,phone,capital,withdrawn',
	changes: 'id,uscc,occurredOn,item,after,region,afterId,withdrawn',
	cancellations: 'id,uscc,occurredOn,status,withdrawn'
};
const yes = (withdrawn: boolean) => (withdrawn ? '是' : '否');

/** Rows of one key: its versions, the last of which counts. */
type Row = { readonly kind: Kind; readonly id: string; readonly versions: readonly string[]; readonly withdrawn: boolean };

const registration = fc.tuple(fc.constantFrom(...codes), fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 3 })).map(([uscc, versions]): Row => ({
	kind: 'registrations', id: `R${uscc}`, withdrawn: versions.at(-1)![3],
	versions: versions.map(([county, street, person, withdrawn]) =>
		`R${uscc},${uscc},公司${street},2024-01-0${1 + person},${counties[county]},${people[person]},人${person},江苏省常州市${streets[street]},1390518123${street},${100 + street}万元,${yes(withdrawn)}`)
}));
const change = fc.tuple(fc.constantFrom(...codes), fc.constantFrom('address', 'legal-representative', 'name', 'capital'), fc.integer({ min: 10, max: 28 }),
	fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 3 }), fc.uuid()).map(([uscc, item, day, versions, id]): Row => ({
	kind: 'changes', id, withdrawn: versions.at(-1)![2],
	versions: versions.map(([county, value, withdrawn]) => {
		const after = { address: `江苏省常州市${streets[value]}`, 'legal-representative': `人${value}`, name: `改名${value}`, capital: `${500 + value}万元` }[item];
		return `${id},${uscc},2024-02-${day},${item},${after},${item === 'address' ? counties[county] : ''},${item === 'legal-representative' ? people[value] : ''},${yes(withdrawn)}`;
	})
}));
const cancellation = fc.tuple(fc.constantFrom(...codes), fc.integer({ min: 10, max: 28 }), fc.constantFrom('注销', '吊销'), fc.boolean(), fc.uuid()).map(([uscc, day, status, withdrawn, id]): Row => ({
	kind: 'cancellations', id, withdrawn, versions: [`${id},${uscc},2024-03-${day},${status},否`, ...(withdrawn ? [`${id},${uscc},2024-03-${day},${status},是`] : [])]
}));

async function clear(): Promise<void> {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch, inspection_visit, inspection_object`.execute(database.owner);
}

async function send(kind: Kind, lines: readonly string[]): Promise<void> {
	if (lines.length > 0) await imported(database.db, kind, [headers[kind], ...lines].join('\n'));
}

/** The register and its links; what never was has nothing to say. */
async function register(): Promise<unknown> {
	const { rows: enterprises } = await sql<{ uscc: string; status: string; cancelled_on: string | null; established_on: string | null }>`
		select uscc, name, region_code, region_basis, region_given, legal_rep, legal_rep_key, address, address_key, phone, capital_wan, capital_currency,
			capital_raw, status, cancelled_on, established_on from enterprise order by uscc
	`.execute(database.db);
	const { rows: links } = await sql<{ uscc: string }>`select uscc, kind, key, since, until from enterprise_link order by uscc, kind, key`.execute(database.db);
	return { enterprises: enterprises.filter((one) => one.cancelled_on === null || one.cancelled_on !== one.established_on), links };
}

const objectRegister = () => database.owner.selectFrom('inspection_object').selectAll().orderBy('uscc').execute();

describe('the register', () => {
	it('is the same in whatever order rows, corrections and withdrawals come', async () => {
		const rows = fc.tuple(fc.uniqueArray(registration, { selector: (row) => row.id, minLength: 1 }), fc.array(change, { maxLength: 6 }), fc.array(cancellation, { maxLength: 2 }));
		await fc.assert(
			fc.asyncProperty(rows, fc.infiniteStream(fc.nat(1000)), fc.boolean(), async ([registrations, changes, cancellations], order, together) => {
				const all = [...registrations, ...changes, ...cancellations];
				// Two changes of one item at the same instant have no order of their own.
				fc.pre(new Set(changes.map(({ versions }) => versions[0]!.split(',').slice(1, 4).join())).size === changes.length);
				fc.pre(new Set(cancellations.map(({ versions }) => versions[0]!.split(',')[1])).size === cancellations.length);
				await clear();
				for (const kind of ['registrations', 'changes', 'cancellations'] as const) {
					await send(kind, all.filter((row) => row.kind === kind && !row.withdrawn).map((row) => row.versions.at(-1)!));
				}
				const expected = await register();
				await clear();
				const queues = all.map((row) => ({ kind: row.kind, versions: [...row.versions] }));
				while (queues.some(({ versions }) => versions.length > 0)) {
					const left = queues.filter(({ versions }) => versions.length > 0);
					const { kind } = left[order.next().value! % left.length]!;
					const chosen = left.filter((queue) => queue.kind === kind && (together || order.next().value! % 2 === 0));
					const from = chosen.length > 0 ? chosen : left.filter((queue) => queue.kind === kind).slice(0, 1);
					await send(kind, from.map(({ versions }) => versions.shift()!));
				}
				expect(await register()).toEqual(expected);
				// The register of objects was kept along with it: looking at everything changes nothing.
				const objects = await objectRegister();
				await keepObjects(database.owner, null);
				expect(await objectRegister()).toEqual(objects);
			}),
			{ numRuns: process.env['QIANSHAO_LONG'] ? 150 : 15, ...(process.env['QIANSHAO_LONG'] ? {} : { seed: 20261121 }) }
		);
	}, 600_000);
});
