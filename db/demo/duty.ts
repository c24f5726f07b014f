import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { appoint, fillDuty } from '#lib/warnings/duty-roster.server.ts';
import { demoActor } from './actors.ts';
import { provincialBureau } from './office.ts';

const rosterDays = 28;

/** The provincial desk's head, deputy and roster of four weeks, by the verbs that the page uses. */
export async function playDuty(db: Kysely<DB>, today: string): Promise<void> {
	const leader = await demoActor(db, 'leader');
	const people = [await demoActor(db, 'monitor'), await demoActor(db, 'monitor2')];
	const [monitor, colleague] = people;
	const named = await appoint(db, leader, provincialBureau, { headId: leader.id, deputyId: colleague!.id });
	const filled = await fillDuty(db, leader, {
		departmentId: provincialBureau, from: today, to: addDays(today, rosterDays - 1), userIds: [monitor!.id, colleague!.id], turn: 'week'
	}, today);
	if (!named.ok || !filled.ok) throw new Error('the demo could not fill the roster');
}
