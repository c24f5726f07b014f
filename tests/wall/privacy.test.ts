import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actorIn, markOf, places, usccOf, writeWorld } from '../access/jurisdiction-world.ts';
import { testDatabase } from '../support/database.ts';
import { ask, browser, tokenOf } from './fixtures.ts';

const database = await testDatabase();
const { db, owner } = database;
beforeAll(() => writeWorld(owner));
afterAll(() => database[Symbol.asyncDispose]());

/** What may stand in a register, a complaint or a warning, and on no wall. Long enough not to be met by chance. */
const letters = [...'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥'];
const secret = fc.array(fc.constantFrom(...letters), { minLength: 6, maxLength: 12 }).map((signs) => signs.join(''));
const digits = fc.array(fc.constantFrom(...'0123456789'), { minLength: 11, maxLength: 11 }).map((signs) => signs.join(''));
const world = fc.record({
	company: secret, person: secret, address: secret, phone: digits, complainant: secret, agent: secret, office: secret, note: secret,
	scopeKind: fc.constantFrom('enterprise', 'address', 'place', 'person', 'phone', 'agent', 'group'),
	work: fc.constantFrom('new', 'acknowledged', 'investigating', 'disposed', 'reopened'),
	place: fc.constantFrom(...places)
});

it('names no enterprise, person, telephone or address, whatever the database holds', async () => {
	const here = browser();
	const { token } = await tokenOf(db, actorIn(places[0], 'secadmin'), { name: '大厅', regionCode: '320000' });
	await ask(db, here, 'page', { search: `?token=${token}` });
	await fc.assert(
		fc.asyncProperty(world, async (held) => {
			const { code } = held.place;
			const mark = markOf(code);
			const label = { person: held.person, agent: held.agent, phone: held.phone, address: held.address, place: held.address, group: held.company, enterprise: held.company }[held.scopeKind];
			await owner.updateTable('enterprise').set({ name: held.company, legal_rep: held.person, phone: held.phone, address: held.address }).where('uscc', '=', usccOf(code)).execute();
			await owner
				.updateTable('warning')
				.set({
					scope_kind: held.scopeKind, work: held.work, title_data: JSON.stringify({ label }),
					explanation: sql`explanation || ${JSON.stringify({ subject: label, members: [{ uscc: usccOf(code), name: held.company }] })}::jsonb`
				})
				.where('id', '=', `warning-${mark}`)
				.execute();
			await owner.updateTable('event').set({ content: JSON.stringify({ name: held.complainant, phone: held.phone, text: held.note }) }).where('region_code', '=', code).execute();
			await owner.updateTable('department').set({ name: held.office }).where('id', '=', `department-${mark}`).execute();
			await owner.updateTable('inspection_visit').set({ result: held.note }).where('id', '=', `effect-${mark}`).execute();
			await owner.insertInto('warning_feed').values({ warning_id: `warning-${mark}`, region_code: code, industry_key: 'H62', department_id: `department-${mark}`, what: 'raise' }).execute();
			const names = [held.company, held.person, held.address, held.phone, held.complainant, held.agent, held.office, held.note, ...places.flatMap((one) => [usccOf(one.code), markOf(one.code)])];
			for (const answer of [await ask(db, here, 'page'), await ask(db, here, 'data')]) {
				expect(answer.status).toBe(200);
				// The warning itself is there: by its indicator and its place.
				expect(answer.text).toContain('投诉举报异常增长');
				const told = names.filter((name) => answer.text.includes(name));
				expect(told.map((name) => answer.text.slice(Math.max(0, answer.text.indexOf(name) - 120), answer.text.indexOf(name) + 40))).toEqual([]);
				// Masked names and numbers are names and numbers too.
				for (const masked of [`${held.person[0]}*`, `${held.phone.slice(0, 3)}*`, `${held.agent[0]}*`]) expect(answer.text).not.toContain(masked);
			}
		}),
		{ numRuns: 15 }
	);
}, 240_000);

it('shows no class and no share of classes', async () => {
	const here = browser();
	const { token } = await tokenOf(db, actorIn(places[0], 'secadmin'), { name: '指挥室', regionCode: '320000' });
	await owner.updateTable('enterprise_class').set({ class: 'D' }).execute();
	await ask(db, here, 'page', { search: `?token=${token}` });
	const { text } = await ask(db, here, 'data');
	expect(text).not.toMatch(/class|grade|share|highRisk/i);
	expect(text).not.toMatch(/"[ABCD]"|[A-D] ?[类级]|分类/);
});
