import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, dayOf } from '#lib/calendar/days.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { kindOf } from '#lib/indicators/evaluate.server.ts';
import { loadKind, type KindRun } from '#lib/indicators/kind-evening.server.ts';
import { judgeAgain } from './judge-again.server.ts';
import { loadSources } from '#lib/indicators/sources.server.ts';

/** Name of the mark in `count_mark` that says until when deliveries have been looked at. */
const markName = 'late-data';
/** A delivery that ended shortly before the mark may have been written after it was read; to look at one twice does no harm. */
const overlapMinutes = 2;

/** After a longer pause of the worker the evenings that are made up for look at what came. */
const mostDays = 7;

export type Arrived = { readonly kinds: readonly string[]; readonly evenings: number; readonly raised: number; readonly seconds: number };

/**
 * Judges again what deliveries since the last call have completed: kinds of which rows came for days that evenings have judged, or that
 * somebody has decided about. Cheap when nothing came late. Before the first evening there is nothing to judge again.
 */
export async function judgeArrived(db: Kysely<DB>, now: Date): Promise<Arrived> {
	const began = performance.now();
	const on = dayOf(now);
	const { kinds, since, upTo } = await lateKinds(db, on);
	const arrivedFrom = [dayOf(since), addDays(on, -mostDays)].sort()[1]!;
	const result = { evenings: 0, raised: 0 };
	if (kinds.length > 0) {
		await recomputeTouched(db);
		const indicators = (await activeIndicators(db))(on);
		const [state, corrected] = [await loadSources(db), await correctedKinds(db)];
		const watched = kinds.filter((kind) => indicators.some((indicator) => kindOf(indicator) === kind));
		const load = async (kind: string | undefined) => (kind === undefined ? null : loadKind(db, kind, arrivedFrom, on, state, corrected.has(kind)));
		let coming = load(watched[0]);
		for (const [i, kind] of watched.entries()) {
			const runs = new Map<string, KindRun>([[kind, (await coming)!]]);
			// The database reads the next kind while this one is judged.
			coming = load(watched[i + 1]);
			coming.catch(() => undefined);
			const done = await judgeAgain(db, on, indicators, runs, arrivedFrom);
			result.evenings += done.evenings;
			result.raised += done.raised;
		}
	}
	await db
		.insertInto('count_mark')
		.values({ name: markName, version: 1, complete_up_to: null, changed_at: upTo })
		.onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ changed_at: eb.ref('excluded.changed_at') })))
		.execute();
	return { kinds, ...result, seconds: Math.round((performance.now() - began) / 10) / 100 };
}

/** Kinds of which something came late or was decided since the mark, and until when that was looked at. */
async function lateKinds(db: Kysely<DB>, on: string): Promise<{ readonly kinds: string[]; readonly since: Date; readonly upTo: Date }> {
	const { rows } = await sql<{ kinds: string[]; since: Date; upTo: Date }>`
		with since as (
			select coalesce((select changed_at from count_mark where name = ${markName}), now() - interval '1 day') - make_interval(mins => ${overlapMinutes}) as at
		), brought as (
			select kind, bool_or(accepted > 0 and first_day < ${on}::date - 1) as late from intake_batch, since
			where state = 'done' and not history and finished_at > since.at group by kind
		), waiting as (
			select distinct kind from held_evening where scored_on is null
		), changed as (
			select kind from brought
			union select kind from coverage_notice, since where decided_at > since.at
			union select kind from watermark, since where changed_at > since.at
		)
		select clock_timestamp() as "upTo", (select at from since) as since, array(
			select kind from brought where late and exists (select from monitor_run)
			union select kind from waiting join changed using (kind)
			order by kind
		) as kinds
	`.execute(db);
	return rows[0]!;
}
