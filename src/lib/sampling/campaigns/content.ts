import * as v from 'valibot';
import { daySchema, taskScopeSchema } from '../tasks/scope.ts';

const words = ([least, most]: readonly [number, number]) => v.pipe(v.string(), v.trim(), v.minLength(least), v.maxLength(most));

/** Least and most letters of a campaign's texts. Lengths are ours: enough for a page each. */
export const campaignLengths = { name: [4, 60], reason: [4, 1000], basis: [4, 500], plan: [10, 4000] } as const;
export type CampaignText = keyof typeof campaignLengths;

/** What a campaign (专项检查) says of itself. */
export const campaignSchema = v.object({
	name: words(campaignLengths.name),
	/** Why: what was found, what is to be settled. Internal. */
	reason: words(campaignLengths.reason),
	/** On what: the law or the superior's order. */
	basis: words(campaignLengths.basis),
	/** How it is carried out. */
	plan: words(campaignLengths.plan),
	itemId: v.string(),
	scope: taskScopeSchema,
	fromOn: daySchema,
	untilOn: daySchema
});
export type CampaignContent = v.InferOutput<typeof campaignSchema>;

/** What is wrong with a campaign as far as it can be told without the database; null: nothing. @param today `YYYY-MM-DD` */
export function campaignFault(content: CampaignContent, today: string): 'scope-empty' | 'window-backwards' | 'window-over' | null {
	if (content.scope.cells.length + content.scope.memberWarnings.length === 0) return 'scope-empty';
	if (content.untilOn < content.fromOn) return 'window-backwards';
	return content.untilOn < today ? 'window-over' : null;
}
