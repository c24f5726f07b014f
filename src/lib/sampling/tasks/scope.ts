import * as v from 'valibot';
import { classKeys } from '../classes.ts';
import { isDay } from '#lib/calendar/days.ts';
import type { PresetRules } from '../presets/presets.ts';
import { teamModes } from '../draw/teams.ts';

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
	/** 检查对象类别: an object needs one of them; null: all. */
	tags: v.optional(v.nullable(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(40)))), null),
	establishedFrom: v.nullable(daySchema),
	establishedTo: v.nullable(daySchema)
});
/** Which enterprises a task looks at, before anybody is judged. */
export type TaskScope = v.InferOutput<typeof taskScopeSchema>;

const count = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** How many are to be drawn: a number, a share of each stratum, the preset's own shares (`ratio: null`), or, of a campaign, everybody who may be visited. */
export const wishSchema = v.variant('mode', [
	v.object({ mode: v.literal('ratio'), ratio: v.nullable(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))) }),
	v.object({ mode: v.literal('number'), number: count(1, 100_000) }),
	v.object({ mode: v.literal('all') })
]);
export type Wish = v.InferOutput<typeof wishSchema>;

export const taskSettingsSchema = v.object({
	joint: v.boolean(),
	spareOnSite: v.boolean(),
	floor: count(0, 100_000),
	cap: count(1, 100_000),
	team: v.picklist(teamModes),
	wish: v.optional(wishSchema, { mode: 'ratio', ratio: null }),
	/** Objects are drawn by weight within their stratum; such a draw is verified inside only (C11). */
	weighted: v.optional(v.boolean(), false),
	/** Share of the sample that forms the random arm (C10); of undirected tasks of a filed plan only. */
	control: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(0.5)), 0),
	/** A value that nobody can know at the commitment, named in advance; empty: none. */
	entropySource: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)), ''),
	/** Experts who come along with each team. */
	experts: v.optional(count(0, 3), 0),
	/** Enterprises on another open list are left in, and whoever is drawn is visited once, together (综合查一次). */
	joinOpen: v.optional(v.boolean(), false)
});
export type TaskSettings = v.InferOutput<typeof taskSettingsSchema>;

/** The settings with which a new task begins. */
export function initialSettings(rules: Pick<PresetRules, 'sample'>, change: Partial<TaskSettings>): TaskSettings {
	return v.parse(taskSettingsSchema, { joint: false, spareOnSite: true, ...rules.sample, team: 'object', ...change });
}
