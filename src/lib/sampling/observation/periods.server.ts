import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import { closingReasonNames, closingReasons } from '#lib/warnings/closing-reasons.ts';
import { riskClasses, type ClassKey } from '../classes.ts';
import { saysWhy } from '../reasons.ts';
import { databaseToday, rulesOf } from '../tasks/access.server.ts';
import { presetFor } from '../tasks/tasks.server.ts';
import { bottomLines, grantRefusal, newnesses, personReasons, type EndReason } from './periods.ts';

/** Reasons of closing that say that nothing was the matter with the enterprise. */
const unfounded: readonly string[] = closingReasonNames.filter((name) => closingReasons[name].verdict !== 'true');

/** An enterprise of the jurisdiction that may be inspected, with the class that counts today. */
async function objectOf(db: Kysely<DB>, actor: Actor, uscc: string, today: string) {
	const row = await db
		.selectFrom('inspection_object as o')
		.innerJoin('enterprise as e', 'e.uscc', 'o.uscc')
		.select(['o.uscc', 'e.name', 'o.region_code', 'o.class', 'o.class_month', 'o.key_class'])
		.where('o.uscc', '=', uscc)
		.where(withinJurisdiction(scopeOf(actor), { region: 'o.region_code', industry: 'o.industry_key' }))
		.executeTakeFirst();
	if (!row) return null;
	const isFresh = row.class_month !== null && row.class_month >= addMonths(monthOf(today), -12);
	return { ...row, class: ((isFresh && riskClasses.find((k) => k === row.class)) || 'none') as ClassKey };
}

export type Grant = {
	readonly uscc: string;
	readonly newness: string;
	readonly fromOn: string;
	readonly untilOn: string;
	/** What ends it at once (触发式监管). */
	readonly bottomLines: string;
};

/** Gives a new industry's enterprise an observation period under the preset of its region (C5). Nobody has two at once. */
export async function grantPeriod(db: Kysely<DB>, actor: Actor, wanted: Grant): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'observation.grant');
	if (refusal) return refusal;
	const newness = newnesses.find((n) => n === wanted.newness);
	if (!newness) return refuse('newness-unknown');
	if (wanted.bottomLines.length > bottomLines.most) return refuse('bottom-lines-long');
	return db.transaction().execute(async (trx) => {
		// One grant at a time for an enterprise: two forms sent at once must not make two periods.
		await sql`select pg_advisory_xact_lock(hashtextextended(${`observation ${wanted.uscc}`}, 0))`.execute(trx);
		const today = await databaseToday(trx);
		const object = await objectOf(trx, actor, wanted.uscc, today);
		if (!object) return notFound;
		const preset = await presetFor(trx, object.region_code);
		if (!preset) return refuse('no-preset');
		const { observation } = await rulesOf(trx, preset.id, preset.version);
		const lacking = grantRefusal(observation, { class: object.class, keyClass: object.key_class }, wanted, today);
		if (lacking) return refuse(lacking, { months: observation.months });
		const running = await trx
			.selectFrom('observation_period')
			.select('id')
			.where('uscc', '=', wanted.uscc)
			.where('ended_on', 'is', null)
			.where('until_on', '>=', today)
			.executeTakeFirst();
		if (running) return refuse('already-observed');
		const id = randomUUID();
		await trx
			.insertInto('observation_period')
			.values({
				uscc: wanted.uscc, id, department_id: actor.departmentId, newness, from_on: wanted.fromOn, until_on: wanted.untilOn,
				bottom_lines: wanted.bottomLines.trim(), class_then: object.class, granted_by: actor.id
			})
			.execute();
		await audit(trx, actor, {
			action: 'observation.grant',
			objectKind: 'observation_period',
			objectId: id,
			detail: { uscc: wanted.uscc, from: wanted.fromOn, until: wanted.untilOn, kind: newness, preset: preset.id, presetVersion: preset.version }
		});
		return { ok: true, id };
	});
}

