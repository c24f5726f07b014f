import * as v from 'valibot';
import { classKeys } from './classes.ts';
import { isDay } from '#lib/calendar/days.ts';
import { teamModes } from './teams.ts';

/** `YYYY-MM-DD`, a day that exists. */
export const daySchema = v.pipe(v.string(), v.check(isDay, 'not a day'));

export const taskScopeSchema = v.object({
	/** Region × industry, `*` for every industry; enterprises of any of them. */
	cells: v.array(
		v.object({ region: v.pipe(v.string(), v.regex(/^\d{6}$/)), industry: v.pipe(v.string(), v.regex(/^(\*|-|[A-Z]\d{0,4})$/)) })
	),
	/** Warnings whose members (one address, one person, one phone) belong to the pool as well. */
	memberWarnings: v.array(v.string()),
	classes: v.nullable(v.array(v.picklist(classKeys))),
	establishedFrom: v.nullable(daySchema),
	establishedTo: v.nullable(daySchema)
});
/** Which enterprises a task looks at, before anybody is judged. */
export type TaskScope = v.InferOutput<typeof taskScopeSchema>;

export const taskSettingsSchema = v.object({
	joint: v.boolean(),
	spareOnSite: v.boolean(),
	floor: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
	cap: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
	team: v.picklist(teamModes)
});
export type TaskSettings = v.InferOutput<typeof taskSettingsSchema>;
