import type { Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { notify, type NewNotice } from '#lib/notices/notify.server.ts';
import type { Locked } from './desk.server.ts';
import { answerers } from './duty.server.ts';
import type { WorkStep } from './work-steps.ts';

/** Tells those whom a step gives something to do, or an answer; never the person who took it. */
export async function tellAbout(trx: Transaction<DB>, actor: Actor, locked: Locked, step: WorkStep): Promise<void> {
	const told = await toldOf(trx, locked, step);
	if (told === null) return;
	await notify(
		trx,
		told.userIds
			.filter((userId) => userId !== actor.id)
			.map((userId) => ({
				userId, kind: told.kind, objectKind: 'warning', objectId: locked.id, number: locked.number,
				key: `${told.kind}|${locked.id}|${locked.current.version + 1}`, detail: { by: actor.displayName }
			}))
	);
}

async function toldOf(
	trx: Transaction<DB>,
	{ id, current, today }: Locked,
	step: WorkStep
): Promise<{ readonly kind: NewNotice['kind']; readonly userIds: readonly string[] } | null> {
	switch (step.action) {
		case 'assign':
			return { kind: 'assigned', userIds: [step.ownerId] };
		case 'reassign':
			return { kind: 'assigned', userIds: await answerers(trx, step.departmentId, today) };
		case 'hand-over':
			return { kind: 'hand-over-offered', userIds: await answerers(trx, step.departmentId, today) };
		case 'accept':
			return { kind: 'hand-over-accepted', userIds: await offeredBy(trx, id) };
		case 'decline':
			return { kind: 'hand-over-declined', userIds: [...new Set([...(await offeredBy(trx, id)), ...(current.ownerId ? [current.ownerId] : [])])] };
		case 'merge':
			return current.ownerId ? { kind: 'incident-merged', userIds: [current.ownerId] } : null;
		default:
			return null;
	}
}

/** Who offered the hand-over that is answered now. */
async function offeredBy(trx: Transaction<DB>, warningId: string): Promise<readonly string[]> {
	const offer = await trx
		.selectFrom('warning_event').select('actor_id').where('warning_id', '=', warningId).where('action', '=', 'hand-over')
		.orderBy('seq', 'desc').limit(1).executeTakeFirst();
	return offer?.actor_id ? [offer.actor_id] : [];
}