/** Ends a period of one's own department today: a bottom line was crossed, or it is taken back. What is over stays as it ended. */
export async function endPeriod(
	db: Kysely<DB>,
	actor: Actor,
	uscc: string,
	id: string,
	end: { readonly reason: string; readonly note: string }
): Promise<{ ok: true } | Refusal> {
	const refusal = check(actor, 'observation.grant');
	if (refusal) return refusal;
	const reason = personReasons.find((r) => r === end.reason);
	if (!reason) return refuse('end-reason-unknown');
	const note = end.note.trim();
	if (!saysWhy(note)) return refuse('reason-missing');
	return db.transaction().execute(async (trx) => {
		const today = await databaseToday(trx);
		const row = await trx
			.selectFrom('observation_period as p')
			.innerJoin('enterprise as e', 'e.uscc', 'p.uscc')
			.select(['p.department_id', 'p.ended_on', 'p.until_on'])
			.where('p.uscc', '=', uscc)
			.where('p.id', '=', id)
			.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
			.forUpdate('p')
			.executeTakeFirst();
		if (!row) return notFound;
		if (row.department_id !== actor.departmentId) return notAllowed;
		if (row.ended_on !== null || row.until_on < today) return refuse('already-ended');
		await endOf(trx, uscc, id, reason, note, today, actor.id);
		await audit(trx, actor, { action: 'observation.end', objectKind: 'observation_period', objectId: id, detail: { uscc, reason, note } });
		return { ok: true };
	});
}

async function endOf(trx: Kysely<DB>, uscc: string, id: string, reason: EndReason, note: string, today: string, by: string | null): Promise<void> {
	await trx
		.updateTable('observation_period')
		.set({ ended_on: today, end_reason: reason, end_note: note, ended_by: by })
		.where('uscc', '=', uscc)
		.where('id', '=', id)
		.where('ended_on', 'is', null)
		.execute();
}

/**
 * Ends what ends by itself: periods of enterprises whose newest class is C or D, or whom a warning names that was raised since. A warning
 * about a region, an industry or a cluster they belong to ends none, nor does one that was closed as unfounded. Each end is audited without an actor; safe to repeat.
 *
 * @param today the day it is done on.
 */
export async function endFallen(db: Kysely<DB>, today: string): Promise<{ fallen: number; triggered: number }> {
	const { rows } = await sql<{ uscc: string; id: string; class: string | null; month: string | null; warning: string | null }>`
		select p.uscc, p.id, case when o.class in ('C', 'D') then o.class end as class, o.class_month as month, w.number as warning
		from observation_period p
		left join inspection_object o on o.uscc = p.uscc
		left join lateral (
			select w.number from warning_subject s join warning w on w.id = s.warning_id
			where s.uscc = p.uscc and s.role = 'named' and w.raised_at > p.granted_at and (w.close_reason is null or w.close_reason <> all(${unfounded}::text[]))
			order by w.raised_at limit 1
		) w on true
		where p.ended_on is null and p.until_on >= ${today}::date and (o.class in ('C', 'D') or w.number is not null)
		order by p.uscc, p.id
	`.execute(db);
	const ended = { fallen: 0, triggered: 0 };
	for (const { uscc, id, class: riskClass, month, warning } of rows) {
		const reason = riskClass !== null ? 'class' : 'trigger';
		const note = riskClass !== null ? `${riskClass} ${month?.slice(0, 7) ?? ''}`.trim() : (warning ?? '');
		await db.transaction().execute(async (trx) => {
			await endOf(trx, uscc, id, reason, note, today, null);
			// The class stays inside the row: the trail's readers see no classes.
			const why = reason === 'class' ? {} : { warning: note };
			await audit(trx, null, { action: 'observation.end', objectKind: 'observation_period', objectId: id, detail: { uscc, reason, ...why } });
		});
		ended[reason === 'class' ? 'fallen' : 'triggered']++;
	}
	return ended;
}
