import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { defaultDeadlines, type DeadlineRules } from './deadlines.ts';
import { defaultEscalation, type EscalationRules } from './escalation.ts';
import { defaultLevelRules, type LevelRules } from './levels.ts';
import { parseDeadlines, parseEscalation, parseLevelRules } from './settings.ts';

/** Keys of `app_setting`; a proposal waits under `<key>.proposed` for an approver. */
export const settingKeys = { levels: 'warnings.levels', deadlines: 'warnings.deadlines', escalation: 'warnings.escalation' } as const;

/** The level rules in force: the office's own, else our defaults. */
export async function levelRules(db: Kysely<DB>): Promise<LevelRules> {
	return parseLevelRules(await setting(db, settingKeys.levels)) ?? defaultLevelRules;
}

/** The deadlines in force: the office's own, else our defaults. */
export async function deadlineRules(db: Kysely<DB>): Promise<DeadlineRules> {
	return parseDeadlines(await setting(db, settingKeys.deadlines)) ?? defaultDeadlines;
}

/** When is reminded and reported upwards: the office's own, else our defaults. */
export async function escalationRules(db: Kysely<DB>): Promise<EscalationRules> {
	return parseEscalation(await setting(db, settingKeys.escalation)) ?? defaultEscalation;
}

async function setting(db: Kysely<DB>, key: string): Promise<unknown> {
	const row = await db.selectFrom('app_setting').select('value').where('key', '=', key).executeTakeFirst();
	return row?.value;
}
