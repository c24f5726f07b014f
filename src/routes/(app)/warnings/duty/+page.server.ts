import { fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { addDays, isDay, isoWeekMonday } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { dutySpanLimit, dutyTurns } from '#lib/warnings/duty.ts';
import { appoint, dutyDesks, dutyRoster, fillDuty, type DutyRefusal } from '#lib/warnings/duty-roster.server.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import type { Actions, PageServerLoad } from './$types';

const shownWeeks = 5;

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const today = await databaseToday(db);
	const desks = await dutyDesks(db, actor, today);
	const asked = url.searchParams.get('department');
	const desk = desks.find(({ id }) => id === asked) ?? desks.find(({ id }) => id === actor.departmentId) ?? desks[0] ?? null;
	const given = url.searchParams.get('from') ?? '';
	const from = isoWeekMonday(isDay(given) ? given : today);
	const to = addDays(from, shownWeeks * 7 - 1);
	return { today, desks, desk, from, to, shownWeeks, roster: desk ? await dutyRoster(db, actor, desk.id, from, to) : null };
};

function refused(refusal: Refusal | Extract<DutyRefusal, { readonly reason: 'past' }>) {
	const texts: Readonly<Record<string, () => string>> = {
		'bad-span': () => m.desk_duty_bad_span({ limit: dutySpanLimit }), 'unknown-person': m.desk_duty_unknown_person,
		past: () => m.desk_duty_past({ today: 'today' in refusal ? refusal.today : '' }),
		'not-allowed': m.warnings_refused_not_allowed, 'not-found': m.warnings_refused_unknown_department
	};
	return fail(statusOf(refusal), { refused: (texts[refusal.reason] ?? m.warnings_refused_other)() });
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export const actions: Actions = {
	fill: async ({ locals, request }) => {
		const form = await request.formData();
		const [from, to] = [text(form, 'from'), text(form, 'to')];
		if (!isDay(from) || !isDay(to)) return refused({ ok: false, reason: 'bad-span' });
		const result = await fillDuty(locals.db, locals.actor!, {
			departmentId: text(form, 'department'), from, to, userIds: form.getAll('person').map(String),
			turn: dutyTurns.find((turn) => turn === form.get('turn')) ?? 'day'
		}, await databaseToday(locals.db));
		if (!result.ok) return refused(result);
		return { done: result.filled > 0 ? m.desk_duty_filled({ n: result.filled }) : m.desk_duty_emptied({ n: result.emptied }) };
	},
	appoint: async ({ locals, request }) => {
		const form = await request.formData();
		const result = await appoint(locals.db, locals.actor!, text(form, 'department'), { headId: text(form, 'head') || null, deputyId: text(form, 'deputy') || null });
		return result.ok ? { done: m.desk_duty_appointed() } : refused(result);
	}
};
